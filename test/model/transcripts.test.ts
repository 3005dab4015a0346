/**
 * Ten conversations, each long enough to be folded, through the SDK to the strict Messages server: it refuses what the API
 * refuses, so every request of every step is one that the API takes.
 */
import { describe, expect, it } from 'vitest';
import type { ModelMessage } from '../../src/conversation/events.ts';
import { fitMessages } from '../../src/conversation/history.ts';
import type { Answer } from '../../src/local/model/conversation.ts';
import { startModelServer } from '../../src/local/model/server.ts';
import { createModel } from '../../src/model/anthropic.ts';
import { collect, request } from '../contracts/model.ts';
import { keptLog } from './kept-log.ts';

const KEY = 'sk-ant-transcripts';
const TURNS = 30;

/** One step of a turn: what came of the code that the model wrote. `null`: it was never answered. */
type Step = { readonly text: string; readonly failed: boolean } | null;

const ok = (text: string): Step => ({ text, failed: false });
const fails = (error: string): Step => ({
  text: `Error: Traceback (most recent call last):\n${error}`,
  failed: true,
});

interface Script {
  readonly name: string;
  readonly plain?: boolean;
  readonly contextTokens?: number;
  /** What turn number `n` does; the model answers in words after its last step. */
  readonly turn: (n: number) => { readonly asked: string; readonly steps: readonly Step[]; readonly silent?: boolean };
}

const SCRIPTS: readonly Script[] = [
  { name: 'only words', turn: (n) => ({ asked: `Question ${n}?`, steps: [] }) },
  { name: 'one run a turn', turn: (n) => ({ asked: `Compute ${n}.`, steps: [ok(`${n}`)] }) },
  { name: 'repairs', turn: (n) => ({ asked: `Sum ${n}`, steps: [fails('KeyError: 1'), fails('E: 2'), ok('3')] }) },
  { name: 'given up', turn: (n) => ({ asked: `Try ${n}`, steps: [fails('A: 1'), fails('A: 2'), fails('A: 3')] }) },
  { name: 'large outputs', turn: (n) => ({ asked: `List ${n}`, steps: [ok('row\n'.repeat(4_000)), ok('done')] }) },
  {
    name: 'a small context',
    contextTokens: 4_000,
    turn: (n) => ({ asked: 'word '.repeat(50 * n), steps: [ok('row\n'.repeat(900)), fails('E: x')] }),
  },
  { name: 'the plain profile', plain: true, turn: (n) => ({ asked: `Go ${n}`, steps: [fails('E: 1'), ok('fine')] }) },
  { name: 'calls that a crash left', turn: (n) => ({ asked: `Go ${n}`, steps: n % 3 === 0 ? [null] : [ok('1')] }) },
  { name: 'turns without an answer', turn: (n) => ({ asked: `Go ${n}`, steps: [], silent: n % 2 === 0 }) },
  {
    name: 'odd text',
    turn: (n) => ({
      asked: n % 4 === 0 ? ' \n' : `[${'😀'.repeat(500)}] "quoted" ]\n\n\n- python, ok: "x"`,
      steps: [ok('\u0000\u001b[31m\ud83d'), ok('')],
    }),
  },
];

describe('transcripts', () => {
  it.each(SCRIPTS)('$name: every request is one that the API takes', async (script) => {
    let answer: Answer = { words: 'x' };
    const server = await startModelServer({ apiKey: KEY, log: () => undefined, paceMs: 0, brain: () => answer });
    try {
      const plain = script.plain ?? false;
      const log = keptLog();
      const model = createModel({ apiKey: KEY, baseURL: server.url, model: 'claude-sonnet-5-5', plain, log });
      const history: ModelMessage[] = [];
      const ask = async (): Promise<ModelMessage> => {
        const fitted = fitMessages(history, script.contextTokens ?? 100_000);
        const events = await collect(model, request(fitted));
        expect(events.at(-1)).toMatchObject({ type: 'end' });
        const text = events.findLast((event) => event.type === 'text')?.snapshot ?? '';
        return {
          role: 'assistant',
          text,
          calls: events.flatMap((event) => (event.type === 'call' ? [event.call] : [])),
        };
      };
      for (let n = 1; n <= TURNS; n += 1) {
        const { asked, steps, silent } = script.turn(n);
        history.push({ role: 'user', text: asked });
        for (const step of steps) {
          answer = { words: 'I run it.', run: { language: 'python', code: `run(${n})` } };
          const said = await ask();
          const callId = said.role === 'assistant' ? said.calls[0]?.id : undefined;
          expect(callId).toBeDefined();
          history.push(said);
          if (step && callId !== undefined) history.push({ role: 'result', callId, ...step });
        }
        answer = { words: `That was turn ${n}.` };
        // A turn that was cut off has asked, but its answer is not there.
        const said = steps.includes(null) || silent ? undefined : await ask();
        if (said) history.push(said);
      }
    } finally {
      await server.stop();
    }
  });
});
