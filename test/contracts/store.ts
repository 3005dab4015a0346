/** What every Store promises. `reopen` gives the same data through a new instance, as after a restart. */
import { describe, expect, it } from 'vitest';
import {
  type InboundFile,
  parseThreadKey,
  type SandboxId,
  type ThreadKey,
  type TurnId,
  threadKey,
} from '../../src/conversation/events.ts';
import type { ModelMessage, Store, TurnRow } from '../../src/ports.ts';

export interface StoreUnderTest {
  readonly store: Store;
  reopen(): Store;
}

const THREAD = threadKey({ team: 'T1', channel: 'C1', threadTs: '100.1' });
const SANDBOX = 'sbx-1' as SandboxId;
const OTHER = threadKey({ team: 'T1', channel: 'C1', threadTs: '200.1' });
const CSV: InboundFile = { id: 'F1', name: 'a.csv', mimetype: 'text/csv', sizeBytes: 3, url: 'https://files/1' };

function turnRow(id: string, thread: ThreadKey = THREAD, change: Partial<TurnRow> = {}): TurnRow {
  return {
    id: id as TurnId,
    thread,
    user: 'U1',
    sourceTs: `${id}.ts`,
    task: { kind: 'ask', text: 'plot sin(x)' },
    files: [],
    state: 'queued',
    replyTs: null,
    createdMs: 1_000,
    ...change,
  };
}

const CALL: readonly ModelMessage[] = [
  { role: 'assistant', text: 'Let me see', calls: [{ id: 'c1', code: { language: 'python', source: '1+1' } }] },
  { role: 'result', callId: 'c1', text: '2', failed: false },
];

export function storeContract(name: string, make: () => StoreUnderTest): void {
  describe(`store contract: ${name}`, () => {
    describe('events', () => {
      it('records an event once, and calls its redelivery a duplicate', () => {
        const { store } = make();
        expect(store.recordEvent('Ev1', '{"a":1}', 5)).toEqual({
          id: expect.any(Number),
          dedupKey: 'Ev1',
          receivedMs: 5,
          body: '{"a":1}',
        });
        expect(store.recordEvent('Ev1', '{"a":1}', 6)).toBe('duplicate');
      });

      it('keeps what was not handled, oldest first, over a restart', () => {
        const { store, reopen } = make();
        const first = store.recordEvent('Ev1', 'one', 5);
        const second = store.recordEvent('Ev2', 'two', 6);
        const third = store.recordEvent('Ev3', 'three', 7);
        if (second !== 'duplicate') store.markHandled(second.id);
        expect(reopen().unhandledEvents()).toEqual([first, third]);
      });

      it('forgets old events only when they were handled', () => {
        const { store } = make();
        const handled = store.recordEvent('Ev1', 'one', 5);
        const waiting = store.recordEvent('Ev2', 'two', 5);
        const young = store.recordEvent('Ev3', 'three', 50);
        for (const event of [handled, young]) if (event !== 'duplicate') store.markHandled(event.id);
        expect(store.pruneEvents(10)).toBe(1);
        expect(store.unhandledEvents()).toEqual([waiting]);
        expect(store.recordEvent('Ev3', 'three', 60)).toBe('duplicate');
      });
    });

    describe('threads', () => {
      it('knows no thread that was never touched', () => {
        expect(make().store.thread(THREAD)).toBeUndefined();
      });

      it('makes a thread, touches it, and never moves its time back', () => {
        const { store } = make();
        const row = { key: THREAD, sandbox: null, createdMs: 10, lastActiveMs: 10, closed: false };
        expect(store.touchThread(THREAD, 10)).toEqual(row);
        store.touchThread(THREAD, 30);
        store.touchThread(THREAD, 20);
        expect(store.thread(THREAD)).toEqual({ ...row, lastActiveMs: 30 });
      });

      it('binds a sandbox to its thread only, over a restart', () => {
        const { store, reopen } = make();
        store.touchThread(THREAD, 10);
        store.touchThread(OTHER, 10);
        store.bindSandbox(THREAD, 'sbx-1' as SandboxId);
        store.bindSandbox(THREAD, 'sbx-2' as SandboxId);
        const again = reopen();
        expect(again.thread(THREAD)?.sandbox).toBe('sbx-2');
        expect(again.thread(OTHER)?.sandbox).toBeNull();
      });

      it('lets go of a sandbox and says which it was', () => {
        const { store, reopen } = make();
        store.touchThread(THREAD, 10);
        store.bindSandbox(THREAD, 'sbx-1' as SandboxId);
        expect([store.releaseSandbox(THREAD), store.releaseSandbox(THREAD), store.releaseSandbox(OTHER)]).toEqual([
          'sbx-1',
          null,
          null,
        ]);
        expect(reopen().thread(THREAD)?.sandbox).toBeNull();
      });

      it('finds the thread of a sandbox, while it is bound', () => {
        const { store, reopen } = make();
        store.touchThread(THREAD, 10);
        store.touchThread(OTHER, 10);
        store.bindSandbox(OTHER, SANDBOX);
        const again = reopen();
        expect(again.threadOfSandbox(SANDBOX)?.key).toBe(OTHER);
        expect(again.threadOfSandbox('sbx-2' as SandboxId)).toBeUndefined();
        again.releaseSandbox(OTHER);
        expect(again.threadOfSandbox(SANDBOX)).toBeUndefined();
      });

      it('stays closed over a restart, until a turn opens it', () => {
        const { store, reopen } = make();
        store.acceptTurn(turnRow('a'));
        store.closeThread(THREAD, 20);
        const again = reopen();
        expect(again.thread(THREAD)?.closed).toBe(true);
        again.acceptTurn(turnRow('b'));
        expect(again.thread(THREAD)?.closed).toBe(false);
      });

      it('lists the open threads that a person began in a channel, the last used first', () => {
        const { store } = make();
        const elsewhere = threadKey({ team: 'T1', channel: 'C10', threadTs: '100.1' });
        const closed = threadKey({ team: 'T1', channel: 'C1', threadTs: '300.1' });
        const others = threadKey({ team: 'T1', channel: 'C1', threadTs: null });
        store.acceptTurn(turnRow('a', THREAD, { createdMs: 10 }));
        store.acceptTurn(turnRow('b', OTHER, { createdMs: 20 }));
        store.acceptTurn(turnRow('c', elsewhere));
        store.acceptTurn(turnRow('d', closed));
        store.acceptTurn(turnRow('e', others, { user: 'U2' }));
        store.acceptTurn(turnRow('f', others));
        store.closeThread(closed, 30);
        const keys = (limit: number) => store.threadsBegunBy('T1', 'C1', 'U1', limit).map(({ key }) => key);
        expect([keys(9), keys(1)]).toEqual([[OTHER, THREAD], [OTHER]]);
      });
    });

    describe('kernels', () => {
      it('remember over a restart what was set in them, and that code was begun', () => {
        const { store, reopen } = make();
        store.beginInKernel(SANDBOX, 'python');
        store.endInKernel(SANDBOX, 'python');
        store.markKernel(SANDBOX, 'python', 1);
        store.beginInKernel(SANDBOX, 'bash');
        store.beginInKernel(SANDBOX, 'python');
        expect(reopen().kernels(SANDBOX)).toEqual([
          { language: 'bash', mark: 0, busy: true },
          { language: 'python', mark: 1, busy: true },
        ]);
      });

      it('are forgotten with their sandbox, and only with theirs', () => {
        const { store } = make();
        const other = 'sbx-2' as SandboxId;
        store.beginInKernel(SANDBOX, 'bash');
        store.beginInKernel(other, 'bash');
        store.forgetKernels(SANDBOX);
        store.endInKernel(SANDBOX, 'bash');
        store.markKernel(SANDBOX, 'bash', 3);
        expect([store.kernels(SANDBOX), store.kernels(other).length]).toEqual([[], 1]);
      });
    });

    describe('turns', () => {
      it('accepts a message once: claim, thread and turn together', () => {
        const { store, reopen } = make();
        expect(store.acceptTurn(turnRow('a'))).toBe('accepted');
        expect(store.acceptTurn(turnRow('b', THREAD, { sourceTs: 'a.ts' }))).toBe('taken');
        const again = reopen();
        expect(again.turn('a' as TurnId)).toEqual(turnRow('a'));
        expect(again.turn('b' as TurnId)).toBeUndefined();
        expect(again.thread(THREAD)?.lastActiveMs).toBe(1_000);
        expect(again.claimMessage('T1', 'C1', 'a.ts', 2)).toBe('taken');
      });

      it('does not accept a turn whose message was claimed for something else', () => {
        const { store } = make();
        expect(store.claimMessage('T1', 'C1', 'a.ts', 1)).toBe('claimed');
        expect(store.claimMessage('T1', 'C1', 'a.ts', 1)).toBe('taken');
        expect(store.claimMessage('T1', 'C2', 'a.ts', 1)).toBe('claimed');
        expect(store.acceptTurn(turnRow('a'))).toBe('taken');
        expect(store.thread(THREAD)).toBeUndefined();
      });

      it('accepts any number of turns that came from no message', () => {
        const { store } = make();
        expect(store.acceptTurn(turnRow('a', THREAD, { sourceTs: null }))).toBe('accepted');
        expect(store.acceptTurn(turnRow('b', THREAD, { sourceTs: null }))).toBe('accepted');
      });

      it('adds files of the second copy until the turn ends, each once', () => {
        const { store } = make();
        const text = { ...CSV, id: 'F2', name: 'b.txt' };
        store.acceptTurn(turnRow('a', THREAD, { files: [CSV] }));
        store.addFiles('T1', 'C1', 'a.ts', [CSV, text]);
        store.addFiles('T1', 'C1', 'unknown', [text]);
        expect(store.turn('a' as TurnId)?.files).toEqual([CSV, text]);
        store.startTurn('a' as TurnId, 2_000);
        const late = { ...CSV, id: 'F3' };
        store.addFiles('T1', 'C1', 'a.ts', [late]);
        expect(store.turn('a' as TurnId)?.files).toEqual([CSV, text, late]);
        store.markInterrupted('a' as TurnId, 3_000);
        store.addFiles('T1', 'C1', 'a.ts', [{ ...CSV, id: 'F4' }]);
        expect(store.turn('a' as TurnId)?.files).toEqual([CSV, text, late]);
      });

      it('knows the files of the turns before one, in their order', () => {
        const { store } = make();
        store.acceptTurn(turnRow('a', THREAD, { files: [CSV] }));
        store.acceptTurn(turnRow('b'));
        store.acceptTurn(turnRow('c', THREAD, { files: [{ ...CSV, id: 'F2' }] }));
        expect(store.filesBefore('a' as TurnId)).toEqual([]);
        expect(store.filesBefore('c' as TurnId)).toEqual([[CSV]]);
      });

      it('knows how a turn ended', () => {
        const { store, reopen } = make();
        for (const id of ['a', 'b', 'c']) store.acceptTurn(turnRow(id));
        const outcome = { kind: 'failed', reason: 'It failed.' } as const;
        const usage = { inputTokens: 1, outputTokens: 2 };
        store.finishTurn('a' as TurnId, outcome, usage, 3_000);
        store.markInterrupted('b' as TurnId, 3_000);
        const again = reopen();
        expect(again.endOf('a' as TurnId)).toEqual({ outcome, usage, endedMs: 3_000 });
        expect([again.endOf('b' as TurnId), again.endOf('c' as TurnId)]).toEqual([undefined, undefined]);
      });

      it('finds the turn of a message, and changes what it is to do only while it waits', () => {
        const { store, reopen } = make();
        store.acceptTurn(turnRow('a'));
        store.claimMessage('T1', 'C1', 'other.ts', 1);
        expect(store.turnOfMessage('T1', 'C1', 'other.ts')).toBeUndefined();
        expect(store.turnOfMessage('T1', 'C2', 'a.ts')).toBeUndefined();
        const task = { kind: 'ask', text: 'plot cos(x)' } as const;
        expect(store.changeTask('a' as TurnId, task, [CSV])).toBe(true);
        expect(reopen().turnOfMessage('T1', 'C1', 'a.ts')).toEqual(turnRow('a', THREAD, { task, files: [CSV] }));
      });

      it('does not change what a running turn is to do', () => {
        const { store } = make();
        store.acceptTurn(turnRow('a'));
        store.startTurn('a' as TurnId, 2_000);
        expect(store.changeTask('a' as TurnId, { kind: 'ask', text: 'else' }, [])).toBe(false);
        expect(store.turn('a' as TurnId)?.task).toEqual({ kind: 'ask', text: 'plot sin(x)' });
      });

      it('tells what a crash left, oldest first', () => {
        const { store, reopen } = make();
        for (const id of ['a', 'b', 'c', 'd']) store.acceptTurn(turnRow(id));
        store.startTurn('b' as TurnId, 2_000);
        store.setReply('b' as TurnId, '300.1');
        store.finishTurn('a' as TurnId, { kind: 'done' }, { inputTokens: 1, outputTokens: 2 }, 3_000);
        store.markInterrupted('c' as TurnId, 3_000);
        const again = reopen();
        expect(again.unfinishedTurns()).toEqual([
          turnRow('b', THREAD, { state: 'running', replyTs: '300.1' }),
          turnRow('d'),
        ]);
        expect(again.turn('a' as TurnId)?.state).toBe('finished');
        expect(again.turn('c' as TurnId)?.state).toBe('interrupted');
      });

      it('knows whether a thread has gone on after a turn', () => {
        const { store } = make();
        const [a, b] = ['a' as TurnId, 'b' as TurnId];
        store.acceptTurn(turnRow('a'));
        store.acceptTurn(turnRow('else', OTHER));
        expect(store.hasNewerTurn(a)).toBe(false);
        store.acceptTurn(turnRow('b'));
        expect([store.hasNewerTurn(a), store.hasNewerTurn(b)]).toEqual([true, false]);
        const stopped = { kind: 'stopped', by: 'U1', note: '' } as const;
        store.finishTurn(b, stopped, { inputTokens: 0, outputTokens: 0 }, 3_000);
        expect(store.hasNewerTurn(a)).toBe(false);
        store.setReply(b, '300.1');
        expect(store.hasNewerTurn(a)).toBe(true);
        expect(store.hasNewerTurn('unknown' as TurnId)).toBe(false);
      });

      it('keeps tasks of both kinds as they are', () => {
        const { store, reopen } = make();
        const source = 'print("\u{1F600} \\ \u0000")\n'.repeat(3);
        const row = turnRow('a', THREAD, { task: { kind: 'code', code: { language: 'bash', source } }, files: [CSV] });
        store.acceptTurn(row);
        expect(reopen().turn('a' as TurnId)).toEqual(row);
      });
    });

    describe('history', () => {
      it('gives a thread its own messages in order, over a restart', () => {
        const { store, reopen } = make();
        store.acceptTurn(turnRow('a'));
        store.acceptTurn(turnRow('b', OTHER));
        store.appendMessages(THREAD, 'a' as TurnId, [{ role: 'user', text: 'hello' }], 1);
        store.appendMessages(OTHER, 'b' as TurnId, [{ role: 'user', text: 'elsewhere' }], 2);
        store.appendMessages(THREAD, 'a' as TurnId, CALL, 3);
        expect(reopen().messages(THREAD)).toEqual(
          [{ role: 'user', text: 'hello' } as const, ...CALL].map((message) => ({ turn: 'a', message })),
        );
      });

      it('claims what stands for a message where a turn came from none', () => {
        const { store } = make();
        const from = { sourceTs: null };
        expect(store.acceptTurn({ ...turnRow('a'), ...from }, 'command:1')).toBe('accepted');
        expect(store.acceptTurn({ ...turnRow('b'), ...from }, 'command:1')).toBe('taken');
        expect(store.acceptTurn({ ...turnRow('c'), ...from }, 'command:2')).toBe('accepted');
        const { team, channel } = parseThreadKey(THREAD) ?? { team: '', channel: '' };
        expect(store.turnOfMessage(team, channel, 'command:1')?.id).toBe('a');
      });

      it('gives the runs of a turn in their order, with what they raised', () => {
        const { store, reopen } = make();
        for (const id of ['a', 'b']) store.acceptTurn(turnRow(id));
        const run = {
          turn: 'a' as TurnId,
          attempt: 1,
          startedMs: 5,
          code: { language: 'bash', source: 'ls' } as const,
        };
        for (const step of [2, 1, 3]) store.insertRun({ ...run, step });
        store.insertRun({ ...run, turn: 'b' as TurnId, step: 1 });
        const error = { name: 'KeyError', value: "'x'", traceback: 't' };
        store.finishRun('a' as TurnId, 1, { kind: 'failed', durationMs: 1, results: [], error }, 'printed', 9);
        store.finishRun('a' as TurnId, 2, { kind: 'ok', durationMs: 1, results: [] }, '', 9);
        const again = reopen();
        expect(again.runsOf('a' as TurnId)).toEqual([
          {
            ...run,
            step: 1,
            error: { name: 'KeyError', value: "'x'" },
            output: 'printed',
            result: { kind: 'failed', durationMs: 1, results: [], error },
          },
          { ...run, step: 2, error: null, output: '', result: { kind: 'ok', durationMs: 1, results: [] } },
          { ...run, step: 3, error: null, output: '', result: null },
        ]);
        expect(again.runsOf('unknown' as TurnId)).toEqual([]);
      });

      it('takes a run and its end', () => {
        const { store } = make();
        store.acceptTurn(turnRow('a'));
        const run = { turn: 'a' as TurnId, step: 1, attempt: 1, startedMs: 5 };
        store.insertRun({ ...run, code: { language: 'python', source: '1/0' } });
        store.finishRun('a' as TurnId, 1, { kind: 'ok', durationMs: 3, results: [] }, 'out', 9);
        expect(store.turn('a' as TurnId)?.state).toBe('queued');
      });
    });
  });
}
