/**
 * A Model that says what it is told, for tests of the engine. It keeps the promises of the port: one `end` or `failed`
 * last, nothing thrown, silence after an abort (test/contracts/model.ts holds it to them).
 */
import type { Code, Failure, TokenUsage } from '../../src/conversation/events.ts';
import type { Model, ModelEvent, ModelRequest } from '../../src/ports.ts';

/** In a reply: says no more until the turn is stopped. */
export const UNTIL_ABORTED = { type: 'until aborted' } as const;

export type ScriptedEvent = ModelEvent | typeof UNTIL_ABORTED;
export type ScriptedReply = readonly ScriptedEvent[] | ((request: ModelRequest) => readonly ScriptedEvent[]);

export interface ScriptedModel extends Model {
  /** What was asked, in order. */
  readonly requests: readonly ModelRequest[];
}

const USAGE: TokenUsage = { inputTokens: 10, outputTokens: 5 };

export function scriptedModel(replies: readonly ScriptedReply[]): ScriptedModel {
  const requests: ModelRequest[] = [];
  return {
    requests,
    async *reply(request, signal) {
      if (signal.aborted) return;
      const scripted = replies[requests.length];
      requests.push(request);
      const events = typeof scripted === 'function' ? scripted(request) : (scripted ?? unscripted(requests.length));
      for (const event of events) {
        // Each event in a turn of its own, as over a wire.
        await new Promise((resolve) => setImmediate(resolve));
        if (event.type === 'until aborted') await aborted(signal);
        else if (!signal.aborted) yield event;
        if (signal.aborted) return;
      }
    },
  };
}

/** A reply of words, in two deltas. */
export function says(words: string, usage: TokenUsage = USAGE): ModelEvent[] {
  return [...textEvents(words), { type: 'end', stop: 'done', usage }];
}

/** A reply that calls the tool, after words if there are any. */
export function runs(code: Code, words = '', callId = 'call_1', usage: TokenUsage = USAGE): ModelEvent[] {
  return [
    ...textEvents(words),
    ...halves(code.source).map(
      (half): ModelEvent => ({ type: 'code', language: code.language, delta: half.delta, snapshot: half.snapshot }),
    ),
    { type: 'call', call: { id: callId, code } },
    { type: 'end', stop: 'calls', usage },
  ];
}

/** A reply that does not come. */
export function fails(reason: Failure['reason'], message = 'The model failed as scripted.'): ModelEvent[] {
  return [{ type: 'failed', failure: { reason, message }, usage: { inputTokens: 0, outputTokens: 0 } }];
}

function unscripted(number: number): ModelEvent[] {
  return fails('internal', `The script has no reply number ${number}.`);
}

function textEvents(words: string): ModelEvent[] {
  return halves(words).map((half) => ({ type: 'text', ...half }));
}

function halves(text: string): { delta: string; snapshot: string }[] {
  const middle = Math.ceil(text.length / 2);
  const parts = [
    { delta: text.slice(0, middle), snapshot: text.slice(0, middle) },
    { delta: text.slice(middle), snapshot: text },
  ];
  return parts.filter((part) => part.delta !== '');
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
