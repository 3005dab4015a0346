/**
 * Whether this machine can isolate code. Tests that need the wall call `describeWithWall`; where there is none they are
 * skipped by name, and REQUIRE_SANDBOX=1 turns the skip into a failure.
 */
import { describe, it } from 'vitest';
import { probeWall } from '../../src/local/sandbox/probe.ts';

/** A real sandbox with the real libraries, tried once in each process of tests. All hosts in it can do with it. */
export const wall = await probeWall();

/** A suite that runs real sandboxes. */
export function describeWithWall(name: string, suite: () => void): void {
  if (wall.ok) {
    describe(name, suite);
    return;
  }
  const { reason } = wall;
  if (process.env['REQUIRE_SANDBOX'] === '1') {
    describe(name, () => {
      it('has the isolation it needs', () => {
        throw new Error(`REQUIRE_SANDBOX=1, and: ${reason}`);
      });
    });
    return;
  }
  describe.skip(`${name} (skipped: ${reason})`, suite);
}
