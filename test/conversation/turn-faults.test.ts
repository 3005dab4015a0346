/** Ports that fail or break their promises: the turn still ends, with words a person can use. */
import { describe, expect, it } from 'vitest';
import type { Failure, TurnOutcome } from '../../src/conversation/events.ts';
import type { TurnRecord } from '../../src/conversation/turn-context.ts';
import type { Model } from '../../src/ports.ts';
import { StorageError, type StorageReason } from '../../src/store/errors.ts';
import { fakeSandboxes } from '../fakes/fake-sandboxes.ts';
import { fails, runs, says, scriptedModel } from '../fakes/scripted-model.ts';
import { CODE, outcomeOf, play, steps, type World, world } from './turn-harness.ts';

const OWN_CODE = { task: { kind: 'code', code: CODE } } as const;

function error(reason: Failure['reason'], message: string): TurnOutcome {
  return { kind: 'error', failure: { reason, message } };
}

const INTERNAL = error('internal', 'Something went wrong in Threadbox itself; its log has the details. Ask again.');

/** No detail of an exception may reach the thread. */
function logged(one: World): string[] {
  return one.log.lines.filter(({ level }) => level === 'error').map(({ message }) => message);
}

describe('faults.model', () => {
  it('a failure ends the turn with its own sentence', async () => {
    const one = world({ replies: [fails('model-auth', 'The model does not accept the key.')] });
    expect(outcomeOf(await play(one))).toEqual(error('model-auth', 'The model does not accept the key.'));
  });

  it('a failure in the middle keeps what ran', async () => {
    const one = world({ replies: [runs(CODE), fails('model-unavailable', 'The model is away.')] });
    const events = await play(one);
    expect(steps(events).slice(-4)).toEqual([
      'run.finished ok',
      'model.started',
      'model.finished',
      'turn.finished error',
    ]);
    expect(one.messages.at(-1)).toMatchObject({ role: 'result' });
  });

  it('a reply without an end is one that broke off', async () => {
    const one = world({ replies: [[{ type: 'text', delta: 'We', snapshot: 'We' }]] });
    expect(outcomeOf(await play(one))).toEqual(
      error('model-cut-off', "The model's answer broke off before its end. Ask again."),
    );
  });

  it.each<[string, Model]>([
    [
      'a model that throws at once',
      {
        reply: () => {
          throw new Error('secret detail');
        },
      },
    ],
    [
      'a model that throws later',
      {
        async *reply() {
          yield { type: 'text', delta: 'We', snapshot: 'We' };
          throw new Error('secret detail');
        },
      },
    ],
  ])('%s is a fault of ours, and in the log', async (_name, model) => {
    const one = world({ model });
    expect(outcomeOf(await play(one))).toEqual(INTERNAL);
    expect(logged(one)).toEqual(['the turn broke']);
  });
});

describe('faults.sandbox', () => {
  const failure: Failure = { reason: 'sandbox-capacity', message: 'All sandboxes are taken. Try again in a minute.' };

  it('that cannot be opened matters only when code is to run', async () => {
    const one = world({ replies: [says('Hello.')], sandboxes: fakeSandboxes({ failure }) });
    expect(outcomeOf(await play(one))).toEqual({ kind: 'done' });
  });

  it('that cannot be opened for code ends the turn with its own sentence', async () => {
    const one = world({ replies: [runs(CODE)], sandboxes: fakeSandboxes({ failure }) });
    const events = await play(one);
    expect(outcomeOf(events)).toEqual({ kind: 'error', failure });
    expect(steps(events).filter((line) => line.startsWith('run'))).toEqual([]);
    expect(one.messages.at(-1)).toMatchObject({ role: 'result', text: `Not run. ${failure.message}`, failed: true });
  });

  it('the same for own code', async () => {
    const one = world({ sandboxes: fakeSandboxes({ failure }) });
    expect(outcomeOf(await play(one, OWN_CODE))).toEqual({ kind: 'error', failure });
  });

  it('that throws when it is opened is a fault of ours, in words', async () => {
    const one = world({ sandboxes: fakeSandboxes({ throws: new Error('secret detail') }) });
    expect(outcomeOf(await play(one, OWN_CODE))).toEqual(
      error(
        'internal',
        'The sandbox could not be opened because of a fault in Threadbox; its log has the details. Try again.',
      ),
    );
    expect(logged(one)).toEqual(['opening the sandbox threw']);
  });

  it('that throws in a run ends the run, and the turn in words', async () => {
    const one = world({ replies: [runs(CODE)], sandboxes: fakeSandboxes({ runs: [{ throws: new Error('secret') }] }) });
    const events = await play(one);
    expect(steps(events).slice(-2)).toEqual(['run.finished lost', 'turn.finished error']);
    expect(outcomeOf(events)).toEqual(
      error('sandbox-unavailable', 'The run ended because of a fault in Threadbox. Ask again to go on.'),
    );
    expect(logged(one)).toEqual(['running code threw']);
  });
});

describe('faults.storage', () => {
  const PATH = '/srv/secret/threadbox.db';

  it.each<[StorageReason, string]>([
    [
      'full',
      'My disk is full, so I cannot keep what this turn does. Somebody has to free space there; then ask again.',
    ],
    ['read-only', 'I cannot write to my database, so I stopped. Somebody has to make it writable; then ask again.'],
    ['locked', 'My database is locked by another program, so I stopped. Ask again in a moment.'],
    ['corrupt', 'My database does not work, so I stopped. My log says why.'],
  ])('%s: the person reads what is wrong, and no path', async (reason, message) => {
    const runStarted = () => {
      throw new StorageError(reason, PATH);
    };
    const one = world({ replies: [runs(CODE)], record: { runStarted } });
    expect(outcomeOf(await play(one))).toEqual(error('storage', message));
  });

  it.each<keyof TurnRecord>(['sandbox', 'runStarted', 'runFinished', 'messages'])(
    'fails in `%s`: the turn ends, and nothing runs that was not written down',
    async (method) => {
      const record = {
        [method]: () => {
          throw new StorageError('full', PATH);
        },
      };
      const one = world({ model: scriptedModel([runs(CODE), says('Done.')]), record });
      const events = await play(one);
      expect(outcomeOf(events)).toMatchObject({ kind: 'error', failure: { reason: 'storage' } });
      expect(one.sandboxes.ran).toEqual(method === 'runFinished' ? [CODE.source] : []);
    },
  );
});
