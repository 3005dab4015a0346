/** What happens to a turn's message when Slack refuses, limits, loses or repeats: over the wire, with faults put in. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ThreadRef, TurnId } from '../../src/conversation/events.ts';
import { foldProgress, type Progress, startProgress } from '../../src/conversation/progress.ts';
import type { ControlMessage } from '../fakes/slack-control.ts';
import { type RepliesOverWire, startReplies } from './slack-world.ts';

const TURN = 'turn-1' as TurnId;
const START = startProgress(TURN, Date.now(), 3);

function done(text: string): Progress {
  const said = foldProgress(START, { type: 'model.text', at: Date.now(), delta: text, snapshot: text });
  return foldProgress(said, { type: 'turn.finished', at: Date.now(), outcome: { kind: 'done' } });
}

let world: RepliesOverWire;
let person: string;

beforeAll(async () => {
  world = await startReplies();
  person = (await world.control.person('ada')).id;
});
afterAll(() => world.stop());
afterEach(() => world.control.clearFaults());

async function newThread(): Promise<ThreadRef> {
  const { team } = await world.control.state();
  return { team: team.id, channel: world.channel, threadTs: await world.control.say(person, world.channel, 'hello') };
}

async function repliesIn(thread: ThreadRef): Promise<readonly ControlMessage[]> {
  return (await world.control.thread(thread.channel, thread.threadTs ?? '')).slice(1);
}

describe('the first message', () => {
  it('carries the turn as metadata and unfurls nothing', async () => {
    const thread = await newThread();
    await world.replies.begin(thread, TURN, START);
    const [message] = await repliesIn(thread);
    expect(message?.metadata).toMatchObject({
      event_type: 'threadbox_turn',
      event_payload: { turn: TURN, kind: 'answer' },
    });
    const [call] = (await world.control.requests('chat.postMessage')).slice(-1);
    expect(call?.args).toMatchObject({ unfurl_links: 'false', unfurl_media: 'false' });
  });

  it.each([
    ['was applied although the answer got lost', { kind: 'drop-after-apply' }],
    ['met trouble at Slack', { kind: 'http500' }],
    ['met a limit', { kind: 'rate_limited', retryAfter: 1 }],
    ['was refused for an internal error', { kind: 'error', error: 'internal_error' }],
  ] as const)('is posted once when the call %s', async (_name, fault) => {
    const thread = await newThread();
    await world.control.fault({ method: 'chat.postMessage', ...fault });
    const reply = await world.replies.begin(thread, TURN, START);
    expect((await repliesIn(thread)).map((message) => message.ts)).toEqual([reply.messageTs]);
  });

  it('is found at the top level of a direct message too', async () => {
    const direct = await world.control.directMessage(person);
    const before = (await world.control.messages(direct)).length;
    await world.control.fault({ method: 'chat.postMessage', kind: 'drop-after-apply' });
    const reply = await world.replies.begin({ team: 'T', channel: direct, threadTs: null }, TURN, START);
    const messages = (await world.control.messages(direct)).slice(before);
    expect(messages.map((message) => message.ts)).toEqual([reply.messageTs]);
  });

  it('is posted again rather than lost where the conversation may not be read', async () => {
    const thread = await newThread();
    await world.control.fault({ method: 'chat.postMessage', kind: 'http500' });
    await world.control.fault({ method: 'conversations.replies', kind: 'error', error: 'missing_scope' });
    await world.replies.begin(thread, TURN, START);
    expect(await repliesIn(thread)).toHaveLength(1);
  });

  it('is made simpler when its blocks are refused', async () => {
    const thread = await newThread();
    await world.control.fault({ method: 'chat.postMessage', kind: 'error', error: 'invalid_blocks' });
    await world.replies.begin(thread, TURN, START);
    expect(await repliesIn(thread)).toHaveLength(1);
  });

  it('rejects with the code when it cannot be posted at all', async () => {
    const thread = await newThread();
    await world.control.fault({ method: 'chat.postMessage', kind: 'error', error: 'is_archived' });
    await expect(world.replies.begin(thread, TURN, START)).rejects.toMatchObject({ code: 'is_archived' });
  });
});

describe('the last state', () => {
  it.each([
    ['a limit', { kind: 'rate_limited', retryAfter: 1 }],
    ['trouble at Slack', { kind: 'http500' }],
    ['a lost answer', { kind: 'drop-after-apply' }],
    ['a refusal that passes', { kind: 'error', error: 'fatal_error' }],
  ] as const)('lands in the same message through %s', async (_name, fault) => {
    const thread = await newThread();
    const reply = await world.replies.begin(thread, TURN, START);
    await world.control.fault({ method: 'chat.update', ...fault });
    await reply.finish(done('The answer is 42'));
    const messages = await repliesIn(thread);
    expect(messages).toHaveLength(1);
    expect(messages[0]?.text).toContain('The answer is 42');
  });

  it.each([['message_not_found'], ['cant_update_message'], ['edit_window_closed'], ['an_error_of_tomorrow']])(
    'is posted anew after %s, and what stood there is not left behind where it can be removed',
    async (error) => {
      const thread = await newThread();
      const reply = await world.replies.begin(thread, TURN, START);
      const old = reply.messageTs;
      // As if somebody had deleted it.
      const isDeleted = error === 'message_not_found';
      await world.control.fault({ method: 'chat.update', kind: 'error', error });
      await reply.finish(done('The answer is 42'));
      const messages = await repliesIn(thread);
      expect(messages.map(({ ts }) => ts)).toEqual(isDeleted ? [old, reply.messageTs] : [reply.messageTs]);
      expect(messages.at(-1)?.text).toContain('The answer is 42');
    },
  );

  it('is posted anew once, whatever happens to the answer of that post', async () => {
    const thread = await newThread();
    const reply = await world.replies.begin(thread, TURN, START);
    await world.control.fault({ method: 'chat.update', kind: 'error', error: 'cant_update_message' });
    await world.control.fault({ method: 'chat.postMessage', kind: 'drop-after-apply' });
    await world.control.fault({ method: 'chat.delete', kind: 'error', error: 'cant_delete_message' });
    await reply.finish(done('The answer is 42'));
    const messages = await repliesIn(thread);
    expect(messages).toHaveLength(2);
    expect(messages.filter(({ text }) => text.includes('The answer is 42'))).toHaveLength(1);
  });

  it('is the text alone where Slack refuses all blocks, with the words whole in a file', async () => {
    const thread = await newThread();
    const reply = await world.replies.begin(thread, TURN, START);
    await world.control.fault({ method: 'chat.update', kind: 'error', error: 'invalid_blocks', times: 2 });
    await reply.finish(done('The answer is 42'));
    const messages = await repliesIn(thread);
    expect(messages.map(({ blocks }) => blocks.length)).toEqual([0, 0]);
    expect(messages[0]?.text).toContain('The answer is 42');
    expect(messages[1]?.files.map(({ name }) => name)).toEqual(['answer.md']);
  });

  it.each([['invalid_blocks'], ['msg_blocks_too_long'], ['msg_too_long']])(
    'is made simpler after %s, in the same message',
    async (error) => {
      const thread = await newThread();
      const reply = await world.replies.begin(thread, TURN, START);
      await world.control.fault({ method: 'chat.update', kind: 'error', error });
      await reply.finish(done('The answer is 42'));
      const messages = await repliesIn(thread);
      expect(messages).toHaveLength(1);
      expect(JSON.stringify(messages[0]?.blocks)).toContain('The answer is 42');
      expect(messages[0]?.blocks.map((block) => block.type)).not.toContain('rich_text');
    },
  );

  it('resolves even if Slack takes it nowhere', async () => {
    const thread = await newThread();
    const reply = await world.replies.begin(thread, TURN, START);
    await world.control.fault({ method: 'chat.update', kind: 'error', error: 'is_archived' });
    await world.control.fault({ method: 'chat.postMessage', kind: 'error', error: 'is_archived' });
    await expect(reply.finish(done('The answer is 42'))).resolves.toBe('settled');
  });

  it('brings along, whole, what the message had to cut', async () => {
    const thread = await newThread();
    const reply = await world.replies.begin(thread, TURN, START);
    const long = Array.from({ length: 1_000 }, (_, i) => `Line ${i} of a long answer.`).join('\n\n');
    await reply.finish(done(long));
    const files = (await repliesIn(thread)).flatMap((message) => message.files);
    expect(files.map((file) => file.name)).toEqual(['answer.md']);
    const bytes = await world.control.fileBytes(files[0]?.id ?? '');
    expect(bytes.toString()).toContain('Line 999 of a long answer.');
  });
});

describe('replies around a turn', () => {
  it('notify nobody, whatever a program wrote', async () => {
    const thread = await newThread();
    await world.replies.notice(thread, 'fixing `<!channel> <@U1> & co`');
    const [message] = await repliesIn(thread);
    expect(message?.text).toBe('fixing `&lt;!channel&gt; &lt;@U1&gt; &amp; co`');
  });

  it('mention the person whose long turn has ended, and nobody its answer names', async () => {
    const thread = await newThread();
    const words = 'Ask <@U0123456>, <!channel> or @here';
    await world.replies.done(thread, 'U00ADA', { kind: 'done', tookMs: 61_000, words });
    const [message] = await repliesIn(thread);
    expect(message?.text).toBe('<@U00ADA> done in 1 min 1 s: Ask &lt;@U0123456&gt;, &lt;!channel&gt; or @here');
    expect(message?.blocks).toEqual([]);
  });

  it.each([
    ['a limit', { kind: 'rate_limited', retryAfter: 1 }],
    ['trouble at Slack', { kind: 'http500' }],
  ] as const)('reach the one person they are for through %s', async (_name, fault) => {
    const thread = await newThread();
    await world.control.fault({ method: 'chat.postEphemeral', ...fault });
    await world.replies.whisper(thread.channel, person, thread, `through ${fault.kind}`);
    const told = (await world.control.ephemerals()).map(({ text }) => text);
    expect(told.filter((text) => text === `through ${fault.kind}`)).toHaveLength(1);
  });

  it('are given up after a few attempts', async () => {
    const thread = await newThread();
    await world.control.fault({ method: 'chat.postMessage', kind: 'http500', times: 10 });
    const before = (await world.control.requests('chat.postMessage')).length;
    await world.replies.notice(thread, 'hello');
    expect((await world.control.requests('chat.postMessage')).length - before).toBe(7);
    expect(await repliesIn(thread)).toEqual([]);
  });
});
