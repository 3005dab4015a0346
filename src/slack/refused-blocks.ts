/**
 * Types of blocks that Slack did not know or does not allow here: a plan, a region or an old server may lack one. A type that was
 * refused once is left out for a day, so that not every message is sent twice.
 */
import type { KnownBlock } from '@slack/types';
import type { Clock } from '../clock.ts';
import type { SlackFailure } from './slack-errors.ts';

export interface RefusedBlocks {
  /** False where one of these blocks would be refused again. */
  allows(blocks: readonly KnownBlock[]): boolean;
  /** Remembers the types that a refusal of these blocks names. */
  learn(failure: SlackFailure, blocks: readonly KnownBlock[]): void;
}

const DAY_MS = 24 * 3_600_000;

/** Slack points at the `type` of a block where that is what it does not take; a fault inside a block is only that message's. */
const TYPE_POINTER = /\[json-pointer:\/blocks\/(\d{1,3})\/type\]/;

export function createRefusedBlocks(clock: Clock): RefusedBlocks {
  const refusedAt = new Map<string, number>();
  const isRefused = (type: string) => {
    const age = clock.now() - (refusedAt.get(type) ?? Number.NEGATIVE_INFINITY);
    return age >= 0 && age < DAY_MS;
  };
  return {
    allows: (blocks) => !blocks.some(({ type }) => isRefused(type)),
    learn: (failure, blocks) => {
      for (const detail of failure.kind === 'refused' ? failure.details : []) {
        const type = blocks[Number(TYPE_POINTER.exec(detail)?.[1] ?? Number.NaN)]?.type;
        if (type !== undefined) refusedAt.set(type, clock.now());
      }
    },
  };
}
