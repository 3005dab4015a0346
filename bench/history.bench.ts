/** What a model request costs before it is sent: bounding results, reading and folding a thread of 1,000 turns. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type ModelMessage, type TurnId, threadKey } from '../src/conversation/events.ts';
import { estimateTokens, fitMessages } from '../src/conversation/history.ts';
import { boundedReport } from '../src/conversation/history-report.ts';
import { openStore } from '../src/store/sqlite.ts';
import { median, print, type Row } from './table.ts';

const TURNS = 1_000;
const RUNS = 25;
const AIM_MS = 20;
const CONTEXT_TOKENS = 100_000;

const CODE = 'import pandas as pd\ndf = pd.read_csv("prices.csv")\nprint(df.describe())\n'.repeat(4);
const OUTPUT = 'count  mean  std  min  max\n1234.5  67.8  9.1  0.2  3.4\n'.repeat(30);
const TRACEBACK = "Error: Traceback (most recent call last):\n  File 'x', line 1\nKeyError: 'price'";

/** A question, a failing run, its repair, an answer: about 3 kB. */
function turn(n: number): readonly ModelMessage[] {
  const code = { language: 'python', source: CODE } as const;
  return [
    { role: 'user', text: `Question ${n}: what are the figures of column ${n}, and what do they mean?` },
    { role: 'assistant', text: 'I describe it.', calls: [{ id: `a${n}`, code }] },
    { role: 'result', callId: `a${n}`, text: TRACEBACK, failed: true },
    { role: 'assistant', text: 'The column has another name.', calls: [{ id: `b${n}`, code }] },
    { role: 'result', callId: `b${n}`, text: OUTPUT, failed: false },
    { role: 'assistant', text: 'The mean is 67.8, and most values are close to it. '.repeat(6), calls: [] },
  ];
}

function thread(turns: number): ModelMessage[] {
  const past = Array.from({ length: turns - 1 }, (_, n) => turn(n + 1)).flat();
  return [...past, { role: 'user', text: 'And what follows from that?' }];
}

function timed(work: () => unknown): number[] {
  const times: number[] = [];
  for (let run = 0; run <= RUNS; run += 1) {
    const start = performance.now();
    work();
    // The first one pays for compiling.
    if (run > 0) times.push(performance.now() - start);
  }
  return times;
}

function timeRow(what: string, times: readonly number[], aimMs?: number): Row {
  const measured = `median ${median(times).toFixed(2)} ms (to ${Math.max(...times).toFixed(2)} ms, n = ${times.length})`;
  const ok = aimMs === undefined || median(times) < aimMs;
  return { what, measured, aim: aimMs === undefined ? 'none' : `under ${aimMs} ms`, ok };
}

function tokens(turns: number): number {
  return fitMessages(thread(turns), CONTEXT_TOKENS).reduce((sum, message) => sum + estimateTokens(message), 0);
}

it('folds a long thread', () => {
  const messages = thread(TURNS);
  const outputs = Array.from({ length: TURNS }, () => OUTPUT.repeat(12));
  const bounding = timed(() => outputs.map((output) => boundedReport(output, '/home/user/whole.txt')));
  const folding = timed(() => fitMessages(messages, CONTEXT_TOKENS));
  const reading = timedReading(messages);
  const [early, late] = [tokens(20), tokens(100)];
  print(`Before a request: a thread of ${TURNS} turns`, [
    timeRow(`bounding a result of ${Math.round((OUTPUT.length * 12) / 1_000)} kB, ${TURNS} times`, bounding, AIM_MS),
    timeRow('folding the history', folding, AIM_MS),
    timeRow('reading the history from SQLite, once a turn', reading),
    {
      what: 'tokens sent at turn 100, to those at turn 20',
      measured: `${late} / ${early} = ${(late / early).toFixed(2)}`,
      aim: 'at most 1.3',
      ok: late <= 1.3 * early,
    },
  ]);
  expect(folding).toHaveLength(RUNS);
});

function timedReading(messages: readonly ModelMessage[]): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'threadbox-bench-'));
  try {
    const store = openStore(join(folder, 'threadbox.db'));
    const thread = threadKey({ team: 'T1', channel: 'C1', threadTs: '1.1' });
    const id = 'bench' as TurnId;
    const task = { kind: 'ask', text: 'x' } as const;
    const row = { id, thread, user: 'U1', sourceTs: null, task, files: [], replyTs: null, createdMs: 1 };
    store.touchThread(thread, 1);
    store.insertTurn({ ...row, state: 'running' });
    store.appendMessages(thread, id, messages, 1);
    const times = timed(() => store.messages(thread));
    store.close();
    return times;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
