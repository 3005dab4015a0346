import { describe, expect, it } from 'vitest';
import { type StopCause, TurnStopped } from '../../src/conversation/aborting.ts';
import { type ThreadKey, type TurnId, threadKey } from '../../src/conversation/events.ts';
import { createLanes, type Job } from '../../src/conversation/lanes.ts';

const A = threadKey({ team: 'T', channel: 'C', threadTs: '1' });
const B = threadKey({ team: 'T', channel: 'C', threadTs: '2' });
const BY_PERSON: StopCause = { kind: 'person', user: 'U1' };
const SHUTDOWN: StopCause = { kind: 'shutdown' };

/** Jobs that run until they are told to end, or are aborted. */
function world() {
  const log: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const reported: unknown[] = [];
  const lanes = createLanes((error) => reported.push(error));
  const job = (name: string): Job => ({
    turn: name as TurnId,
    run: (signal) => {
      log.push(`start ${name}`);
      return new Promise<void>((resolve, reject) => {
        ends.set(name, (error) => (error ? reject(error) : resolve()));
        signal.addEventListener('abort', () => resolve(), { once: true });
      }).finally(() => log.push(signal.aborted ? `aborted ${name}: ${kindOf(signal)}` : `end ${name}`));
    },
    cancel: (cause) => log.push(`cancel ${name}: ${cause.kind}`),
  });
  const add = (thread: ThreadKey, ...names: string[]): void => {
    for (const name of names) lanes.add(thread, job(name));
  };
  return { lanes, job, log, reported, add, end: (name: string, error?: Error) => ends.get(name)?.(error) };
}

function kindOf(signal: AbortSignal): string {
  return signal.reason instanceof TurnStopped ? signal.reason.stop.kind : 'unknown';
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('lanes', () => {
  it('starts a job before `add` returns where the lane is free', () => {
    const { add, log } = world();
    add(A, 'one');
    expect(log).toEqual(['start one']);
  });

  it('puts messages that came in another order than they were sent back into theirs', async () => {
    const { add, end, log, lanes, job } = world();
    add(A, 'running');
    const sent = (name: string, sentTs: string) => lanes.add(A, { ...job(name), sentTs });
    sent('third', '1700000000.000300');
    add(A, 'pressed');
    sent('first', '1700000000.000100');
    sent('second', '1700000000.000200');
    for (const name of ['running', 'first', 'second', 'third', 'pressed']) {
      end(name);
      await settled();
    }
    expect(log.filter((line) => line.startsWith('start'))).toEqual(
      ['running', 'first', 'second', 'third', 'pressed'].map((name) => `start ${name}`),
    );
  });

  it('tells a job that it must wait, and puts work of the thread before what waits', async () => {
    const { add, end, log, lanes } = world();
    const work = (name: string): Job => ({
      turn: null,
      run: async () => void log.push(name),
      waits: () => log.push(`${name} waits`),
      cancel: () => log.push(`cancel ${name}`),
    });
    lanes.addFirst(B, work('at once'));
    add(A, 'one', 'two');
    lanes.add(A, work('last'));
    lanes.addFirst(A, work('first'));
    end('one');
    await settled();
    expect(log).toEqual(['at once', 'start one', 'last waits', 'end one', 'first', 'start two']);
  });

  it('clears a thread: what runs is aborted, what waits is cancelled, others go on', async () => {
    const { add, log, lanes } = world();
    add(A, 'one', 'two', 'three');
    add(B, 'other');
    lanes.clear(A, BY_PERSON);
    lanes.clear(threadKey({ team: 'T', channel: 'C', threadTs: 'none' }), BY_PERSON);
    await settled();
    expect(log).toEqual([
      'start one',
      'start other',
      'cancel two: person',
      'cancel three: person',
      'aborted one: person',
    ]);
  });

  it('runs one job of a thread at a time, in order', async () => {
    const { add, end, log, lanes } = world();
    add(A, 'one', 'two', 'three');
    expect([log, lanes.waiting(A)]).toEqual([['start one'], 2]);
    end('one');
    await settled();
    end('two');
    await settled();
    expect(log).toEqual(['start one', 'end one', 'start two', 'end two', 'start three']);
    expect(lanes.waiting(A)).toBe(0);
  });

  it('runs different threads side by side', () => {
    const { add, log, lanes } = world();
    add(A, 'one', 'two');
    add(B, 'other');
    expect(log).toEqual(['start one', 'start other']);
    expect(lanes.waiting(B)).toBe(0);
  });

  it('goes on after a job that rejects, and reports it', async () => {
    const { add, end, log, reported } = world();
    add(A, 'one', 'two');
    const error = new Error('a bug');
    end('one', error);
    await settled();
    expect(log.at(-1)).toBe('start two');
    expect(reported).toEqual([error]);
  });

  it('stops the running job at once, and starts the next', async () => {
    const { add, lanes, log } = world();
    add(A, 'one', 'two');
    expect(lanes.stop(A, null, BY_PERSON)).toBe(true);
    await settled();
    expect(log).toEqual(['start one', 'aborted one: person', 'start two']);
  });

  it('stops exactly the turn that was named: the running one, or one that waits', async () => {
    const { add, end, lanes, log } = world();
    add(A, 'one', 'two', 'three');
    expect(lanes.stop(A, 'two' as TurnId, BY_PERSON)).toBe(true);
    end('one');
    await settled();
    expect(lanes.stop(A, 'three' as TurnId, BY_PERSON)).toBe(true);
    await settled();
    expect(log).toEqual(['start one', 'cancel two: person', 'end one', 'start three', 'aborted three: person']);
  });

  it('has nothing to stop in an idle thread, nor by the name of a turn that is over', async () => {
    const { add, end, lanes } = world();
    expect(lanes.stop(A, null, BY_PERSON)).toBe(false);
    add(A, 'one', 'two');
    end('one');
    await settled();
    expect(lanes.stop(A, 'one' as TurnId, BY_PERSON)).toBe(false);
    expect(lanes.stop(B, null, BY_PERSON)).toBe(false);
    end('two');
    await settled();
    expect(lanes.stop(A, null, BY_PERSON)).toBe(false);
  });

  it('closes: aborts what runs, starts nothing more, and waits for the ends', async () => {
    const { add, lanes, log } = world();
    add(A, 'one', 'two');
    add(B, 'other');
    await lanes.close(SHUTDOWN);
    add(B, 'late');
    expect(log).toEqual(['start one', 'start other', 'aborted one: shutdown', 'aborted other: shutdown']);
  });
});
