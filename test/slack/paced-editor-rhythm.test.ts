import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRhythm, type Rhythm } from '../../src/slack/paced-editor-rhythm.ts';

/** A rhythm that has heard these gaps, and the time of the last output. */
function heard(gaps: readonly number[]): { rhythm: Rhythm; last: number } {
  const rhythm = createRhythm();
  let last = 0;
  rhythm.output(last);
  for (const gap of gaps) {
    last += gap;
    rhythm.output(last);
  }
  return { rhythm, last };
}

const burst = [...Array.from({ length: 9 }, () => 100), 10_000];
const bursts = heard([burst, burst, burst, burst.slice(0, -1)].flat());
const rare = heard([20_000, 20_000, 20_000, 20_000]);

describe('the rhythm of output', () => {
  it('knows nothing but the waiting while output has no pauses', () => {
    const { rhythm, last } = heard(Array.from({ length: 50 }, () => 200));
    expect(rhythm.worth(4_000, last)).toBe(8_000_000);
  });

  it('finds an edit worth most at the end of a burst', () => {
    const { rhythm, last } = bursts;
    const inBurst = heard([burst, burst, burst, [100, 100]].flat());
    const atEnd = rhythm.worth(1_500, last + 600);
    expect(atEnd).toBeGreaterThan(5 * inBurst.rhythm.worth(1_100, inBurst.last + 50));
    expect(atEnd).toBeGreaterThan(rhythm.worth(6_000, last + 5_000));
  });

  it('finds an edit worth most right after a rare line, and little just before the next', () => {
    const { rhythm, last } = rare;
    const fresh = rhythm.worth(100, last + 100);
    expect(fresh).toBeGreaterThan(rhythm.worth(10_000, last + 10_000));
    expect(fresh).toBeGreaterThan(3 * rhythm.worth(19_000, last + 19_000));
  });

  it('waits for the end of a burst no longer than bursts last, nor for a line that does not come', () => {
    const { rhythm, last } = rare;
    expect(rhythm.worth(200_000, last + 200_000)).toBeGreaterThan(rhythm.worth(100_000, last + 100_000));
    const endless = heard([...burst, ...burst, ...Array.from({ length: 600 }, () => 100)]);
    expect(endless.rhythm.worth(30_000, endless.last)).toBeGreaterThan(30_000 ** 2 / 2);
  });

  it('never finds more waiting worth less at the same moment, for any output', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 70_000 }), { maxLength: 40 });
    fc.assert(
      fc.property(gaps, fc.nat(100_000), fc.nat(100_000), fc.nat(100_000), (given, silent, waited, more) => {
        const { rhythm, last } = heard(given);
        const worth = rhythm.worth(waited, last + silent);
        expect(worth).toBeGreaterThanOrEqual(0);
        expect(rhythm.worth(waited + more, last + silent)).toBeGreaterThanOrEqual(worth);
      }),
    );
  });
});
