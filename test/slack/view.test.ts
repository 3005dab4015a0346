import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendOutput, emptyOutput } from '../../src/conversation/output.ts';
import { foldProgress } from '../../src/conversation/progress.ts';
import { blocksSize } from '../../src/slack/blocks.ts';
import { LIMITS } from '../../src/slack/limits.ts';
import { render } from '../../src/slack/render.ts';
import { createView, stillOf } from '../../src/slack/view.ts';
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

  it('tells the time apart from everything else', () => {
    const { view, pass } = viewing();
    pass(5 * SECOND);
    const early = view(running, 'full');
    pass(60 * SECOND);
    const late = view(running, 'full');
    expect([early.since, late.since]).toEqual(['5 s', '1 min 5 s']);
    expect(late.still).toBe(early.still);
    expect(view(printed, 'full').still).not.toBe(late.still);
    expect(view({ ...running, phase: 'repairing' }, 'full').still).not.toBe(late.still);
    expect(stillOf(early)).toBe(stillOf(late));
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
