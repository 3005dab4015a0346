/** Who has to give way when memory is short. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { machineFloor, nextMeasure, type Tenant } from '../../../src/local/sandbox/budget.ts';

const GB = 1024 ** 3;

const tenant = fc.record({
  state: fc.constantFrom('running' as const, 'paused' as const),
  pausedAt: fc.nat(),
  memoryBytes: fc.nat(),
});

describe('when memory is short', () => {
  it('the longest paused ends; with none paused the largest gives up a kernel', () => {
    fc.assert(
      fc.property(fc.array(tenant), (tenants: readonly Tenant[]) => {
        const measure = nextMeasure(tenants);
        const paused = tenants.filter(({ state }) => state === 'paused');
        if (paused.length > 0) {
          expect(measure?.kind).toBe('end');
          expect(measure?.tenant.pausedAt).toBe(Math.min(...paused.map(({ pausedAt }) => pausedAt)));
        } else if (tenants.length > 0) {
          expect(measure?.kind).toBe('relieve');
          expect(measure?.tenant.memoryBytes).toBe(Math.max(...tenants.map(({ memoryBytes }) => memoryBytes)));
        } else expect(measure).toBeUndefined();
      }),
    );
  });

  it('is said of a machine while there is still some', () => {
    expect(machineFloor(4 * GB)).toBeCloseTo(0.2 * GB);
    expect(machineFloor(64 * GB)).toBe(0.5 * GB);
  });
});
