import { describe, expect, it } from 'vitest';
import type { ThreadRef } from '../../src/conversation/events.ts';
import { createNotices } from '../../src/slack/notices.ts';
import { type Content, type Post, type PostResult, plain } from '../../src/slack/post.ts';

const thread = (threadTs: string): ThreadRef => ({ team: 'T1', channel: 'C1', threadTs });

/** A poster whose posts stand still until the test lets one go. */
function world() {
  const waiting: (() => void)[] = [];
  const posted: { readonly threadTs: string | null; readonly text: string; readonly turn: string | undefined }[] = [];
  const post = async ({ threadTs, content, about }: Post): Promise<PostResult> => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    const shown: Content = typeof content === 'function' ? content() : content;
    posted.push({ threadTs, text: shown.text, turn: about.turn });
    return { ok: true, ts: '9.9', channel: 'C1', content: shown };
  };
  const say = createNotices(post);
  const notice = (text: string, turn?: string, of = '1.1') =>
    say({ thread: thread(of), content: plain(text), kind: 'notice', turn });
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const letGo = async () => {
    waiting.shift()?.();
    await settle();
  };
  return { posted, notice, say, letGo, settle, waiting, texts: () => posted.map(({ text }) => text) };
}

describe('notices', () => {
  it('of one turn share a message while they wait', async () => {
    const { notice, letGo, settle, posted } = world();
    const said = [notice('Attempt 2', 'a'), notice('Attempt 3', 'a')];
    await settle();
    await letGo();
    expect(posted).toEqual([{ threadTs: '1.1', text: 'Attempt 2\nAttempt 3', turn: 'a' }]);
    await expect(Promise.all(said)).resolves.toEqual([undefined, undefined]);
  });

  it('of another thread, of another turn and of none go by themselves', async () => {
    const { notice, letGo, settle, texts, waiting } = world();
    void notice('a in 1', 'a', '1.1');
    void notice('b in 1', 'b', '1.1');
    void notice('a in 2', 'a', '2.2');
    void notice('nobody', undefined, '1.1');
    void notice('nobody again', undefined, '1.1');
    await settle();
    for (let i = 0; i < 6; i += 1) await letGo();
    expect(texts().sort()).toEqual(['a in 1', 'a in 2', 'b in 1', 'nobody', 'nobody again']);
    expect(waiting).toEqual([]);
  });

  it('of a thread stand in the order they were said, each after the one before it', async () => {
    const { notice, letGo, settle, texts, waiting } = world();
    void notice('one', 'a');
    await settle();
    void notice('two');
    void notice('three', 'a');
    void notice('four', 'a');
    expect(waiting).toHaveLength(1);
    for (let i = 0; i < 4; i += 1) await letGo();
    expect(texts()).toEqual(['one', 'two', 'three\nfour']);
  });

  it('do not grow beyond what a message takes', async () => {
    const { notice, letGo, settle, texts } = world();
    void notice('x'.repeat(2_000), 'a');
    void notice('y'.repeat(2_000), 'a');
    await settle();
    await letGo();
    await letGo();
    expect(texts().map((text) => text.length)).toEqual([2_000, 2_000]);
  });

  it('with blocks stay as they are', async () => {
    const { say, notice, letGo, settle, texts } = world();
    void notice('words', 'a');
    const blocks = [{ type: 'divider' as const }];
    void say({ thread: thread('1.1'), content: { text: 'help', blocks }, kind: 'help', turn: 'a' });
    await settle();
    await letGo();
    await letGo();
    expect(texts()).toEqual(['words', 'help']);
  });
});
