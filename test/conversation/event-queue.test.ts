import { describe, expect, it } from 'vitest';
import { eventQueue } from '../../src/conversation/event-queue.ts';

/** Joins neighbours that begin with the same letter. */
function letters() {
  return eventQueue<string>((last, next) => (last[0] === next[0] ? last + next : undefined));
}

async function all<T>(queue: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of queue) items.push(item);
  return items;
}

describe('eventQueue', () => {
  it('delivers what was pushed before it was closed, joined where it can be', async () => {
    const queue = letters();
    for (const item of ['a', 'a', 'b', 'a', 'a']) queue.push(item);
    queue.close();
    expect(await all(queue)).toEqual(['aa', 'b', 'aa']);
  });

  it('waits for more, and does not join what was delivered already', async () => {
    const queue = letters();
    const iterator = queue[Symbol.asyncIterator]();
    const first = iterator.next();
    queue.push('a');
    expect(await first).toEqual({ done: false, value: 'a' });
    queue.push('a');
    expect(await iterator.next()).toEqual({ done: false, value: 'a' });
    const last = iterator.next();
    queue.close();
    expect(await last).toEqual({ done: true, value: undefined });
  });

  it('takes pushes while the consumer works', async () => {
    const queue = letters();
    queue.push('a1');
    queue.push('b1');
    const seen: string[] = [];
    for await (const item of queue) {
      seen.push(item);
      if (item === 'a1') for (const more of ['c1', 'c2']) queue.push(more);
      if (item === 'c1c2') queue.close();
    }
    expect(seen).toEqual(['a1', 'b1', 'c1c2']);
  });

  it('ignores what comes after the end', async () => {
    const queue = letters();
    queue.close();
    queue.push('late');
    expect(await all(queue)).toEqual([]);
  });

  it('makes few events of very many pushes', async () => {
    const queue = eventQueue<string>((last, next) => last + next);
    for (let index = 0; index < 100_000; index += 1) queue.push('x');
    queue.close();
    expect((await all(queue)).map((item) => item.length)).toEqual([100_000]);
  });
});
