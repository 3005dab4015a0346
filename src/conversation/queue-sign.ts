/** The sign on a message whose task waits. Nothing ever waits for it. */
import type { Replies } from '../ports.ts';

const WAITING = 'hourglass_flowing_sand';

export interface QueueSign {
  on(): void;
  off(): void;
}

/** `isOn`: the last process may have left it there. `ts` is null where no message asked. */
export function queueSign(
  replies: Pick<Replies, 'mark'>,
  channel: string,
  ts: string | null,
  isOn: boolean,
): QueueSign {
  let marked = isOn ? Promise.resolve() : undefined;
  return {
    on: () => {
      if (ts !== null) marked ??= replies.mark(channel, ts, WAITING, true);
    },
    off: () => {
      // One after the other, or the sign could come after it was taken away.
      if (ts !== null) void marked?.then(() => replies.mark(channel, ts, WAITING, false));
      marked = undefined;
    },
  };
}
