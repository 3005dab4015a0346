/** The message of a turn that an earlier process left: found, and brought to its end, over the wire. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ThreadRef, TurnId } from '../../src/conversation/events.ts';
import { foldProgress, type Progress, startProgress } from '../../src/conversation/progress.ts';
import { RESTARTED } from '../../src/conversation/turn-endings.ts';
import { type RepliesOverWire, startReplies } from './slack-world.ts';

let world: RepliesOverWire;
let person: string;
let turns = 0;

beforeAll(async () => {
  world = await startReplies();
  person = (await world.control.person('ada')).id;
});
afterAll(() => world.stop());
afterEach(() => world.control.clearFaults());

async function threadInChannel(): Promise<ThreadRef> {
  const { team } = await world.control.state();
  return { team: team.id, channel: world.channel, threadTs: await world.control.say(person, world.channel, 'hello') };
}

async function topLevel(): Promise<ThreadRef> {
  const { team } = await world.control.state();
  return { team: team.id, channel: await world.control.directMessage(person), threadTs: null };
}

function newTurn(): {
  readonly first: Progress;
  readonly last: Progress;
  readonly turn: TurnId;
  readonly sinceMs: number;
} {
  turns += 1;
  const turn = `left-${turns}` as TurnId;
  const first = startProgress(turn, Date.now(), 3);
  const outcome = { kind: 'error', failure: RESTARTED } as const;
  return {
    turn,
    first,
    last: foldProgress(first, { type: 'turn.finished', at: Date.now(), outcome }),
    sinceMs: Date.now(),
  };
}

/** What the bot said about that turn. */
async function said({ channel, threadTs }: ThreadRef, turn: TurnId) {
  const { control } = world;
  const messages = threadTs === null ? await control.messages(channel) : await control.thread(channel, threadTs);
  return messages.filter((message) => message.metadata?.event_payload['turn'] === turn);
}

describe.each([
  ['a thread', threadInChannel],
  ['the top level of a direct message', topLevel],
])('in %s', (_name, place) => {
  it.each([
    ['by its ts', true],
    ['by its metadata where no ts was kept', false],
  ])('ends the message, found %s', async (_how, isKept) => {
    const thread = await place();
    const { turn, first, last, sinceMs } = newTurn();
    const { messageTs } = await world.replies.begin(thread, turn, first);
    expect(await world.replies.close(thread, last, { replyTs: isKept ? messageTs : null, sinceMs })).toBe('settled');
    const messages = await said(thread, turn);
    expect(messages.map(({ ts }) => ts)).toEqual([messageTs]);
    expect(messages[0]?.text).toContain(RESTARTED.message);
    expect(JSON.stringify(messages[0]?.blocks)).toContain('turn.retry');
    expect(JSON.stringify(messages[0]?.blocks)).not.toContain('turn.stop');
  });

  it('posts one where none had been posted', async () => {
    const thread = await place();
    const { turn, last, sinceMs } = newTurn();
    expect(await world.replies.close(thread, last, { replyTs: null, sinceMs })).toBe('settled');
    const messages = await said(thread, turn);
    expect(messages).toHaveLength(1);
    expect(messages[0]?.text).toContain(RESTARTED.message);
  });

  it('leaves a message alone that shows its end', async () => {
    const thread = await place();
    const { turn, first, last, sinceMs } = newTurn();
    const reply = await world.replies.begin(thread, turn, first);
    await reply.finish(foldProgress(first, { type: 'turn.finished', at: Date.now(), outcome: { kind: 'done' } }));
    for (const replyTs of [reply.messageTs, null]) {
      expect(await world.replies.close(thread, last, { replyTs, sinceMs })).toBe('settled');
    }
    const messages = await said(thread, turn);
    expect(messages).toHaveLength(1);
    expect(messages[0]?.text).toContain('Done');
  });
});

describe('when Slack does not do what it is asked', () => {
  it('is left to the next start while nothing can be read', async () => {
    const thread = await threadInChannel();
    const { turn, last, sinceMs } = newTurn();
    await world.control.fault({ method: 'conversations.replies', kind: 'http500', times: 20 });
    expect(await world.replies.close(thread, last, { replyTs: null, sinceMs })).toBe('left');
    expect(await said(thread, turn)).toEqual([]);
  });

  it('says it anew where the message was deleted', async () => {
    const thread = await threadInChannel();
    const { turn, last, sinceMs } = newTurn();
    expect(await world.replies.close(thread, last, { replyTs: '1700000000.000100', sinceMs })).toBe('settled');
    expect(await said(thread, turn)).toHaveLength(1);
  });

  it('is settled where nothing can be said any more', async () => {
    const thread = await threadInChannel();
    const { last, sinceMs } = newTurn();
    await world.control.archive(thread.channel);
    expect(await world.replies.close(thread, last, { replyTs: null, sinceMs })).toBe('settled');
    await world.control.archive(thread.channel, false);
  });
});

describe('the thread of a command that is taken up after a restart', () => {
  it('is the one that was opened before, and a new one where there is none', async () => {
    const { replies, channel, control } = world;
    const signal = new AbortController().signal;
    const open = (id: string, sinceMs?: number) => {
      const delivery = { id, ...(sinceMs !== undefined && { sinceMs }) };
      return replies.openThread(channel, person, { kind: 'ask', text: `plot ${id}` }, signal, delivery);
    };
    const opened = await open('1.2.a');
    expect(await open('1.2.a', Date.now())).toEqual(opened);
    expect(await open('1.2.b', Date.now())).toMatchObject({ ok: true });
    const roots = (await control.messages(channel)).map(({ text }) => text).filter((text) => text.includes('plot 1.2'));
    expect(roots).toHaveLength(2);
  });
});
