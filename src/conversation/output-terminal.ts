/**
 * Reads a program's output as a terminal would: colours and titles are dropped, cursor moves are obeyed. It stops
 * anywhere, also in the middle of an escape sequence, and goes on with the next chunk from the state it returns.
 */
import { Screen, type ScreenState } from './output-screen.ts';

/** What the next character belongs to. */
type Mode =
  | 'text'
  /** After ESC. */
  | 'escape'
  /** After ESC and an intermediate, as in `ESC ( B`: one more character ends it. */
  | 'charset'
  /** In a control sequence, `ESC [ … letter`. */
  | 'control'
  /** In a title, link or image, up to BEL or `ESC \`. */
  | 'string'
  /** After ESC inside one of those. */
  | 'stringEscape';

export interface TerminalState {
  readonly screen: ScreenState;
  readonly mode: Mode;
  /** Parameters of the control sequence so far, bounded. */
  readonly parameters: string;
  /** The first half of a surrogate pair whose second half has not come yet. */
  readonly half: string;
}

export const FRESH_TERMINAL: TerminalState = {
  screen: { rows: [''], row: 0, column: 0 },
  mode: 'text',
  parameters: '',
  half: '',
};

export interface Fed {
  readonly state: TerminalState;
  /** Text that can no longer change, in order. */
  readonly settled: string;
}

const MAX_PARAMETERS = 32;
/** From so many characters on a chunk costs more memory than copies of the rows it leaves. */
const LONG_CHUNK = 4_096;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const CONTROL_BUT_LINE_END = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const LONE_SURROGATE = /\p{Surrogate}/gu;
const ANY_SURROGATE = /[\ud800-\udfff]/;

/** Folds a chunk in. Its cost grows with the chunk, not with what came before. */
export function feed(state: TerminalState, chunk: string): Fed {
  const joined = state.half + chunk;
  // A pattern that is bound to the end still looks at every place before it.
  const half = (joined.charCodeAt(joined.length - 1) & 0xfc00) === 0xd800 ? joined.slice(-1) : '';
  const whole = half === '' ? joined : joined.slice(0, -1);
  const text = ANY_SURROGATE.test(whole) ? whole.replace(LONE_SURROGATE, '\ufffd') : whole;

  const screen = new Screen(state.screen);
  let { mode, parameters } = state;
  /** Up to here the text was looked at for plain lines. */
  let looked = 0;
  for (let at = 0; at < text.length; ) {
    if (mode === 'text') {
      if (at >= looked) {
        looked = endOfLines(text, at);
        if (screen.printLines(text.slice(at, looked))) {
          at = looked;
          continue;
        }
      }
      CONTROL.lastIndex = at;
      const next = CONTROL.exec(text)?.index ?? text.length;
      if (next > at) screen.print(text.slice(at, next));
      if (next < text.length) mode = control(screen, text.charCodeAt(next));
      if (mode === 'control') parameters = '';
      at = next + 1;
      continue;
    }
    const code = text.charCodeAt(at);
    const step = inSequence(mode, code);
    if (step.next === 'control' && parameters.length < MAX_PARAMETERS && mode === 'control') {
      parameters += text.charAt(at);
    }
    if (step.next === 'control' && mode !== 'control') parameters = '';
    if (step.ends) obey(screen, parameters, text.charAt(at));
    mode = step.next;
    // A character that cannot belong to the sequence ends it and is read again as text.
    if (!step.reread) at += 1;
  }
  return {
    // The state lives on, and with it what its rows are parts of.
    state: {
      screen: screen.state(text.length > LONG_CHUNK),
      mode,
      parameters: mode === 'control' ? parameters : '',
      half,
    },
    settled: screen.settled.join(''),
  };
}

/** Where the plain lines that begin at `from` end: at the next control character that is no line end. */
function endOfLines(text: string, from: number): number {
  CONTROL_BUT_LINE_END.lastIndex = from;
  return CONTROL_BUT_LINE_END.exec(text)?.index ?? text.length;
}

/** What a terminal still shows at the end: the text that `feed` has not settled. */
export function endOfTerminal({ screen, half }: TerminalState): string {
  return screen.rows.join('\n') + (half === '' ? '' : '\ufffd');
}

/** A control character in running text: acts, and says what the next character belongs to. */
function control(screen: Screen, code: number): Mode {
  switch (code) {
    case 0x08:
      screen.moveColumns(-1);
      return 'text';
    case 0x0d:
      screen.toColumn(0);
      return 'text';
    case 0x0a:
    case 0x0b:
    case 0x0c:
    case 0x85:
      screen.newLine();
      return 'text';
    case 0x1b:
      return 'escape';
    case 0x9b:
      return 'control';
    case 0x90:
    case 0x98:
    case 0x9d:
    case 0x9e:
    case 0x9f:
      return 'string';
    default:
      return 'text';
  }
}

interface Step {
  readonly next: Mode;
  /** The character completes a control sequence. */
  readonly ends?: boolean;
  readonly reread?: boolean;
}

const REREAD: Step = { next: 'text', reread: true };

function inSequence(mode: Exclude<Mode, 'text'>, code: number): Step {
  switch (mode) {
    case 'escape':
      return afterEscape(code);
    case 'charset':
      return code >= 0x20 && code <= 0x7e ? { next: code <= 0x2f ? 'charset' : 'text' } : REREAD;
    case 'control':
      if (code >= 0x20 && code <= 0x3f) return { next: 'control' };
      return code >= 0x40 && code <= 0x7e ? { next: 'text', ends: true } : REREAD;
    case 'string':
      if (code === 0x07 || code === 0x9c || code === 0x18 || code === 0x1a) return { next: 'text' };
      // A title has no line end: a program that forgot to end one must not swallow all its output.
      if (code === 0x0a) return REREAD;
      return { next: code === 0x1b ? 'stringEscape' : 'string' };
    case 'stringEscape':
      return code === 0x5c ? { next: 'text' } : afterEscape(code);
  }
}

function afterEscape(code: number): Step {
  const char = String.fromCharCode(code);
  if (char === '[') return { next: 'control' };
  if (']PX^_'.includes(char)) return { next: 'string' };
  if (code >= 0x20 && code <= 0x2f) return { next: 'charset' };
  return code >= 0x30 && code <= 0x7e ? { next: 'text' } : REREAD;
}

type Command = (screen: Screen, count: number, given: number) => void;

/** The control sequences that move the cursor or erase; colours and everything else are nothing to us. */
const COMMANDS: Readonly<Record<string, Command>> = {
  A: (screen, count) => screen.moveRows(-count),
  B: (screen, count) => screen.moveRows(count),
  C: (screen, count) => screen.moveColumns(count),
  D: (screen, count) => screen.moveColumns(-count),
  F: (screen, count) => {
    screen.moveRows(-count);
    screen.toColumn(0);
  },
  G: (screen, count) => screen.toColumn(count - 1),
  // We do not know the top of a real screen: what is printed next starts a line of its own.
  H: (screen) => screen.freshRow(),
  J: (screen, _count, given) => {
    if (given === 0) screen.eraseBelow();
  },
  K: (screen, _count, given) => {
    if (given === 0) screen.eraseToRowEnd();
    else if (given === 1) screen.eraseToRowStart();
    else screen.eraseRow();
  },
};

function obey(screen: Screen, parameters: string, final: string): void {
  const first = /^\d*/.exec(parameters)?.[0] ?? '';
  // `ESC [ ? …` and its like are private modes.
  if (first === '' && parameters !== '' && !parameters.startsWith(';')) return;
  const given = Number(first);
  COMMANDS[final]?.(screen, Math.max(1, Math.min(given, 9_999)), given);
}
