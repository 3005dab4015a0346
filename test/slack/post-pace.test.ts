import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPostPace, type PostRank } from '../../src/slack/post-pace.ts';
import { FakeClock } from '../fakes/fake-clock.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

function world() {
  const clock = new FakeClock(0);
  const pace = createPostPace(SECOND, clock);
  const sent: { readonly name: string; readonly channel: string; readonly rank: PostRank; readonly at: number }[] = [];
  const post = (name: string, channel = 'C1', rank: PostRank = 'first', signal?: AbortSignal) =>
    pace.turn(channel, rank, signal).then(() => void sent.push({ name, channel, rank, at: clock.now() }));
  return { clock, pace, sent, post, names: () => sent.map(({ name }) => name) };
}

describe('posts in one channel', () => {
  it('go at once after a quiet time, and then one a second', async () => {
    const { clock, sent, post } = world();
    for (const name of ['a', 'b', 'c', 'd', 'e']) void post(name);
    await clock.advance(10 * SECOND);
    expect(sent.map(({ at }) => at)).toEqual([0, 0, 0, SECOND, 2 * SECOND]);
    expect(clock.waiting).toBe(0);
  });

  it('go in order, those somebody waits for before the others', async () => {
    const { clock, names, post } = world();
    void post('first 1');
    void post('notice 1', 'C1', 'other');
    void post('notice 2', 'C1', 'other');
    void post('first 2');
    await clock.advance(10 * SECOND);
    expect(names()).toEqual(['first 1', 'first 2', 'notice 1', 'notice 2']);
  });

  it('leave the burst to those somebody waits for', async () => {
    const { clock, sent, post } = world();
    for (const name of ['a', 'b', 'c']) void post(name, 'C1', 'other');
    await clock.advance(10 * SECOND);
    expect(sent.map(({ at }) => at)).toEqual([0, SECOND, 2 * SECOND]);
  });

  it('keep no notice waiting for ever, however many first messages come', async () => {
    const { clock, sent, post } = world();
    void post('notice', 'C1', 'other');
    void post('notice', 'C1', 'other');
    for (let i = 0; i < 60; i += 1) void post(`first ${i}`);
    await clock.advance(2 * MINUTE);
    expect(sent.filter(({ rank }) => rank === 'other').map(({ at }) => at <= 17 * SECOND)).toEqual([true, true]);
  });

  it('stop for as long as Slack says, and no other channel does', async () => {
    const { clock, pace, sent, post } = world();
    pace.limited('C1', 30 * SECOND);
    void post('held', 'C1');
    void post('free', 'C2');
    await clock.advance(29 * SECOND);
    expect(sent.map(({ name }) => name)).toEqual(['free']);
    await clock.advance(1 * SECOND);
    expect(sent.map(({ name }) => name)).toEqual(['free', 'held']);
  });

  it('wait no longer than meant when the clock is set back', async () => {
    const base = new FakeClock(0);
    let offset = 60 * MINUTE;
    const pace = createPostPace(SECOND, { now: () => base.now() + offset, after: base.after.bind(base) });
    pace.limited('C1', 20 * SECOND);
    offset = 0;
    let isSent = false;
    void pace.turn('C1', 'first').then(() => {
      isSent = true;
    });
    await base.advance(21 * SECOND);
    expect(isSent).toBe(true);
  });
});

it('whoever does not want to post any more goes at once', async () => {
  const { clock, pace, names, post } = world();
  pace.limited('C1', MINUTE);
  const leaving = new AbortController();
  void post('left', 'C1', 'first', leaving.signal);
  void post('never', 'C1', 'first', AbortSignal.abort());
  leaving.abort();
  await clock.advance(0);
  expect(names().sort()).toEqual(['left', 'never']);
  expect(clock.waiting).toBe(0);
});

it('posts never exceed what a channel and the workspace take, and all of them go', async () => {
  const posts = fc.array(
    fc.record({
      at: fc.nat(30 * SECOND),
      channel: fc.nat(30).map((n) => `C${n}`),
      rank: fc.constantFrom<PostRank>('first', 'other'),
    }),
    { minLength: 1, maxLength: 500 },
  );
  await fc.assert(
    fc.asyncProperty(posts, async (all) => {
      const { clock, sent, post } = world();
      for (const { at, channel, rank } of all) clock.after(at, () => void post('x', channel, rank));
      await clock.advance(20 * MINUTE);
      expect(sent).toHaveLength(all.length);
      for (const [index, { at }] of sent.entries()) {
        const minute = sent.slice(index).filter((other) => other.at < at + MINUTE);
        expect(minute.length).toBeLessThanOrEqual(200);
        const { channel } = sent[index] ?? { channel: '' };
        for (const seconds of [1, 5, 20]) {
          const within = minute.filter((other) => other.channel === channel && other.at < at + seconds * SECOND);
          expect(within.length).toBeLessThanOrEqual(3 + seconds);
        }
      }
    }),
    { numRuns: 20 },
  );
}, 30_000);
