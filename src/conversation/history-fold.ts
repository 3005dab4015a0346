/**
 * A long thread in few words. The last turns stay whole, but of several failing attempts only the last does; the turns
 * before them become notes in one message, and the oldest of those are only counted. What is whole moves on in steps, so
 * that from one request to the next the text stays the same for as long as possible: a prompt cache reads prefixes. Pure.
 */
import type { ModelMessage } from './events.ts';
import { digestOf, runLine } from './history-digest.ts';
import { type Exchange, exchangesOf, type PastTurn, turnsOf } from './history-turns.ts';

/** Of the turns before the one under way, at least so many stay whole, and fewer than a step more. */
export const WHOLE_TURNS = 3;
export const FOLD_STEP = 8;
/** A multiple of the step, so that what is left out moves with it. */
export const NOTED_TURNS = 2 * FOLD_STEP;

/** The same conversation, shorter where it is long; its notes have at most `maxNoteBytes` bytes. */
export function foldHistory(messages: readonly ModelMessage[], maxNoteBytes: number): readonly ModelMessage[] {
  const turns = turnsOf(exchangesOf(messages));
  const folded = foldedTurns(turns.length);
  const whole = turns.slice(folded);
  const last = whole.length - 1;
  const kept = whole.flatMap((turn, index) => (index === last ? turn : withLastFailure(turn)).flat());
  if (folded === 0) return kept;
  const noted = turns.slice(Math.max(0, folded - NOTED_TURNS), folded);
  return [{ role: 'user', text: digestOf(noted, folded - noted.length, maxNoteBytes) }, ...kept];
}

/** How many of so many turns, the one under way included, are no longer whole. */
function foldedTurns(turns: number): number {
  return Math.max(0, Math.floor((turns - 1 - WHOLE_TURNS) / FOLD_STEP) * FOLD_STEP);
}

/** The turn with its last failing attempt whole and a line for each one before it. */
function withLastFailure(turn: PastTurn): PastTurn {
  const failures = turn.filter(failedWholly);
  const last = failures.pop();
  if (last === undefined || failures.length === 0) return turn;
  const lines = failures.map((attempt) => `[An earlier attempt: ${runLine(attempt)}]`);
  return turn.flatMap((exchange) => {
    if (exchange === last) return [withLines(exchange, lines)];
    return failures.includes(exchange) ? [] : [exchange];
  });
}

/** True where no call of it did anything that a later run may build on. */
function failedWholly(exchange: Exchange): boolean {
  const results = exchange.filter((message) => message.role === 'result');
  return exchange[0]?.role === 'assistant' && results.length > 0 && results.every(({ failed }) => failed);
}

/** Lines before the first result: they go where the model reads of a run, and no call loses its result. */
function withLines(exchange: Exchange, lines: readonly string[]): Exchange {
  const first = exchange.findIndex((message) => message.role === 'result');
  return exchange.map((message, index) =>
    index === first ? { ...message, text: [...lines, message.text].join('\n') } : message,
  );
}
