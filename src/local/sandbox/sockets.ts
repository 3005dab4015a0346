/**
 * What the kernel holds for a sandbox's sockets: bytes that were sent and not read. No limit of a process counts them, and
 * a connection that nobody has accepted yet belongs to no process at all; but a network namespace knows its sockets.
 */
import { read, sum } from './process-tree.ts';

/** So many an honest program may have without being asked what is in them. */
const FREE = 32;
/** net.core.wmem_default, what a socket may hold as long as nobody enlarges it (the filter keeps anybody from it). */
const DEFAULT_BUFFER = 212_992;
/** The kernel's bookkeeping for a byte in a queue, at a guess: as much again. */
const OVERHEAD = 2;

/** Not a socket, but what is remembered of one (TIME_WAIT) or may become one (SYN_RECV). */
const NO_SOCKETS = ['06', '03'];

/** `pid`: the host's number of any process in the sandbox. 0 where its /proc cannot be read. */
export function socketBytes(pid: number): number {
  const net = `/proc/${pid}/net`;
  const all = Number(/^sockets: used (\d+)/m.exec(read(`${net}/sockstat`))?.[1] ?? 0);
  if (all <= FREE) return 0;
  const connections = [`${net}/tcp`, `${net}/tcp6`].flatMap((path) => connectionsOf(read(path)));
  const others = Math.max(0, all - connections.length - FREE);
  return OVERHEAD * sum(connections) + DEFAULT_BUFFER * others;
}

/** For each connection of a table of /proc/net: the bytes that were sent or received and not taken. */
export function connectionsOf(table: string): number[] {
  const rows = [...table.matchAll(/ ([0-9A-F]{2}) ([0-9A-F]{8}):([0-9A-F]{8}) /g)];
  return rows
    .filter(([, state = '']) => !NO_SOCKETS.includes(state))
    .map(([, , sent = '', received = '']) => parseInt(sent, 16) + parseInt(received, 16));
}
