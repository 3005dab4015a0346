/** Pushes changes to every open page, numbered so that a page notices when it missed one. */
import type { WebSocket } from 'ws';
import type { PagePush } from '../protocol.ts';

type WithoutSeq<T> = T extends unknown ? Omit<T, 'seq'> : never;
export type Push = WithoutSeq<PagePush>;

/** What a person is told in passing; kept a while for those who check it. */
export type Notice = Extract<Push, { readonly type: 'toast' | 'view.errors' }>;

export interface Hub {
  push(push: Push): void;
  add(socket: WebSocket): void;
  /** The last toasts and form errors, oldest first. */
  notices(): readonly Notice[];
  stop(): void;
}

/** A page that reads slower than this many bytes behind is cut off; it comes back and loads again. */
const BACKLOG_BYTES = 16 * 1024 * 1024;

const NOTICES = 200;

export function createHub(): Hub {
  const sockets = new Set<WebSocket>();
  const notices: Notice[] = [];
  let seq = 0;
  return {
    push: (push) => {
      seq += 1;
      if (push.type === 'toast' || push.type === 'view.errors') {
        notices.push(push);
        if (notices.length > NOTICES) notices.shift();
      }
      const text = JSON.stringify({ seq, ...push });
      for (const socket of sockets) {
        if (socket.bufferedAmount > BACKLOG_BYTES) socket.terminate();
        else socket.send(text);
      }
    },
    add: (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => socket.terminate());
      // The greeting carries the number of the last push: the next one is a step above it.
      socket.send(JSON.stringify({ seq, type: 'hello' } satisfies PagePush));
    },
    notices: () => [...notices],
    stop: () => {
      for (const socket of sockets) socket.terminate();
    },
  };
}
