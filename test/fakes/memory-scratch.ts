/** A scratch that keeps its files in memory, or is a disk that takes nothing. */
import type { TurnId } from '../../src/conversation/events.ts';
import type { Scratch } from '../../src/ports.ts';

export interface MemoryScratch extends Scratch {
  /** Names of the files that are there, by turn. */
  readonly kept: ReadonlyMap<TurnId, readonly string[]>;
}

export function memoryScratch({ isFull = false } = {}): MemoryScratch {
  const kept = new Map<TurnId, string[]>();
  return {
    kept,
    folder: (turn) => ({
      create(name) {
        if (isFull) throw new Error('no space left on device');
        kept.set(turn, [...(kept.get(turn) ?? []), name]);
        const parts: string[] = [];
        return {
          append: (text) => void parts.push(text),
          close: async () => new Blob(parts),
        };
      },
      async clear() {
        kept.delete(turn);
      },
    }),
  };
}
