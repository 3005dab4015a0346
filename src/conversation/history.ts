/**
 * What of a conversation goes into a request: at most so many tokens. A long thread is folded first; where it is still too
 * much, the oldest outputs go, then the oldest turns, and only then parts of the turn under way. A call and its result stay together, and the person's last message always
 * stays. Pure.
 */
import type { ModelMessage } from './events.ts';
import { foldHistory } from './history-fold.ts';
import { type Exchange, exchangesOf } from './history-turns.ts';
import { byteLength, excerpt } from './output-excerpt.ts';

export const OUTPUT_LEFT_OUT = '(This output was left out to save room.)';

/** A rule of thumb for English and code; other scripts take more, which the room left in the model's context covers. */
const CHARS_PER_TOKEN = 4;
const TOKENS_PER_MESSAGE = 4;
const TOKENS_PER_CALL = 20;
/** The instructions and the tool, which go with every request. */
const INSTRUCTION_TOKENS = 1_500;
/** Notes on past turns take at most an eighth of a request, and no more than this many bytes in a large one. */
const MAX_NOTE_BYTES = 24_000;
const NOTE_SHARE = 1 / 8;

/** About how many tokens the message takes. */
export function estimateTokens(message: ModelMessage): number {
  const calls = message.role === 'assistant' ? message.calls : [];
  const thought = message.role === 'assistant' && message.thought ? JSON.stringify(message.thought.blocks).length : 0;
  const chars = message.text.length + thought + calls.reduce((sum, call) => sum + call.code.source.length, 0);
  return Math.ceil(chars / CHARS_PER_TOKEN) + TOKENS_PER_MESSAGE + calls.length * TOKENS_PER_CALL;
}

/** The messages that go into a request of at most `contextTokens`, instructions included. */
export function fitMessages(messages: readonly ModelMessage[], contextTokens: number): readonly ModelMessage[] {
  const budget = Math.max(0, contextTokens - INSTRUCTION_TOKENS);
  const noteBytes = Math.min(MAX_NOTE_BYTES, Math.floor(budget * NOTE_SHARE * CHARS_PER_TOKEN));
  const exchanges = exchangesOf(foldHistory(messages, noteBytes));
  const asked = exchanges.findLastIndex((exchange) => exchange[0]?.role === 'user');
  const fit = new Fit(exchanges, budget);
  const last = exchanges.length - 1;

  fit.shorten(0, asked);
  fit.dropTurns(asked);
  fit.shorten(asked + 1, last);
  fit.drop(asked + 1, last);
  fit.shorten(last, last + 1);
  if (last > asked) fit.drop(last, last + 1);
  fit.shortenQuestion(asked);
  return fit.messages();
}

/** Takes away step by step, and stops as soon as the rest fits. */
class Fit {
  #exchanges: (Exchange | null)[];
  readonly #budget: number;
  #tokens: number;

  constructor(exchanges: readonly Exchange[], budget: number) {
    this.#exchanges = [...exchanges];
    this.#budget = budget;
    this.#tokens = exchanges.reduce((sum, exchange) => sum + cost(exchange), 0);
  }

  messages(): readonly ModelMessage[] {
    return this.#exchanges.flatMap((exchange) => exchange ?? []);
  }

  /** Leaves out the outputs of the exchanges from `from` up to `to`. */
  shorten(from: number, to: number): void {
    this.#each(from, to, (exchange) => exchange.map(withoutOutput));
  }

  drop(from: number, to: number): void {
    this.#each(from, to, () => null);
  }

  /** Drops whole turns before `to`: from one user message up to the next. */
  dropTurns(to: number): void {
    for (let from = 0; from < to; ) {
      if (this.#tokens <= this.#budget) return;
      let next = from + 1;
      while (next < to && this.#exchanges[next]?.[0]?.role !== 'user') next += 1;
      for (let index = from; index < next; index += 1) this.#replace(index, null);
      from = next;
    }
  }

  /** The last resort: the person's message itself in part. */
  shortenQuestion(index: number): void {
    const message = this.#exchanges[index]?.[0];
    if (message?.role !== 'user' || this.#tokens <= this.#budget) return;
    const bytes = Math.max(0, this.#budget - TOKENS_PER_MESSAGE) * CHARS_PER_TOKEN;
    if (byteLength(message.text) <= bytes) return;
    const headBytes = Math.floor(bytes / 2);
    this.#replace(index, [{ ...message, text: excerpt(message.text, { headBytes, tailBytes: bytes - headBytes }) }]);
  }

  #each(from: number, to: number, change: (exchange: Exchange) => Exchange | null): void {
    for (let index = Math.max(0, from); index < to && this.#tokens > this.#budget; index += 1) {
      const exchange = this.#exchanges[index];
      if (exchange) this.#replace(index, change(exchange));
    }
  }

  #replace(index: number, exchange: Exchange | null): void {
    this.#tokens += cost(exchange ?? []) - cost(this.#exchanges[index] ?? []);
    this.#exchanges[index] = exchange;
  }
}

function cost(exchange: Exchange): number {
  return exchange.reduce((sum, message) => sum + estimateTokens(message), 0);
}

function withoutOutput(message: ModelMessage): ModelMessage {
  if (message.role !== 'result' || message.text.length <= OUTPUT_LEFT_OUT.length) return message;
  return { ...message, text: OUTPUT_LEFT_OUT };
}
