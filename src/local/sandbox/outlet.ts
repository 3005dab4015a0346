/** A response that is written for as long as somebody reads: a slow reader makes the writer wait, not our memory grow. */
import type { ServerResponse } from 'node:http';

/** Beyond this the source is asked to wait, until all of it is read. */
const FULL_BYTES = 4 * 1024 * 1024;
/** A source that was asked and writes on is no honest one. */
const FLOOD_BYTES = 96 * 1024 * 1024;

export interface Outlet {
  write(data: string | Buffer): void;
  /** Writes the last and ends. */
  end(data?: string | Buffer): void;
}

export interface Source {
  flow(on: boolean): void;
  /** It writes although it was asked to wait. */
  flooded(): void;
}

export function openOutlet(response: ServerResponse, source: Source): Outlet {
  let waiting = false;
  const drained = () => {
    waiting = false;
    source.flow(true);
  };
  return {
    write: (data) => {
      if (response.destroyed || response.writableEnded) return;
      response.write(data);
      if (response.writableLength > FLOOD_BYTES) return source.flooded();
      if (waiting || response.writableLength < FULL_BYTES) return;
      waiting = true;
      source.flow(false);
      response.once('drain', drained);
    },
    end: (data) => {
      if (!response.destroyed && !response.writableEnded) response.end(data);
    },
  };
}
