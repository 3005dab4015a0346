/**
 * The WebSocket that brings changes. It connects again by itself, for ever; while the browser is offline or the tab hidden
 * it still tries, and at once when either ends.
 */
import type { PagePush } from '../../protocol.ts';
import { delayBefore } from './backoff.ts';
import type { Socket, SocketEvents } from './link.ts';

export function openSocket(url: string, events: SocketEvents): Socket {
  let current: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;

  const plan = () => {
    clearTimeout(timer);
    timer = setTimeout(connect, delayBefore(attempt, Math.random));
    attempt += 1;
  };
  const abandon = () => {
    const old = current;
    current = undefined;
    old?.close();
  };
  const connect = () => {
    clearTimeout(timer);
    abandon();
    const socket = new WebSocket(url);
    current = socket;
    socket.onmessage = (event) => {
      const push = readPush(event.data);
      if (current !== socket || push === undefined) return;
      attempt = 1;
      events.push(push);
    };
    socket.onclose = () => {
      if (current !== socket) return;
      current = undefined;
      events.lost();
      plan();
    };
  };
  const wake = () => {
    if (document.visibilityState === 'visible' && current === undefined) connect();
  };
  window.addEventListener('online', wake);
  document.addEventListener('visibilitychange', wake);
  plan();
  return {
    restart: connect,
    stop: () => {
      clearTimeout(timer);
      abandon();
      window.removeEventListener('online', wake);
      document.removeEventListener('visibilitychange', wake);
    },
  };
}

function readPush(data: unknown): PagePush | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(data);
    const isPush = typeof value === 'object' && value !== null && 'type' in value && 'seq' in value;
    return isPush ? (value as PagePush) : undefined;
  } catch {
    return undefined;
  }
}
