/** What every Replies keeps to, whoever is behind it: the fake at the port, and Slack over the wire. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InboundFile, ThreadRef, TurnId } from '../../src/conversation/events.ts';
import { foldProgress, type Progress, startProgress } from '../../src/conversation/progress.ts';
import type { Replies } from '../../src/ports.ts';
import type { SeenMessage } from '../fakes/recording-replies.ts';

export interface RepliesWorld {
  readonly replies: Replies;
  readonly team: string;
  readonly user: string;
  /** A channel the bot is in, and one it is not in. */
  readonly channel: string;
  readonly foreignChannel: string;
  /** A direct message with the bot. */
  readonly direct: string;
  /** A person's message that opens a thread. */
  say(channel: string): Promise<string>;
  /** Everything in the conversation as it stands, oldest first. */
  seen(channel: string): Promise<readonly SeenMessage[]>;
  /** What that person was told in private. */
  whispers(user: string): Promise<readonly string[]>;
  /** Reactions of the bot on a message. */
  marks(channel: string, ts: string): Promise<readonly string[]>;
  /** A file that somebody attached. */
  attached(name: string, bytes: Uint8Array): Promise<InboundFile>;
  /** Resolves when `isDone` holds. */
  until(isDone: () => Promise<boolean>): Promise<void>;
  stop(): Promise<void>;
}

const NOW = Date.UTC(2026, 0, 5, 9, 0, 0);
const bytes = (text: string) => new TextEncoder().encode(text);

function progressOf(turn: string): Progress {
  return startProgress(turn as TurnId, NOW, 3);
}

function saying(progress: Progress, text: string): Progress {
  return foldProgress(progress, { type: 'model.text', at: NOW + 100, delta: text, snapshot: text });
}

function finished(progress: Progress): Progress {
  return foldProgress(progress, { type: 'turn.finished', at: NOW + 2_000, outcome: { kind: 'done' } });
}

export function repliesContract(name: string, open: () => Promise<RepliesWorld>): void {
  describe(`replies: ${name}`, () => {
    let world: RepliesWorld;
    beforeAll(async () => {
      world = await open();
    });
    afterAll(() => world.stop());

    const threadIn = async (channel: string): Promise<ThreadRef> => ({
      team: world.team,
      channel,
      threadTs: await world.say(channel),
    });
    const messagesOf = async ({ channel, threadTs }: ThreadRef) =>
      (await world.seen(channel)).filter((message) => message.threadTs === threadTs);

    it('posts the first message of a turn in its thread', async () => {
      const thread = await threadIn(world.channel);
      const reply = await world.replies.begin(thread, 'turn-1' as TurnId, progressOf('turn-1'));
      const messages = await messagesOf(thread);
      expect(messages.map((message) => message.ts)).toEqual([reply.messageTs]);
      expect(messages[0]?.text).not.toBe('');
      await reply.finish(finished(progressOf('turn-1')));
    });

    it('posts at the top level of a direct message where there is no thread', async () => {
      const thread: ThreadRef = { team: world.team, channel: world.direct, threadTs: null };
      const reply = await world.replies.begin(thread, 'turn-2' as TurnId, progressOf('turn-2'));
      const mine = (await world.seen(world.direct)).find((message) => message.ts === reply.messageTs);
      expect(mine?.threadTs).toBeNull();
      await reply.finish(finished(progressOf('turn-2')));
    });

    it('shows a newer state in the same message, some time soon', async () => {
      const thread = await threadIn(world.channel);
      const first = progressOf('turn-3');
      const reply = await world.replies.begin(thread, 'turn-3' as TurnId, first);
      reply.show(foldProgress(first, { type: 'model.started', at: NOW + 1 }));
      reply.show(foldProgress(first, { type: 'sandbox.opening', at: NOW + 2 }));
      await world.until(async () => (await messagesOf(thread)).some(({ text }) => text.startsWith('Opening')));
      expect(await messagesOf(thread)).toHaveLength(1);
      await reply.finish(finished(first));
    });

    it('has the last state when finish resolves, and shows nothing after it', async () => {
      const thread = await threadIn(world.channel);
      const first = progressOf('turn-4');
      const reply = await world.replies.begin(thread, 'turn-4' as TurnId, first);
      for (let i = 0; i < 20; i += 1) reply.show(saying(first, `step ${i}`));
      await reply.finish(finished(saying(first, 'The answer is 42')));
      reply.show(saying(first, 'too late'));
      await reply.finish(finished(saying(first, 'too late as well')));
      const messages = await messagesOf(thread);
      expect(messages).toHaveLength(1);
      expect(messages[0]?.text).toContain('The answer is 42');
    });

    it('keeps the messages of two turns in one thread apart', async () => {
      const thread = await threadIn(world.channel);
      const ends = await Promise.all(
        ['turn-5', 'turn-6'].map(async (turn) => {
          const reply = await world.replies.begin(thread, turn as TurnId, progressOf(turn));
          await reply.finish(finished(saying(progressOf(turn), `I am ${turn}`)));
          return reply.messageTs;
        }),
      );
      expect(new Set(ends).size).toBe(2);
      const texts = (await messagesOf(thread)).map((message) => message.text).join('\n');
      expect(texts).toMatch(/I am turn-5[\s\S]*I am turn-6|I am turn-6[\s\S]*I am turn-5/);
    });

    it('says notices as replies of their own', async () => {
      const thread = await threadIn(world.channel);
      await world.replies.notice(thread, 'Attempt 2 of 3 — fixing `KeyError`');
      expect((await messagesOf(thread)).map((message) => message.text)).toEqual(['Attempt 2 of 3 — fixing `KeyError`']);
    });

    it('tells one person, and nobody else, that a long turn of theirs has ended', async () => {
      const thread = await threadIn(world.channel);
      await world.replies.done(thread, world.user, { kind: 'done', tookMs: 130_000, words: 'It is **42**.' });
      expect((await messagesOf(thread)).map((message) => message.text)).toEqual([
        `<@${world.user}> done in 2 min 10 s: It is 42.`,
      ]);
    });

    it('never rejects a notice, a whisper or a help that cannot be said', async () => {
      const thread: ThreadRef = { team: world.team, channel: 'C0NOWHERE', threadTs: '1.000001' };
      const completion = { kind: 'done', tookMs: 130_000, words: '' } as const;
      await expect(world.replies.done(thread, world.user, completion)).resolves.toBeUndefined();
      await expect(world.replies.notice(thread, 'hello')).resolves.toBeUndefined();
      await expect(world.replies.whisper('C0NOWHERE', world.user, null, 'hello')).resolves.toBeUndefined();
      await expect(world.replies.help('C0NOWHERE', world.user, null)).resolves.toBeUndefined();
    });

    it('whispers to one person', async () => {
      await world.replies.whisper(world.channel, world.user, null, 'only for you');
      expect(await world.whispers(world.user)).toContain('only for you');
      expect((await world.seen(world.channel)).map((message) => message.text)).not.toContain('only for you');
    });

    it('helps in the thread, or in private where there is none', async () => {
      const thread = await threadIn(world.channel);
      await world.replies.help(world.channel, world.user, thread);
      expect((await messagesOf(thread))[0]?.text).toContain('sandbox');
      await world.replies.help(world.channel, world.user, null);
      expect((await world.whispers(world.user)).join('\n')).toContain('sandbox');
    });

    it('opens a thread that says who ran what, and turns can answer in it', async () => {
      const signal = new AbortController().signal;
      const task = { kind: 'ask', text: 'plot sin(x)' } as const;
      const opened = await world.replies.openThread(world.channel, world.user, task, signal);
      if (!opened.ok) throw new Error(opened.message);
      const root = (await world.seen(world.channel)).find((message) => message.ts === opened.threadTs);
      expect(root).toMatchObject({ threadTs: null });
      expect(root?.text).toContain('plot sin(x)');
      expect(root?.text).toContain(world.user);
      const thread: ThreadRef = { team: world.team, channel: world.channel, threadTs: opened.threadTs };
      await world.replies.notice(thread, 'here');
      expect(await messagesOf(thread)).toHaveLength(1);
    });

    it('says so where it is no member, and how to change that', async () => {
      const signal = new AbortController().signal;
      const task = { kind: 'ask', text: 'plot sin(x)' } as const;
      const opened = await world.replies.openThread(world.foreignChannel, world.user, task, signal);
      expect(opened).toMatchObject({ ok: false, reason: 'not-in-channel' });
      expect(opened.ok ? '' : opened.message).toContain('/invite @threadbox');
    });

    it('reports to one person in lines, and links those that belong to a thread', async () => {
      const thread = await threadIn(world.channel);
      const top: ThreadRef = { team: world.team, channel: world.direct, threadTs: null };
      const lines = [{ text: 'Your <work>:' }, { text: '• a | b', thread }, { text: '• c', thread: top }];
      await world.replies.report(world.channel, world.user, lines);
      const told = (await world.whispers(world.user)).find((text) => /^Your/.test(text)) ?? '';
      expect(told.split('\n')).toHaveLength(3);
      expect(told).not.toContain('<work>:\n<work>');
      expect(told).toMatch(/a . b/);
    });

    it('marks a message and takes the mark back; what cannot be marked is no failure', async () => {
      const { channel, threadTs } = await threadIn(world.channel);
      const ts = threadTs ?? '';
      await world.replies.mark(channel, ts, 'eyes', true);
      await world.replies.mark(channel, ts, 'eyes', true);
      expect(await world.marks(channel, ts)).toEqual(['eyes']);
      await world.replies.mark(channel, ts, 'eyes', false);
      await world.replies.mark(channel, ts, 'eyes', false);
      expect(await world.marks(channel, ts)).toEqual([]);
      await expect(world.replies.mark('C0NOWHERE', '1.1', 'eyes', true)).resolves.toBeUndefined();
    });

    it('offers the direct message to one person', async () => {
      const task = { kind: 'ask', text: 'plot sin(x)' } as const;
      await world.replies.offerDirect(world.channel, world.user, 'Not here, sorry.', task);
      expect(await world.whispers(world.user)).toContain('Not here, sorry.');
    });

    it('opens a thread in the direct message with a person', async () => {
      const task = { kind: 'ask', text: 'plot sin(x)' } as const;
      const opened = await world.replies.openThread(world.user, world.user, task, new AbortController().signal);
      if (!opened.ok) throw new Error(opened.message);
      expect(opened.channel).toMatch(/^D/);
      expect((await world.seen(opened.channel)).map(({ ts }) => ts)).toContain(opened.threadTs);
    });

    it('sends files to the thread, and says which it could not send', async () => {
      const thread = await threadIn(world.channel);
      const reply = await world.replies.begin(thread, 'turn-7' as TurnId, progressOf('turn-7'));
      const sentences = await reply.attach([
        { name: 'table.csv', mimetype: 'text/csv', bytes: bytes('a,b\n1,2\n') },
        { name: 'empty.txt', mimetype: 'text/plain', bytes: bytes('') },
        { name: 'chart.svg', mimetype: 'image/svg+xml', bytes: bytes('<svg/>'), altText: 'A chart' },
      ]);
      expect(sentences).toEqual([expect.stringMatching(/^“empty\.txt” is empty/)]);
      const names = (await messagesOf(thread)).flatMap((message) => message.files);
      expect(names).toEqual(['table.csv', 'chart.svg']);
      await reply.finish(finished(progressOf('turn-7')));
    });

    it('fetches what was attached, up to a size', async () => {
      const signal = new AbortController().signal;
      const file = await world.attached('prices.csv', bytes('price\n1\n'));
      const got = await world.replies.download(file, 1_000, signal);
      expect(got.ok && new TextDecoder().decode(got.bytes)).toBe('price\n1\n');
      const tooLarge = await world.replies.download(file, 3, signal);
      expect(tooLarge).toMatchObject({ ok: false, message: expect.stringContaining('prices.csv') });
    });
  });
}
