/**
 * Reads `language` and `code` out of the JSON of a `run_code` call while it is still being written, so that the code can
 * be shown as it comes. Only these two top-level strings are kept; every other value is skipped. Each character is
 * looked at once, however the text is split: an escape or a surrogate pair may lie across two pieces.
 *
 * What it shows is provisional: the call itself is made from the whole text with JSON.parse.
 */

type Place =
  | 'start'
  | 'before key'
  | 'key'
  | 'colon'
  | 'before value'
  | 'string'
  | 'scalar'
  | 'nested'
  | 'nested string'
  | 'after value'
  | 'end'
  | 'broken';

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** One JSON string, from after its opening quote. */
class StringReader {
  text = '';
  /** An escape that is not complete: `\`, `\u`, `\u0`, … */
  #escape = '';

  read(char: string): 'inside' | 'closed' | 'broken' {
    if (this.#escape !== '') return this.#readEscape(char);
    if (char === '"') return 'closed';
    if (char === '\\') this.#escape = char;
    else this.text += char;
    return 'inside';
  }

  #readEscape(char: string): 'inside' | 'broken' {
    this.#escape += char;
    const decoded = decodeEscape(this.#escape);
    if (decoded === 'more') return 'inside';
    if (decoded === 'wrong') return 'broken';
    this.#escape = '';
    this.text += decoded;
    return 'inside';
  }
}

export class PartialCode {
  #place: Place = 'start';
  #string = new StringReader();
  #key = '';
  #depth = 0;
  #language: string | undefined;
  #code = '';

  /** Takes the next piece of the JSON text. After a syntax error everything more is ignored. */
  write(json: string): void {
    // By UTF-16 unit on purpose: the halves of a surrogate pair may come in two pieces.
    for (let i = 0; i < json.length && this.#place !== 'broken' && this.#place !== 'end'; i += 1) {
      this.#place = this.#next(json.charAt(i));
    }
  }

  /** The value of `language`, once its string is complete. */
  get language(): string | undefined {
    return this.#language;
  }

  /** The source so far. While it is being written it never ends between the halves of a surrogate pair. */
  get code(): string {
    const writing = this.#place === 'string' && this.#key === 'code';
    return writing ? withoutHalfPair(this.#string.text) : this.#code;
  }

  #next(char: string): Place {
    if (this.#place === 'key' || this.#place === 'string' || this.#place === 'nested string')
      return this.#inString(char);
    if (' \n\r\t'.includes(char)) return this.#place;
    switch (this.#place) {
      case 'start':
        return char === '{' ? 'before key' : 'broken';
      case 'before key':
        return char === '"' ? this.#open('key') : char === '}' ? 'end' : 'broken';
      case 'colon':
        return char === ':' ? 'before value' : 'broken';
      case 'before value':
        return this.#beginValue(char);
      case 'nested':
        return this.#inNested(char);
      case 'scalar':
        return char === ',' || char === '}' ? afterValue(char) : 'scalar';
      case 'after value':
        return afterValue(char);
      default:
        return this.#place;
    }
  }

  #open(place: 'key' | 'string' | 'nested string'): Place {
    this.#string = new StringReader();
    return place;
  }

  #inString(char: string): Place {
    const now = this.#string.read(char);
    if (now === 'inside') return this.#place;
    if (now === 'broken') {
      // What was shown stays; only the rest is lost.
      if (this.#place === 'string' && this.#key === 'code') this.#code = this.#string.text;
      return 'broken';
    }
    if (this.#place === 'nested string') return 'nested';
    if (this.#place === 'key') {
      this.#key = this.#string.text;
      return 'colon';
    }
    if (this.#key === 'code') this.#code = this.#string.text;
    if (this.#key === 'language') this.#language = this.#string.text;
    return 'after value';
  }

  #beginValue(char: string): Place {
    // A key that comes twice counts with its last value, as in JSON.parse.
    if (this.#key === 'code') this.#code = '';
    if (this.#key === 'language') this.#language = undefined;
    if (char === '"') return this.#open('string');
    if (char !== '{' && char !== '[') return 'scalar';
    this.#depth = 1;
    return 'nested';
  }

  #inNested(char: string): Place {
    if (char === '"') return this.#open('nested string');
    if (char === '{' || char === '[') this.#depth += 1;
    if (char === '}' || char === ']') this.#depth -= 1;
    return this.#depth === 0 ? 'after value' : 'nested';
  }
}

function afterValue(char: string): Place {
  if (char === ',') return 'before key';
  return char === '}' ? 'end' : 'broken';
}

function decodeEscape(sequence: string): string {
  const kind = sequence.charAt(1);
  if (kind !== 'u') return SHORT_ESCAPES[kind] ?? 'wrong';
  const digits = sequence.slice(2);
  if (!/^[0-9a-f]{0,4}$/i.test(digits)) return 'wrong';
  return digits.length < 4 ? 'more' : String.fromCharCode(Number.parseInt(digits, 16));
}

function withoutHalfPair(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text;
}
