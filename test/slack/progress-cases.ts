/** Progress values for the tests of the rendering: made from what differs, and made up by fast-check. */
import fc from 'fast-check';
import type { Code, RichResult, RunResult, TurnId, TurnOutcome } from '../../src/conversation/events.ts';
import { appendOutput, emptyOutput } from '../../src/conversation/output.ts';
import { type Part, type Progress, type StepPart, startProgress } from '../../src/conversation/progress.ts';

export const START = 1_700_000_000_000;
export const TURN = 'turn-1' as TurnId;

export function progressOf(change: Partial<Progress>): Progress {
  return { ...startProgress(TURN, START, 3), updatedAt: START + 4_200, ...change };
}

export function words(text: string): Part {
  return { kind: 'words', text };
}

export function python(source: string): Code {
  return { language: 'python', source };
}

export function ok(results: readonly RichResult[] = [], durationMs = 400): RunResult {
  return { kind: 'ok', durationMs, results };
}

export function failed(name = 'KeyError', value = "'price'", traceback = ''): RunResult {
  return { kind: 'failed', durationMs: 400, results: [], error: { name, value, traceback } };
}

export function step(change: Partial<Omit<StepPart, 'output'>> & { readonly printed?: string } = {}): StepPart {
  const { printed = '', ...rest } = change;
  return {
    kind: 'step',
    step: 1,
    attempt: 1,
    code: python('print(1)'),
    output: appendOutput(emptyOutput(), printed),
    startedAt: START + 1_000,
    result: null,
    ...rest,
  };
}

// ── Anything at all ──────────────────────────────────────────────────────────────────────────────────────────────────

const nasty = fc.constantFrom(
  '<!channel> <!here> <!everyone> <@U0123456> <!subteam^S1> @here @channel <https://x.y|z>',
  '```\n*bold* _it_ `code` ~x~\n```',
  '**bold [link](https://a.b/c) ![i](http://x.y/z.png) [x](javascript:alert(1)) ',
  '\u001b[31mred\u001b[0m \r progress \u0000\u0007',
  'مرحبا بالعالم \u202e rtl \u200b\u200d\ufeff',
  '👩‍👩‍👧‍👦🇨🇭é漢字ｶﾅ',
  '\ud800 lone',
  '| a | b |\n|---|---|\n| 1 | 2 |\n',
  '1. one\n   - two\n     > three\n2. four\n',
  '# Head\n\n---\n\n',
  '&amp; < > & "quotes"',
  '> '.repeat(50),
);

/** Short or long, quiet or nasty; the long ones repeat something. */
export const foreign: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  nasty,
  fc.array(nasty, { maxLength: 5 }).map((parts) => parts.join('\n')),
  fc
    .tuple(
      fc.oneof(nasty, fc.constantFrom('x', '\n', '&', '<b>', 'word ', 'line\n', '漢', '😀', '**', '`')),
      fc.nat(2_000),
    )
    .map(([unit, times]) => unit.repeat(times).slice(0, 30_000)),
);

const code: fc.Arbitrary<Code> = fc.record({
  language: fc.constantFrom('python', 'javascript', 'bash'),
  source: foreign,
});

const bytes = fc.constant(new Uint8Array([1]));

const richResult: fc.Arbitrary<RichResult> = fc.record(
  { isMain: fc.boolean(), text: foreign, html: foreign, markdown: foreign, latex: foreign, json: foreign, png: bytes },
  { requiredKeys: ['isMain'] },
);

const base = { durationMs: fc.nat(10_000_000), results: fc.array(richResult, { maxLength: 4 }) };
const variables = fc.constantFrom('kept', 'lost');

const runResult: fc.Arbitrary<RunResult> = fc.oneof(
  fc.record({ kind: fc.constant('ok'), ...base }),
  fc.record({
    kind: fc.constant('failed'),
    ...base,
    error: fc.record({ name: foreign, value: foreign, traceback: foreign }),
  }),
  fc.record({ kind: fc.constant('timedOut'), ...base, limitSeconds: fc.nat(9_999), variables }),
  fc.record({ kind: fc.constant('stopped'), ...base, variables }),
  fc.record({ kind: fc.constant('flooded'), ...base, limitMb: fc.nat(99), variables }),
  fc.record({ kind: fc.constant('died'), ...base, reason: foreign }),
  fc.record({ kind: fc.constant('lost'), ...base, reason: foreign }),
);

const anyStep: fc.Arbitrary<StepPart> = fc
  .tuple(code, fc.array(foreign, { maxLength: 3 }), fc.option(runResult), fc.nat(3))
  .map(([code, printed, result, attempt]) => ({
    ...step({ code, attempt: attempt + 1, result, printed: printed.join('') }),
  }));

const outcome: fc.Arbitrary<TurnOutcome> = fc.oneof(
  fc.constant({ kind: 'done' } as const),
  fc.record({ kind: fc.constant('failed'), reason: foreign }),
  fc.record({ kind: fc.constant('stopped'), by: fc.oneof(fc.constant('U0123456'), foreign), note: foreign }),
  fc.record({
    kind: fc.constant('error'),
    failure: fc.record({ reason: fc.constant('internal'), message: foreign }),
  }),
);

const anyParts: fc.Arbitrary<readonly Part[]> = fc
  .array(fc.oneof(anyStep, foreign.map(words)), { maxLength: 14 })
  .map((parts) => parts.map((part, index) => (part.kind === 'step' ? { ...part, step: index + 1 } : part)));

export const anyProgress: fc.Arbitrary<Progress> = fc.record({
  turn: fc.constant(TURN),
  phase: fc.constantFrom(
    'starting',
    'thinking',
    'writing',
    'opening',
    'waiting',
    'resuming',
    'running',
    'repairing',
    'finishing',
  ),
  startedAt: fc.constant(START),
  updatedAt: fc.nat(10_000_000).map((ms) => START + ms),
  attempt: fc.integer({ min: 1, max: 3 }),
  maxAttempts: fc.constant(3),
  ahead: fc.nat(30),
  parts: anyParts,
  draft: fc.option(code),
  artifacts: fc.array(foreign, { maxLength: 12 }),
  notes: fc.array(foreign, { maxLength: 6 }),
  usage: fc.record({ inputTokens: fc.nat(2_000_000), outputTokens: fc.nat(100_000) }),
  costUsd: fc.option(fc.double({ min: 0, max: 1_000, noNaN: true })),
  sandbox: fc.constantFrom(null, 'new', 'kept', 'resumed'),
  sandboxLost: fc.boolean(),
  outcome: fc.option(outcome),
  asIs: fc.boolean(),
});
