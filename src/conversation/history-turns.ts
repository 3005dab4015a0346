/** A conversation in its natural parts. Pure. */
import type { ModelMessage } from './events.ts';

/** One assistant message and the results that answer its calls, or one user message. Kept or dropped together. */
export type Exchange = readonly ModelMessage[];

/** A person's message and everything that followed it, up to the next one. */
export type PastTurn = readonly Exchange[];

export function exchangesOf(messages: readonly ModelMessage[]): readonly Exchange[] {
  const exchanges: ModelMessage[][] = [];
  for (const message of messages) {
    const current = exchanges.at(-1);
    if (message.role === 'result' && current && current[0]?.role !== 'user') current.push(message);
    else exchanges.push([message]);
  }
  return exchanges;
}

/** What stands before the first user message, as a crash may leave it, is a turn of its own. */
export function turnsOf(exchanges: readonly Exchange[]): readonly PastTurn[] {
  const turns: Exchange[][] = [];
  for (const exchange of exchanges) {
    const current = turns.at(-1);
    if (current && exchange[0]?.role !== 'user') current.push(exchange);
    else turns.push([exchange]);
  }
  return turns;
}
