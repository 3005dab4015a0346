import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendOutput, emptyOutput } from '../../src/conversation/output.ts';
import { foldProgress } from '../../src/conversation/progress.ts';
import { blocksSize } from '../../src/slack/blocks.ts';
import { LIMITS } from '../../src/slack/limits.ts';
import { render } from '../../src/slack/render.ts';
import { bodyOf, createView } from '../../src/slack/view.ts';
import { quietLog } from '../fakes/quiet-log.ts';
import { anyProgress, progressOf, START, step, words } from './progress-cases.ts';

const SECOND = 1_000;

function viewing() {
  let now = START;
  const view = createView({ now: () => now, after: () => () => {} }, quietLog());
  return {
    view,
    pass: (ms: number) => {
      now += ms;
    },
    now: () => now,
  };
}

const running = progressOf({ phase: 'running', parts: [words('I count.'), step({ printed: 'one\n' })] });
const printed = foldProgress(running, {
  type: 'run.output',
  at: START,
  output: appendOutput(emptyOutput(), 'one\ntwo\n'),
});

describe('the view of a message', () => {
  it('is what rendering it anew gives, at any time', () => {
    const { view, pass, now } = viewing();
    for (const progress of [running, running, printed, progressOf({ outcome: { kind: 'done' } })]) {
      const { text, blocks } = view(progress, 'full');
      expect({ text, blocks }).toEqual({
        text: render(progress, now()).text,
        blocks: render(progress, now()).blocks,
      });
      pass(7 * SECOND);
    }
  });

  it('tells the time and what is being done apart from everything else', () => {
    const { view, pass } = viewing();
    pass(5 * SECOND);
    const early = view(running, 'full');
    pass(60 * SECOND);
    const late = view(running, 'full');
    expect([early.since, late.since]).toEqual(['5 s', '1 min 5 s']);
    expect([late.body, late.text]).toEqual([early.body, early.text]);
    expect(view(printed, 'full').body).not.toBe(late.body);
    const repairing = view({ ...running, phase: 'repairing' }, 'full');
    expect([repairing.body === late.body, repairing.text === late.text]).toEqual([true, false]);
    expect(view({ ...running, outcome: { kind: 'done' } }, 'full').body).not.toBe(late.body);
    const other = progressOf({ ...running, parts: [words('I add.')] });
    expect(view(other, 'plain').body).not.toBe(view(running, 'plain').body);
    expect(bodyOf(early)).toBe(bodyOf(late));
  });

  it('stays within the limits however long a turn takes', () => {
    fc.assert(
      fc.property(anyProgress, fc.nat(90 * 3_600 * SECOND), (progress, age) => {
        const { view, pass } = viewing();
        pass(age);
        for (const form of ['full', 'simple', 'plain'] as const) {
          const { blocks } = view(progress, form);
          expect(blocksSize(blocks)).toBeLessThanOrEqual(LIMITS.messageChars);
          expect(blocks.length).toBeLessThanOrEqual(LIMITS.blocksPerMessage);
        }
      }),
      { numRuns: 60 },
    );
  });
});
