/** What every Store promises. `reopen` gives the same data through a new instance, as after a restart. */
import { describe, expect, it } from 'vitest';
import {
  type InboundFile,
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
        expect(store.touchThread(THREAD, 10)).toEqual({ key: THREAD, sandbox: null, createdMs: 10, lastActiveMs: 10 });
        store.touchThread(THREAD, 30);
        store.touchThread(THREAD, 20);
        expect(store.thread(THREAD)).toEqual({ key: THREAD, sandbox: null, createdMs: 10, lastActiveMs: 30 });
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

      it('adds files of the second copy while the turn is queued, each once', () => {
        const { store } = make();
        const text = { ...CSV, id: 'F2', name: 'b.txt' };
        store.acceptTurn(turnRow('a', THREAD, { files: [CSV] }));
        store.addFiles('T1', 'C1', 'a.ts', [CSV, text]);
        store.addFiles('T1', 'C1', 'unknown', [text]);
        expect(store.turn('a' as TurnId)?.files).toEqual([CSV, text]);
        store.startTurn('a' as TurnId, 2_000);
        store.addFiles('T1', 'C1', 'a.ts', [{ ...CSV, id: 'F3' }]);
        expect(store.turn('a' as TurnId)?.files).toEqual([CSV, text]);
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
