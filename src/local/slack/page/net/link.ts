/** The live connection as the session sees it; `socket.ts` is the browser's. */
import type { PagePush } from '../../protocol.ts';

export interface SocketEvents {
  push(push: PagePush): void;
  /** The connection ended, or could not be made. Another attempt is already planned unless `stop` is called. */
  lost(): void;
}

export interface Socket {
  /** Drops the connection, if any, and connects anew. */
  restart(): void;
  stop(): void;
}
