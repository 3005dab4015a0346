/** How a thread is seen to be alive between edits: over the wire, with the status Slack shows under it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ThreadRef, TurnId } from '../../src/conversation/events.ts';
import { foldProgress, type Progress, startProgress } from '../../src/conversation/progress.ts';
import { until } from '../fakes/slack-control.ts';
import { hastyClock, type RepliesOverWire, startReplies } from './slack-world.ts';

const TURN = 'turn-1' as TurnId;
const CODE = { language: 'python', source: 'while True: pass' } as const;

let world: RepliesOverWire;
let person: string;

function running(): Progress {
  const at = Date.now();
  return foldProgress(startProgress(TURN, at, 3), { type: 'run.started', at, step: 1, attempt: 1, code: CODE });
}

function done(progress: Progress): Progress {
  return foldProgress(progress, { type: 'turn.finished', at: Date.now(), outcome: { kind: 'done' } });
}

async function newThread(): Promise<ThreadRef> {
  const { team } = await world.control.state();
  return { team: team.id, channel: world.channel, threadTs: await world.control.say(person, world.channel, 'hello') };
}

/** What stands under a thread. */
async function status({ threadTs }: ThreadRef): Promise<string> {
  return (await world.control.statuses()).current.find((each) => each.threadTs === threadTs)?.text ?? '';
}

async function statusCalls({ threadTs }: ThreadRef): Promise<readonly string[]> {
  const calls = await world.control.requests('assistant.threads.setStatus');
  return calls.filter(({ args }) => args['thread_ts'] === threadTs).map(({ args }) => String(args['status']));
}

async function edits(ts: string): Promise<number> {
  return (await world.control.requests('chat.update')).filter(({ args }) => args['ts'] === ts).length;
}

async function begin(thread: ThreadRef) {
  const state = running();
  const reply = await world.replies.begin(thread, TURN, startProgress(TURN, state.startedAt, 3));
  reply.show(state);
  return { reply, state };
}

describe('a turn that runs', () => {
  beforeAll(async () => {
    world = await startReplies(hastyClock(), 5_000);
    person = (await world.control.person('ada')).id;
  });
  afterAll(() => world.stop());

  it('shows under its thread what it does and for how long, and takes that back at its end', async () => {
    const thread = await newThread();
    const { reply, state } = await begin(thread);
    await until(
      () => status(thread),
      (text) => /^is running Python · \d+ s$/.test(text),
    );
    const before = await statusCalls(thread);
    await until(
      () => statusCalls(thread),
      (calls) => calls.length > before.length + 1,
    );
    await reply.finish(done(state));
    await until(
      () => status(thread),
      (text) => text === '',
    );
    expect((await statusCalls(thread)).at(-1)).toBe('');
  });

  it('costs no edit for the time alone: that moves in the status', async () => {
    const thread = await newThread();
    const { reply, state } = await begin(thread);
    await until(
      () => status(thread),
      (text) => text !== '',
    );
    const before = await edits(reply.messageTs);
    const calls = (await statusCalls(thread)).length;
    await until(
      () => statusCalls(thread),
      (now) => now.length >= calls + 3,
    );
    expect(await edits(reply.messageTs)).toBe(before);
    await reply.finish(done(state));
  });

  it('shows it again after each reply of ours', async () => {
    const thread = await newThread();
    const { reply, state } = await begin(thread);
    await until(
      () => status(thread),
      (text) => text !== '',
    );
    await world.replies.notice(thread, 'Attempt 2 of 3');
    await until(
      () => status(thread),
      (text) => text !== '',
    );
    await reply.attach([{ name: 'a.csv', mimetype: 'text/csv', bytes: Buffer.from('a\n1\n') }]);
    await until(
      () => status(thread),
      (text) => text !== '',
    );
    await reply.finish(done(state));
  });

  it('among many costs no edit for what it does alone: that is told under its thread too', async () => {
    const threads = await Promise.all(Array.from({ length: 7 }, newThread));
    const turns = await Promise.all(threads.map(begin));
    for (const thread of threads) {
      await until(
        () => status(thread),
        (text) => text.startsWith('is running Python'),
      );
    }
    const before = await Promise.all(turns.map(({ reply }) => edits(reply.messageTs)));
    for (const { reply, state } of turns) reply.show({ ...state, phase: 'thinking' });
    for (const thread of threads) {
      await until(
        () => statusCalls(thread),
        (calls) => calls.filter((line) => line.startsWith('is thinking')).length > 1,
      );
    }
    expect(await Promise.all(turns.map(({ reply }) => edits(reply.messageTs)))).toEqual(before);
    await Promise.all(turns.map(({ reply, state }) => reply.finish(done(state))));
  });

  it('at the top level of a direct message has no thread to show it under: there a rare edit does', async () => {
    const direct = await world.control.directMessage(person);
    const thread = { team: 'T', channel: direct, threadTs: null };
    const { reply, state } = await begin(thread);
    const before = await edits(reply.messageTs);
    await until(
      () => edits(reply.messageTs),
      (now) => now > before + 1,
    );
    await reply.finish(done(state));
  });
});

describe('where the workspace refuses a status', () => {
  beforeAll(async () => {
    world = await startReplies(hastyClock(), 5_000);
    person = (await world.control.person('ada')).id;
  });
  afterAll(() => world.stop());
  afterEach(() => world.control.clearFaults());

  it('it is asked once, nobody is told, and a rare edit shows the time', async () => {
    const method = 'assistant.threads.setStatus';
    await world.control.fault({ method, kind: 'error', error: 'not_allowed_token_type', times: 100 });
    const threads = [await newThread(), await newThread()];
    for (const thread of threads) {
      const { reply, state } = await begin(thread);
      const before = await edits(reply.messageTs);
      await until(
        () => edits(reply.messageTs),
        (now) => now > before + 1,
      );
      await reply.finish(done(state));
      expect((await world.control.thread(thread.channel, thread.threadTs ?? '')).length).toBe(2);
    }
    expect(await world.control.requests(method)).toHaveLength(1);
  });
});
