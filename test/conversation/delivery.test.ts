/** How a turn reaches its thread: states in order, notices in order, files before the end, and the end whatever happens. */
import { describe, expect, it } from 'vitest';
import type { Attachment, ThreadRef, TurnId } from '../../src/conversation/events.ts';
import type { Progress } from '../../src/conversation/progress.ts';
import type { Ending } from '../../src/ports.ts';
import { StorageError } from '../../src/store/errors.ts';
import { failed, fakeSandboxes } from '../fakes/fake-sandboxes.ts';
import { memoryScratch } from '../fakes/memory-scratch.ts';
import { RecordingReplies } from '../fakes/recording-replies.ts';
import { runs, says } from '../fakes/scripted-model.ts';
import { asks, office, stops, THREAD } from './conversations-harness.ts';
import { CODE, python, until } from './turn-harness.ts';

type RecordedReply = Awaited<ReturnType<RecordingReplies['begin']>>;

/** Replies whose messages are changed as they are made. */
class OddReplies extends RecordingReplies {
  readonly #change: (reply: RecordedReply) => void;

  constructor(change: (reply: RecordedReply) => void) {
    super();
    this.#change = change;
  }

  override async begin(...args: Parameters<RecordingReplies['begin']>) {
    const reply = await super.begin(...args);
    this.#change(reply);
    return reply;
  }
}

function failingTwice() {
  const results = [failed('KeyError', "'price'"), failed('NameError', 'x')];
  return {
    script: [runs(python('a')), runs(python('b')), runs(python('c')), says('Done.')],
    sandboxes: fakeSandboxes({ runs: results.map((result) => ({ result })) }),
  };
}

const writing = () => fakeSandboxes({ runs: [{ writes: { 'a.csv': 'a,b\n' } }] });

describe('delivery.states', () => {
  it('shows each state in order, and the last by `finish` alone', async () => {
    const { conversations, finished, reply, store } = office({
      script: [runs(CODE, 'I run it.'), says('Done.')],
      sandboxes: fakeSandboxes({ runs: [{ prints: ['hi\n'] }] }),
    });
    await conversations.handle(asks('Hi'));
    await finished(1);
    const phases = reply(0).states.map(({ phase }) => phase);
    expect(phases.filter((phase, index) => phase !== phases[index - 1])).toEqual([
      'starting',
      'thinking',
      'writing',
      'running',
      'thinking',
      'finishing',
      'finished',
    ]);
    expect(phases.filter((phase) => phase === 'finished')).toHaveLength(1);
    await until(() => store.outcomes.size === 1);
    expect(store.outcomes.get('turn-1' as TurnId)).toEqual({
      outcome: { kind: 'done' },
      usage: { inputTokens: 20, outputTokens: 10 },
    });
    expect(store.turn('turn-1' as TurnId)).toMatchObject({ state: 'finished', replyTs: reply(0).messageTs });
  });

  it('writes down the end of a turn only after its last state has landed', async () => {
    const landings: ((ending: Ending) => void)[] = [];
    const replies = new OddReplies((reply) => {
      reply.finish = () => new Promise((resolve) => landings.push(resolve));
    });
    const { conversations, store } = office({ replies, script: [says('Hello.')] });
    await conversations.handle(asks('Hi'));
    await until(() => landings.length === 1);
    expect(store.outcomes.size).toBe(0);
    for (const land of landings) land('settled');
    await until(() => store.outcomes.size === 1);
    expect(store.turn('turn-1' as TurnId)?.state).toBe('finished');
  });

  it('leaves a turn as it is for the next start when its last state did not land before the stop', async () => {
    const replies = new OddReplies((reply) => {
      reply.finish = async () => 'left';
    });
    const { conversations, store, log } = office({ replies, script: [says('Hello.')] });
    await conversations.handle(asks('Hi'));
    await conversations.stop(8_000);
    expect(store.turn('turn-1' as TurnId)?.state).toBe('running');
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('delivery.notices', () => {
  it('announces each new attempt as a reply, in order', async () => {
    const { conversations, finished, replies } = office(failingTwice());
    await conversations.handle(asks('Hi'));
    await finished(1);
    await until(() => replies.notices.length === 2);
    expect(replies.notices).toEqual([
      { thread: THREAD, text: "Attempt 2 of 3 — fixing `KeyError: 'price'`" },
      { thread: THREAD, text: 'Attempt 3 of 3 — fixing `NameError: x`' },
    ]);
  });

  it('does not hold the turn while a notice is posted, and hands them over in order, with their turn', async () => {
    const waiting: (() => void)[] = [];
    const told: string[] = [];
    class SlowNotices extends RecordingReplies {
      override async notice(thread: ThreadRef, text: string, turn?: TurnId): Promise<void> {
        told.push(`${text.slice(0, 9)} of ${turn}`);
        await new Promise<void>((resolve) => waiting.push(resolve));
        await super.notice(thread, text);
      }
    }
    const replies = new SlowNotices();
    const { conversations, finished } = office({ replies, ...failingTwice() });
    await conversations.handle(asks('Hi'));
    await finished(1);
    expect([replies.notices.length, waiting.length]).toEqual([0, 2]);
    const turn = replies.replies[0]?.turn;
    expect(told).toEqual([`Attempt 2 of ${turn}`, `Attempt 3 of ${turn}`]);
  });
});

describe('delivery.files', () => {
  it('are in the thread before the last state', async () => {
    const { conversations, finished, reply, replies } = office({
      script: [runs(CODE), says('Done.')],
      sandboxes: writing(),
    });
    await conversations.handle(asks('Hi'));
    await finished(1);
    expect(reply(0).attached.map(({ name }) => name)).toEqual(['a.csv']);
    expect(reply(0).last?.artifacts).toEqual(['a.csv']);
    expect(replies.seen().map(({ files }) => files)).toEqual([[], ['a.csv']]);
  });

  it('that could not be sent are named in the last state', async () => {
    const replies = new OddReplies((reply) => {
      reply.attach = async () => ['“a.csv” was not taken by Slack.'];
    });
    const { conversations, finished, reply } = office({
      replies,
      script: [runs(CODE), says('Done.')],
      sandboxes: writing(),
    });
    await conversations.handle(asks('Hi'));
    await finished(1);
    expect(reply(0).last?.notes).toEqual(['“a.csv” was not taken by Slack.']);
  });

  it('whose sending throws are named too', async () => {
    const replies = new OddReplies((reply) => {
      reply.attach = async (_artifacts: readonly Attachment[]) => {
        throw new Error('secret detail');
      };
    });
    const { conversations, finished, reply } = office({
      replies,
      script: [runs(CODE), says('Done.')],
      sandboxes: writing(),
    });
    await conversations.handle(asks('Hi'));
    await finished(1);
    expect(reply(0).last?.notes).toEqual(['These files could not be sent: a.csv.']);
  });

  it('that take too long do not hold the last state, and are told of later', async () => {
    let fail: ((sentences: readonly string[]) => void) | undefined;
    const replies = new OddReplies((reply) => {
      reply.attach = () =>
        new Promise((resolve) => {
          fail = resolve;
        });
    });
    const { conversations, finished, reply, clock } = office({
      replies,
      script: [runs(CODE), says('Done.')],
      sandboxes: writing(),
    });
    await conversations.handle(asks('Hi'));
    await until(() => fail !== undefined && clock.waiting > 0);
    await clock.advance(20_000);
    await finished(1);
    expect(reply(0).last?.notes).toEqual(['Some files are still on their way to this thread.']);
    fail?.(['“a.csv” was not taken by Slack.']);
    await until(() => replies.notices.length === 1);
    expect(replies.notices[0]?.text).toBe('“a.csv” was not taken by Slack.');
  });
});

describe('delivery.scratch', () => {
  it('keeps a long output on disk until the thread has it, even past the end of the turn', async () => {
    let sent: (() => void) | undefined;
    const replies = new OddReplies((reply) => {
      reply.attach = () =>
        new Promise((resolve) => {
          sent = () => resolve([]);
        });
    });
    const scratch = memoryScratch();
    const { conversations, finished, clock } = office({
      replies,
      scratch,
      script: [runs(CODE), says('Done.')],
      sandboxes: fakeSandboxes({ runs: [{ prints: ['x'.repeat(100_000)] }] }),
    });
    await conversations.handle(asks('Hi'));
    await until(() => sent !== undefined && clock.waiting > 0);
    await clock.advance(20_000);
    await finished(1);
    expect([...scratch.kept.values()]).toEqual([['step-1-output.txt']]);
    sent?.();
    await until(() => scratch.kept.size === 0);
  });
});

describe('delivery.stop', () => {
  it('does not let a stopped turn wait for uploads that hang', async () => {
    let isAttaching = false;
    const replies = new OddReplies((reply) => {
      reply.attach = () => {
        isAttaching = true;
        return new Promise(() => {});
      };
    });
    const { conversations, finished, reply, clock } = office({
      replies,
      script: [runs(CODE), says('Done.')],
      sandboxes: writing(),
    });
    await conversations.handle(asks('Hi'));
    await until(() => isAttaching && clock.waiting > 0);
    await conversations.stop(8_000);
    await finished(1);
    expect(clock.waiting).toBe(0);
    expect(reply(0).last?.notes).toEqual(['Some files are still on their way to this thread.']);
  });
});

describe('delivery.completion', () => {
  const stoppedAfter = async (ms: number, user: string) => {
    const { conversations, finished, replies, clock, sandboxes, store } = office({
      script: [runs(CODE)],
      sandboxes: fakeSandboxes({ runs: [{ untilStopped: true }] }),
    });
    await conversations.handle(asks('Hi', { user: 'U00ADA' }));
    await until(() => sandboxes.ran.length === 1);
    await clock.advance(ms);
    await conversations.handle(stops({ user }));
    await finished(1);
    await until(() => store.outcomes.size === 1);
    await conversations.stop(8_000);
    return replies.completions;
  };

  it('tells the person who asked when a turn took longer than a minute', async () => {
    expect(await stoppedAfter(130_000, 'U0GRACE')).toMatchObject([
      { thread: THREAD, user: 'U00ADA', completion: { kind: 'stopped', tookMs: 130_000 } },
    ]);
  });

  it('tells nobody after a short turn, or who stopped it themselves', async () => {
    expect(await stoppedAfter(50_000, 'U0GRACE')).toEqual([]);
    expect(await stoppedAfter(130_000, 'U00ADA')).toEqual([]);
  });
});

describe('delivery.faults', () => {
  it('a first message that cannot be posted ends the turn, and the next one has its chance', async () => {
    const replies = new RecordingReplies();
    replies.failBegin = new Error('channel_not_found');
    const { conversations, finished, store, log } = office({ replies, script: [says('Hello.')] });
    await conversations.handle(asks('1'));
    await conversations.handle(asks('2'));
    await finished(1);
    expect(store.outcomes.get('turn-1' as TurnId)?.outcome).toMatchObject({ kind: 'error' });
    expect(replies.replies.map(({ turn }) => turn)).toEqual(['turn-2']);
    expect(log.lines.map(({ message }) => message)).toContain('the turn could not begin');
  });

  it('states that cannot be shown do not end the turn', async () => {
    const replies = new OddReplies((reply) => {
      reply.show = (_progress: Progress) => {
        throw new Error('a bug');
      };
    });
    const { conversations, finished, reply } = office({ replies, script: [runs(CODE), says('Done.')] });
    await conversations.handle(asks('Hi'));
    await finished(1);
    expect(reply(0).last?.outcome).toEqual({ kind: 'done' });
  });

  it('a last state that does not land is followed by a reply that says so', async () => {
    const replies = new OddReplies((reply) => {
      reply.finish = async () => {
        throw new Error('a bug');
      };
    });
    const { conversations, store } = office({ replies, script: [says('Hello.')] });
    await conversations.handle(asks('Hi'));
    await until(() => store.outcomes.size === 1);
    expect(replies.notices.map(({ text }) => text)).toEqual([
      'I am done with this, but could not update my message above. Ask again if you miss the answer.',
    ]);
  });

  it.each(['setReply', 'messages', 'thread'] as const)(
    'a store that fails in `%s` leaves no message that seems to work for ever',
    async (method) => {
      const fault = () => {
        throw new StorageError('unreachable', '/data/threadbox.db');
      };
      const { conversations, finished, reply } = office({ script: [says('Hello.')], faults: { [method]: fault } });
      await conversations.handle(asks('Hi'));
      await finished(1);
      expect(reply(0).last?.outcome).toMatchObject({ kind: 'error', failure: { reason: 'storage' } });
    },
  );

  it('an end that cannot be written down is in the log, and the thread has its answer', async () => {
    const finishTurn = () => {
      throw new StorageError('full', '/data/threadbox.db');
    };
    const { conversations, finished, reply, log } = office({ script: [says('Hello.')], faults: { finishTurn } });
    await conversations.handle(asks('Hi'));
    await finished(1);
    await until(() => log.lines.some(({ message }) => message === 'the end of the turn could not be recorded'));
    expect(reply(0).last?.outcome).toEqual({ kind: 'done' });
  });
});

describe('delivery.log', () => {
  it('names turn and thread in every line, and holds no words of people or programs', async () => {
    const { conversations, finished, log } = office({ script: [runs(python('secret'), 'secret'), says('secret')] });
    await conversations.handle(asks('secret'));
    await finished(1);
    await until(() => log.lines.length > 0);
    for (const { fields } of log.lines) expect(fields).toMatchObject({ turn: 'turn-1', thread: 'T1:C1:100.1' });
    expect(JSON.stringify(log.lines)).not.toContain('secret');
  });
});
