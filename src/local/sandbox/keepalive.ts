/** Says something when nothing has been said for a while. */
import type { Clock } from './clock.ts';

export interface Keepalive {
  /** Something has just been said. */
  touch(): void;
  stop(): void;
}

export function startKeepalive(clock: Clock, silenceMs: number, send: () => void): Keepalive {
  let cancel = () => {};
  const touch = () => {
    cancel();
    cancel = clock.after(silenceMs, () => {
      send();
      touch();
    });
  };
  touch();
  return { touch, stop: () => cancel() };
}
