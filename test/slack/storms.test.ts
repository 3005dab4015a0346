/**
 * Several turns at once on a bad day of Slack's, over the wire with the unmodified SDK: every turn keeps its one message, which
 * ends with its last state; every notice stands once; nothing is lost and nothing is said twice.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import type { ThreadRef, TurnId } from '../../src/conversation/events.ts';
import { foldProgress, type Progress, startProgress } from '../../src/conversation/progress.ts';
import type { Fault } from '../../src/local/slack/control/faults.ts';
import { type RepliesOverWire, startReplies } from './slack-world.ts';

const TURNS = 5;

let world: RepliesOverWire;
let person: string;
let count = 0;

async function open(clock?: Clock): Promise<void> {
  world = await startReplies(clock);
  person = (await world.control.person('ada')).id;
}

function saying(progress: Progress, text: string): Progress {
  return foldProgress(progress, { type: 'model.text', at: Date.now(), delta: text, snapshot: text });
}

function ended(progress: Progress): Progress {
  return foldProgress(progress, { type: 'turn.finished', at: Date.now(), outcome: { kind: 'done' } });
}

/** A turn that shows some states, announces two attempts, and ends. */
async function play(thread: ThreadRef, name: string): Promise<void> {
  const turn = name as TurnId;
  const first = startProgress(turn, Date.now(), 3);
  const reply = await world.replies.begin(thread, turn, first);
  const notices: Promise<void>[] = [];
  for (let i = 1; i <= 3; i += 1) {
    reply.show(saying(first, `${name} says ${i}`));
    if (i > 1) notices.push(world.replies.notice(thread, `${name} tries ${i}`, turn));
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  expect(await reply.finish(ended(saying(first, `${name} is done`)))).toBe('settled');
  await Promise.all(notices);
}

async function playAll(): Promise<void> {
  const { team } = await world.control.state();
  const turns = await Promise.all(
    Array.from({ length: TURNS }, async () => {
      count += 1;
      const threadTs = await world.control.say(person, world.channel, `task ${count}`);
      return { name: `turn-${count}`, thread: { team: team.id, channel: world.channel, threadTs } };
    }),
  );
  return Promise.all(turns.map(({ thread, name }) => play(thread, name))).then(async () => {
    for (const { name, thread } of turns) {
      const replies = (await world.control.thread(thread.channel, thread.threadTs)).slice(1);
      const answers = replies.filter(({ metadata }) => metadata?.event_payload['kind'] === 'answer');
      expect(answers.map(({ text }) => text.split('\n')[0])).toEqual([`${name} is done`]);
      const said = replies.filter((reply) => !answers.includes(reply)).flatMap(({ text }) => text.split('\n'));
      expect(said).toEqual([`${name} tries 2`, `${name} tries 3`]);
    }
  });
}

type Storm = Omit<Fault, 'method'>;

describe('a storm', () => {
  beforeAll(() => open());
  afterAll(() => world.stop());
  afterEach(() => world.control.clearFaults());

  it.each<[string, readonly Fault[]]>([
    ['of limits', [{ method: '*', kind: 'rate_limited', retryAfter: 3, forMs: 500 }]],
    ['of 503s', [{ method: '*', kind: 'http500', status: 503, forMs: 400 }]],
    ['of web pages', [{ method: '*', kind: 'html', forMs: 400 }]],
    ['of answers that break off', each({ kind: 'cut-mid-answer', times: 8 })],
    ['of answers that get lost after the call was done', each({ kind: 'drop-after-apply', times: 8 })],
    [
      'of everything at once',
      [
        ...each({ kind: 'drop-after-apply', times: 2 }),
        ...each({ kind: 'rate_limited', retryAfter: 2, times: 3 }),
        ...each({ kind: 'error', error: 'internal_error', times: 2 }),
        ...each({ kind: 'cut-mid-answer', times: 2 }),
        ...each({ kind: 'http500', status: 502, times: 3 }),
        { method: 'conversations.replies', kind: 'rate_limited', retryAfter: 2, times: 2 },
        { method: 'conversations.replies', kind: 'http500', times: 2 },
      ],
    ],
  ])(
    '%s loses nothing and says nothing twice',
    async (_name, faults) => {
      for (const fault of faults) await world.control.fault(fault);
      await playAll();
    },
    30_000,
  );
});

/** For posts and for edits. */
function each(storm: Storm): Fault[] {
  return ['chat.postMessage', 'chat.update'].map((method) => ({ method, ...storm }));
}

describe('a clock that jumps', () => {
  let offset = 0;
  const start = Date.now();
  const jumping: Clock = {
    now: () => start + (Date.now() - start) * 20 + offset,
    after: (delayMs, run) => systemClock.after(delayMs / 20, run),
  };
  beforeAll(() => open(jumping));
  afterAll(() => world.stop());

  it.each([
    ['forward by an hour', 3_600_000],
    // From there to the right time: what was begun then seems to begin in the future.
    ['back by an hour', -3_600_000],
  ])(
    '%s amid limits and lost answers stalls no message, loses none and doubles none',
    async (_name, ms) => {
      for (const fault of each({ kind: 'drop-after-apply', times: 3 })) await world.control.fault(fault);
      for (const fault of each({ kind: 'rate_limited', retryAfter: 2, times: 4 })) await world.control.fault(fault);
      const played = playAll();
      setTimeout(() => {
        offset += ms;
      }, 60);
      await played;
    },
    30_000,
  );
});
