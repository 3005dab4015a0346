/** What it costs to show a turn: folding what a program prints, and rendering a message whose words have been read before. */
import { expect, it } from 'vitest';
import type { TurnId } from '../src/conversation/events.ts';
import { appendOutput, emptyOutput, type Output } from '../src/conversation/output.ts';
import { foldProgress, type Progress, startProgress } from '../src/conversation/progress.ts';
import { render } from '../src/slack/render.ts';
import { createView } from '../src/slack/view.ts';
import { quietLog } from '../test/fakes/quiet-log.ts';
import { median, print, type Row } from './table.ts';

const ROUNDS = 15;
const LINE = 'epoch 12, loss 0.0312, accuracy 0.98 & rising\n';
const WORDS =
  '## What I did\n\nI read **prices.csv**, dropped `NaN` and fitted a [line](https://example.com/a).\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n';
const NOW = Date.UTC(2026, 0, 5, 9, 0, 0);

/** Microseconds of one call, the median of some rounds. The first round pays for compiling and is not counted. */
function micros(calls: number, call: () => void): number {
  const rounds: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const start = performance.now();
    for (let i = 0; i < calls; i += 1) call();
    if (round > 0) rounds.push(((performance.now() - start) * 1_000) / calls);
  }
  return median(rounds);
}

/** A turn that said 5,000 characters, ran four steps, and runs a fifth. */
function turn(): Progress {
  const snapshot = WORDS.repeat(33);
  let progress = startProgress('turn-1' as TurnId, NOW, 3);
  progress = foldProgress(progress, { type: 'model.text', at: NOW, delta: snapshot, snapshot });
  for (let step = 1; step <= 5; step += 1) {
    const code = { language: 'python', source: 'x = 1\n'.repeat(60) } as const;
    progress = foldProgress(progress, { type: 'run.started', at: NOW, step, attempt: 1, code });
    progress = printing(progress, LINE.repeat(100));
    const result = { kind: 'ok', durationMs: 400, results: [] } as const;
    if (step < 5) progress = foldProgress(progress, { type: 'run.finished', at: NOW, result });
  }
  return progress;
}

function printing(progress: Progress, text: string): Progress {
  const last = progress.parts.at(-1);
  const before = last?.kind === 'step' ? last.output : emptyOutput();
  return foldProgress(progress, { type: 'run.output', at: NOW, output: appendOutput(before, text) });
}

function folding(before: number): number {
  let output: Output = emptyOutput();
  for (let printed = 0; printed < before; printed += LINE.length * 1_000) {
    output = appendOutput(output, LINE.repeat(1_000));
  }
  return micros(2_000, () => {
    output = appendOutput(output, LINE);
  });
}

function row(what: string, measured: string, aim: string, ok: boolean): Row {
  return { what, measured, aim, ok };
}

it('renders and folds', () => {
  // The first pays for compiling.
  folding(10_000);
  const few = folding(10_000);
  const many = folding(10_000_000);
  let output: Output = emptyOutput();
  const reading = micros(2_000, () => {
    output = appendOutput(output, LINE);
    if (output.text === '') throw new Error('nothing was printed');
  });

  let progress = turn();
  const clock = { now: () => NOW + 5_000, after: () => () => {} };
  const anew = micros(20, () => {
    progress = printing(progress, LINE);
    render(progress, NOW + 5_000);
  });
  const view = createView(clock, quietLog());
  const again = micros(20, () => {
    progress = printing(progress, LINE);
    view(progress, 'full');
  });
  const still = micros(2_000, () => {
    view(progress, 'full');
  });

  const us = (value: number) => `${value.toFixed(1)} µs`;
  print('Showing a turn', [
    row('folding a line after 10 kB', us(few), 'none', true),
    row('the same after 10 MB', `${us(many)} = ${(many / few).toFixed(2)} ×`, 'at most 1.5 ×', many <= 1.5 * few),
    row('folding and reading the text each time', `${us(reading)} = ${(reading / few).toFixed(2)} ×`, 'none', true),
    row('rendering anew after a line of output', us(anew), 'none', true),
    row(
      'the view of a message, words unchanged',
      `${us(again)} = ${(again / anew).toFixed(2)} ×`,
      'at most 0.6 ×',
      again <= 0.6 * anew,
    ),
    row(
      'the view, only time has passed',
      `${us(still)} = ${(still / anew).toFixed(3)} ×`,
      'at most 0.02 ×',
      still <= 0.02 * anew,
    ),
  ]);
  expect(view(progress, 'full').blocks.length).toBeGreaterThan(3);
});
