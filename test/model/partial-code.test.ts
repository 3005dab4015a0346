import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PartialCode } from '../../src/model/partial-code.ts';

function read(pieces: readonly string[]): PartialCode {
  const partial = new PartialCode();
  for (const piece of pieces) partial.write(piece);
  return partial;
}

/** Cuts a text at the given places. */
function cut(text: string, places: readonly number[]): string[] {
  const ends = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [...ends, text.length].map((end, i) => text.slice(i === 0 ? 0 : ends[i - 1], end));
}

/** JSON with every unit beyond ASCII escaped, as some servers write it. */
function escaped(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const source = fc.string({ unit: 'binary', maxLength: 60 });
const extra = fc.dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });
const spacing = fc.constantFrom(undefined, 2, '\t');

/** The JSON text of a call, in either order of the keys, among other values, spaced and escaped in several ways. */
const callText = fc
  .record({
    code: source,
    language: fc.constantFrom('python', 'javascript', 'bash'),
    extra,
    spacing,
    first: fc.boolean(),
  })
  .chain(({ code, language, extra: rest, spacing: indent, first }) => {
    const call = first ? { ...rest, language, code } : { code, ...rest, language };
    const json = JSON.stringify(call, null, indent);
    return fc.constantFrom(json, escaped(json)).map((text) => ({ text, call: { code, language } }));
  });

describe('PartialCode', () => {
  it('reads the same call however its text is split', () => {
    fc.assert(
      fc.property(callText, fc.array(fc.nat(2000)), ({ text, call }, places) => {
        const partial = read(cut(text, places));
        expect({ code: partial.code, language: partial.language }).toEqual(call);
      }),
    );
  });

  it('only ever grows towards the final code, and never shows half a character', () => {
    fc.assert(
      fc.property(callText, ({ text, call }) => {
        const partial = new PartialCode();
        let seen = '';
        for (const unit of text.split('')) {
          partial.write(unit);
          expect(partial.code.startsWith(seen)).toBe(true);
          expect(call.code.startsWith(partial.code)).toBe(true);
          if (partial.code !== call.code) expect(partial.code).not.toMatch(/[\ud800-\udbff]$/);
          seen = partial.code;
        }
      }),
    );
  });

  it.each([
    ['nothing yet', '', undefined, ''],
    ['a language that is still open', '{"language":"pyth', undefined, ''],
    ['code that is still open', '{"language":"python","code":"print(1)\\npri', 'python', 'print(1)\npri'],
    ['an escape that is still open', '{"code":"a\\', undefined, 'a'],
    ['a unicode escape that is still open', '{"code":"a\\u00e', undefined, 'a'],
    ['half of an escaped pair', '{"code":"a\\ud83d', undefined, 'a'],
    ['a whole escaped pair', '{"code":"a\\ud83d\\ude00', undefined, 'a😀'],
    ['half of a raw pair', '{"code":"a\ud83d', undefined, 'a'],
    ['a lone half that is final', '{"code":"a\\ud83d"', undefined, 'a\ud83d'],
    ['keys of the same name deeper down', '{"x":{"code":"no","y":["}",{"code":"no"}]},"code":"yes"}', undefined, 'yes'],
    ['values that are no strings', '{"language":3,"code":null,"z":-1.5e3}', undefined, ''],
    ['a key that comes twice', '{"code":"one","code":"two","language":"bash","language":7}', undefined, 'two'],
    ['an escaped key', '{"c\\u006fde":"x"}', undefined, 'x'],
    ['text after the end', '{"code":"x"}{"code":"y"}', undefined, 'x'],
    ['no object', '["code","x"]', undefined, ''],
    ['a wrong escape', '{"code":"a\\qb","language":"bash"}', undefined, 'a'],
    ['an empty object', '{}', undefined, ''],
  ])('shows %s', (_, text, language, code) => {
    expect(read([text])).toMatchObject({ language, code });
    expect(read(text.split(''))).toMatchObject({ language, code });
  });

  it('takes text that is no JSON without throwing', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 20 })), (pieces) => {
        expect(typeof read(pieces).code).toBe('string');
      }),
    );
  });
});
