/** How much a sandbox uses, as the host's /proc tells it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { Crowd, shareOf } from '../../../src/local/sandbox/crowd.ts';
import { processTree, roughUse, runnable, signal } from '../../../src/local/sandbox/process-tree.ts';
import { connectionsOf } from '../../../src/local/sandbox/sockets.ts';

const HEADER = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const row = (state: string, queues: string) =>
  `   0: 0100007F:22B8 0100007F:D2F0 ${state} ${queues} 00:00000000 00000000  1000        0 1 1 0 20 4 30 10 -1`;

it('counts what waits in connections, and no connection that is only remembered', () => {
  const table = [
    HEADER,
    row('01', '00000010:0000FFFF'),
    row('06', '00000001:00000001'),
    row('08', '00000000:00000003'),
  ];
  expect(connectionsOf(table.join('\n'))).toEqual([0x1000f, 3]);
  expect(connectionsOf('')).toEqual([]);
});

it('shares the processors between the busy, and leaves each enough to work', () => {
  expect([shareOf(2, 0), shareOf(2, 1), shareOf(2, 2), shareOf(8, 1), shareOf(2, 20)]).toEqual([16, 16, 8, 64, 6]);
});

/** As a sandbox looks from outside: a first process, its agent, and then the program. */
const NESTED = 'sh -c "$0" & wait';
const SPINNING = 'for i in 1 2 3 4 5 6 7 8; do (while :; do :; done) & done; echo on; wait';

it('stops a crowd, lets it go on after a while, and never stops a few', async () => {
  const first = spawn('/bin/sh', ['-c', NESTED, SPINNING], { stdio: ['ignore', 'pipe', 'ignore'] });
  const pid = first.pid ?? 0;
  try {
    await once(first.stdout, 'data');
    await expect.poll(() => runnable(processTree(pid))).toBe(8);
    expect(roughUse(processTree(pid)).tasks).toBeGreaterThan(8);
    const crowd = new Crowd();
    crowd.look(pid, 10, 16);
    expect(crowd.rests).toBe(false);
    crowd.look(pid, 10, 4);
    expect(crowd.rests).toBe(true);
    await expect.poll(() => runnable(processTree(pid))).toBe(0);
    for (let round = 0; round < 4; round += 1) crowd.tick();
    expect(crowd.rests).toBe(false);
    await expect.poll(() => runnable(processTree(pid))).toBe(8);
  } finally {
    for (const each of processTree(pid).reverse()) signal(each, 'SIGKILL');
  }
});
