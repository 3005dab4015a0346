/**
 * Socket Mode: the app asks `apps.connections.open` for an address with a single-use ticket, connects, is greeted, and receives
 * envelopes that it acknowledges by id. Each envelope goes to one of its connections, in turn. What a connection that ends had
 * not acknowledged has failed.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../clock.ts';
import { asRecord, parseJson } from '../json.ts';
import { createTickets } from './tickets.ts';
import { ACK_TIMEOUT_MS, type Ack, type Attempt, type Outgoing, type Transport } from './transport.ts';

/** The client gives up on a server it has heard no ping from for 30 s. */
const PING_EVERY_MS = 5000;
/** Slack allows an app ten connections. */
const SOCKET_LIMIT = 10;
/** Milliseconds between asking a connection to come back and closing it. */
const FAREWELL_MS = 10_000;

interface Pending {
  readonly socket: WebSocket;
  readonly settle: (ack: Ack) => void;
}

export class SocketMode implements Transport {
  readonly #appId: () => string;
  readonly #clock: Clock;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: 1024 * 1024 });
  readonly #tickets;
  readonly #sockets: WebSocket[] = [];
  /** By envelope id. */
  readonly #pending = new Map<string, Pending>();
  readonly #listeners: ((connected: boolean) => void)[] = [];
  readonly #ping: NodeJS.Timeout;
  #turn = 0;
  #acksToDrop = 0;

  constructor(appId: () => string, clock: Clock) {
    this.#appId = appId;
    this.#clock = clock;
    this.#tickets = createTickets(clock);
    this.#ping = setInterval(() => {
      for (const socket of this.#sockets) socket.ping();
    }, PING_EVERY_MS);
    this.#ping.unref();
  }

  isConnected(): boolean {
    return this.#sockets.some((socket) => socket.readyState === WebSocket.OPEN);
  }

  connections(): number {
    return this.#sockets.length;
  }

  onConnection(listener: (connected: boolean) => void): void {
    this.#listeners.push(listener);
  }

  dropAcks(count: number): void {
    this.#acksToDrop = count;
  }

  /** A new address to connect to, once. `base` is `ws://host:port`. */
  openAddress(base: string): string {
    return `${base}/link/?ticket=${this.#tickets.create()}&app_id=${this.#appId()}`;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ticket = new URLSearchParams((request.url ?? '').split('?')[1]).get('ticket') ?? '';
    if (this.#tickets.redeem(ticket)) {
      this.#server.handleUpgrade(request, socket, head, (connection) => this.#greet(connection));
    } else {
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    }
  }

  send(outgoing: Outgoing, attempt: Attempt): Promise<Ack> {
    const open = this.#sockets.filter((socket) => socket.readyState === WebSocket.OPEN);
    this.#turn += 1;
    const socket = open[this.#turn % Math.max(1, open.length)];
    if (!socket) return Promise.resolve({ ok: false, reason: 'not_connected' });
    const id = randomUUID();
    return new Promise((resolve) => {
      const settle = (ack: Ack) => {
        cancel();
        this.#pending.delete(id);
        resolve(ack);
      };
      const cancel = this.#clock.after(ACK_TIMEOUT_MS, () => settle({ ok: false, reason: 'timeout' }));
      this.#pending.set(id, { socket, settle });
      socket.send(JSON.stringify(envelope(id, outgoing, attempt)));
    });
  }

  /** Tells every connection to come back, as Slack does before it moves an app. */
  disconnect(reason: string): void {
    for (const socket of this.#sockets) this.#dismiss(socket, reason);
  }

  /** Cuts every connection without a word. */
  cut(): void {
    for (const socket of [...this.#sockets]) socket.terminate();
  }

  async stop(): Promise<void> {
    clearInterval(this.#ping);
    this.cut();
    this.#server.close();
  }

  #greet(socket: WebSocket): void {
    this.#sockets.push(socket);
    const [oldest] = this.#sockets;
    if (oldest && this.#sockets.length > SOCKET_LIMIT) this.#dismiss(oldest, 'too_many_websockets');
    const hello = {
      type: 'hello',
      num_connections: this.#sockets.length,
      connection_info: { app_id: this.#appId() },
      debug_info: { host: 'threadbox-local', build_number: 1, approximate_connection_time: 18_060 },
    };
    socket.send(JSON.stringify(hello));
    socket.on('message', (data) => this.#acknowledged(String(data)));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => this.#gone(socket));
    if (this.#sockets.length === 1) this.#tell(true);
  }

  #acknowledged(text: string): void {
    const ack = asRecord(parseJson(text));
    const item = this.#pending.get(String(ack['envelope_id']));
    if (!item) return;
    if (this.#acksToDrop > 0) this.#acksToDrop -= 1;
    else item.settle({ ok: true, body: ack['payload'] });
  }

  #gone(socket: WebSocket): void {
    this.#sockets.splice(this.#sockets.indexOf(socket), 1);
    for (const item of [...this.#pending.values()]) {
      if (item.socket === socket) item.settle({ ok: false, reason: 'connection_failed' });
    }
    if (this.#sockets.length === 0) this.#tell(false);
  }

  #dismiss(socket: WebSocket, reason: string): void {
    socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'threadbox-local' } }));
    this.#clock.after(FAREWELL_MS, () => socket.close());
  }

  #tell(connected: boolean): void {
    for (const listener of this.#listeners) listener(connected);
  }
}

/** Only events are delivered again, so only they say which attempt this is. */
function envelope(envelope_id: string, { kind, payload }: Outgoing, attempt: Attempt): object {
  const common = { envelope_id, type: kind, payload };
  if (kind !== 'events_api') return { ...common, accepts_response_payload: true };
  return {
    ...common,
    accepts_response_payload: false,
    retry_attempt: attempt.number,
    retry_reason: attempt.reason,
  };
}
