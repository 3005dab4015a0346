/** Reading tasks and results: numbers, languages, and figures out of what a run really printed. Pure. */

const NUMBER_WORDS: ReadonlyMap<string, number> = new Map([
  ['five', 5],
  ['six', 6],
  ['seven', 7],
  ['eight', 8],
  ['nine', 9],
  ['ten', 10],
  ['twelve', 12],
  ['fifteen', 15],
  ['twenty', 20],
  ['thirty', 30],
  ['forty', 40],
  ['fifty', 50],
  ['hundred', 100],
]);

/** The first whole number in a text (20, 20th or twenty), within bounds; else `otherwise`. */
export function numberIn(text: string, otherwise: number, min: number, max: number): number {
  const plain = text.toLowerCase();
  const digits = /\b\d[\d,_]*(?=(st|nd|rd|th)?\b)/.exec(plain)?.[0];
  const word = plain.split(/[^a-z]+/).find((each) => NUMBER_WORDS.has(each));
  const found = digits ? Number(digits.replaceAll(/[,_]/g, '')) : NUMBER_WORDS.get(word ?? '');
  return Math.min(max, Math.max(min, found ?? otherwise));
}

/** What stands after `label:` on a line of its own; undefined when no such line was printed. */
export function figure(output: string, label: string): string | undefined {
  const start = `${label.toLowerCase()}:`;
  const lines = output.split('\n').map((line) => line.trim());
  const found = lines.findLast((line) => line.toLowerCase().startsWith(start));
  return found?.slice(start.length).trim() || undefined;
}

const ANSI = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
const NAMES_ERROR = /^[\w.]*(Error|Exception|Iteration|Interrupt|Exit)(:|$)/;

/** The line of a result that names the error: `KeyError: 'price'`. */
export function errorLine(result: string): string | undefined {
  const lines = result.replaceAll(ANSI, '').split('\n');
  // The report of a run writes `Error:` before what the language itself says.
  const plain = lines.map((line) => line.trim().replace(/^Error: (?=[\w.]+(:|$)|Traceback)/, ''));
  return plain.findLast((line) => NAMES_ERROR.test(line))?.slice(0, 200);
}

/** The first line of a result that says anything, short enough to quote. */
export function firstLine(result: string): string {
  const line = result.split('\n').find((each) => each.trim() !== '');
  return (line ?? 'no reason was given').trim().slice(0, 300);
}

/** Text between backticks, whatever it holds. */
export function quoted(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}
