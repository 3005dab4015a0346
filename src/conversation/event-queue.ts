/**
 * From a callback to an async iteration. The producer never waits; while the consumer is busy, neighbours that can be
 * joined are, so that a program that prints a million times does not make a million events.
 */

export interface EventQueue<T> extends AsyncIterable<T> {
  push(item: T): void;
  /** What was pushed is still delivered, then the iteration ends. */
  close(): void;
}

/** `join` gives one item for two neighbours, or undefined where they must stay two. For one consumer. */
export function eventQueue<T>(join: (last: T, next: T) => T | undefined): EventQueue<T> {
  let items: T[] = [];
  let closed = false;
  let wake = (): void => {};

  return {
    push(item) {
      if (closed) return;
      const last = items.at(-1);
      const joined = last === undefined ? undefined : join(last, item);
      if (joined === undefined) items.push(item);
      else items[items.length - 1] = joined;
      wake();
    },
    close() {
      closed = true;
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const batch = items;
        items = [];
        yield* batch;
        if (items.length > 0) continue;
        if (closed) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
