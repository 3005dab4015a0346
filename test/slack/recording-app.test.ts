import { describe, expect, it } from 'vitest';
import { editForm } from '../../src/slack/modals.ts';
import { recordKey } from '../../src/slack/recorded.ts';
import {
  BOB,
  BOT,
  CHANNEL,
  command,
  delivery,
  mention,
  message,
  ROOT_TS,
  stopPress,
  TEAM,
  TS,
} from '../fixtures/slack-payloads.ts';
import { FakeEdge } from './fake-edge.ts';

const open = () => new FakeEdge().open();
const EVENT = delivery(mention(`<@${BOT}> plot`), 'Ev1');

describe('an event', () => {
  it('is recorded, then acknowledged, then worked on', async () => {
    const edge = await open();
    await edge.deliver(EVENT);
    expect(edge.steps).toEqual(['recorded', 'acked', 'handled']);
    expect(edge.memory.unhandledEvents()).toEqual([]);
  });

  it('is recorded whole, under its event_id, until it is handled', async () => {
    const edge = await open();
    edge.failInbox = new Error('no');
    await edge.deliver(EVENT);
    const [recorded] = edge.memory.unhandledEvents();
    expect(recorded).toMatchObject({ dedupKey: 'Ev1', receivedMs: edge.clock.now() });
    expect(JSON.parse(recorded?.body ?? '')).toEqual(EVENT);
  });

  it('is acknowledged and not repeated when Slack delivers it again', async () => {
    const edge = await open();
    await edge.deliver(EVENT);
    await edge.deliver(EVENT);
    expect(edge.steps).toEqual(['recorded', 'acked', 'handled', 'recorded', 'acked']);
  });

  it('is neither acknowledged nor worked on when it cannot be recorded, and is taken the next time', async () => {
    const edge = await open();
    edge.failRecord = new Error('disk full');
    await expect(edge.deliver(EVENT)).rejects.toThrow('disk full');
    expect(edge.steps).toEqual([]);
    expect(edge.unrecorded).toEqual([EVENT]);
    expect(edge.log.lines).toContainEqual(expect.objectContaining({ level: 'error' }));
    edge.failRecord = undefined;
    await edge.deliver(EVENT);
    expect(edge.steps).toEqual(['recorded', 'acked', 'handled']);
  });

  it('is worked on even if its acknowledgement gets lost, and not again when it comes back', async () => {
    const edge = await open();
    edge.failAck = new Error('socket closed');
    await edge.deliver(EVENT);
    await edge.deliver(EVENT);
    expect(edge.requests).toHaveLength(1);
    expect(edge.memory.unhandledEvents()).toEqual([]);
  });

  it('that is not for us is acknowledged and not kept', async () => {
    const edge = await open();
    await edge.deliver(delivery(message('lunch?'), 'Ev2'));
    await edge.deliver(delivery(message('', { subtype: 'message_changed', hidden: true }), 'Ev3'));
    await edge.deliver(delivery({ type: 'reaction_added', user: 'U1' }, 'Ev4'));
    expect(edge.steps).toEqual(['acked', 'acked', 'acked']);
  });
});

const press = (action: string, value = 'turn-1') =>
  stopPress({ actions: [{ type: 'button', action_id: action, block_id: 'b1', value }] });
const OFFERED = JSON.stringify({ ask: 'plot' });
const OFFER = stopPress({
  container: { type: 'message', message_ts: TS, channel_id: CHANNEL, is_ephemeral: true },
  actions: [{ type: 'button', action_id: 'run.direct', block_id: 'b1', value: OFFERED }],
});
const SHORTCUT = {
  type: 'message_action',
  callback_id: 'run_message_code',
  trigger_id: '7.8.9',
  team: { id: TEAM },
  user: { id: BOB },
  channel: { id: CHANNEL },
  message: { ts: TS, thread_ts: ROOT_TS, text: 'see ```print(1)```' },
};
const FORM = {
  type: 'view_submission',
  trigger_id: '7.8.9',
  team: { id: TEAM },
  user: { id: BOB },
  view: {
    ...editForm({
      thread: { team: TEAM, channel: CHANNEL, threadTs: ROOT_TS },
      under: TS,
      step: 1,
      code: { language: 'python', source: 'print(1)' },
    }),
    id: 'V1',
    state: {
      values: {
        language: { value: { selected_option: { value: 'bash' } } },
        code: { value: { value: 'ls' } },
      },
    },
  },
};

describe('a press', () => {
  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['Stop', press('turn.stop'), 'stop'],
    ['Edit & run, which opens a form now or never', press('turn.edit'), 'again'],
    ['Show code', press('turn.code'), 'again'],
  ])('that starts no work is acknowledged at once and not recorded: %s', async (_name, body, kind) => {
    const edge = await open();
    await edge.deliver(body);
    expect(edge.steps).toEqual(['acked', 'handled']);
    expect(edge.requests.map((request) => request.kind)).toEqual([kind]);
  });

  it.each<[string, Readonly<Record<string, unknown>>, object]>([
    ['Re-run', press('turn.rerun'), { kind: 'again', gesture: 'rerun', isTakenUp: true }],
    ['Fix it', press('turn.fix'), { kind: 'again', gesture: 'fix', isTakenUp: true }],
    ['Retry', press('turn.retry'), { kind: 'again', gesture: 'retry', isTakenUp: true }],
    ['Run it in our DM', OFFER, { kind: 'direct', task: { text: 'plot' }, delivery: { id: '4.5.6', sinceMs: 5 } }],
    ['Run this code', SHORTCUT, { kind: 'task', source: 'shortcut', delivery: { id: '7.8.9', sinceMs: 5 } }],
    ['a sent form', FORM, { kind: 'edited', form: 'V1', code: { source: 'ls' } }],
  ])('that starts work is recorded first, and taken up after a restart, once: %s', async (_name, body, request) => {
    const edge = await open();
    await edge.deliver(body);
    expect(edge.steps).toEqual(['recorded', 'acked', 'handled']);
    expect(edge.memory.unhandledEvents()).toEqual([]);
    await edge.deliver(body);
    expect(edge.requests).toHaveLength(1);

    const next = await open();
    const key = recordKey(body, next.context) ?? '';
    next.memory.recordEvent(key, JSON.stringify(body), 5);
    await next.app.replay();
    await next.listening.idle();
    expect(next.requests).toMatchObject([request]);
    expect(next.memory.unhandledEvents()).toEqual([]);
  });

  it('is worked on although it cannot be recorded: nobody delivers it again', async () => {
    const edge = await open();
    edge.failRecord = new Error('disk full');
    await edge.deliver(press('turn.rerun'));
    expect(edge.steps).toEqual(['acked', 'handled']);
  });
});

describe('a command', () => {
  it('is recorded, then acknowledged, then worked on', async () => {
    const edge = await open();
    await edge.deliver(command('plot', { trigger_id: '1.2.a' }));
    expect(edge.steps).toEqual(['recorded', 'acked', 'handled']);
    expect(edge.requests).toMatchObject([{ kind: 'task', delivery: { id: '1.2.a' } }]);
    expect(edge.memory.unhandledEvents()).toEqual([]);
  });

  it('is taken up after a restart, and says that it was begun before', async () => {
    const edge = await open();
    edge.memory.recordEvent('command:1.2.a', JSON.stringify(command('plot', { trigger_id: '1.2.a' })), 5);
    await edge.app.replay();
    await edge.listening.idle();
    expect(edge.requests).toMatchObject([{ kind: 'task', delivery: { id: '1.2.a', sinceMs: 5 } }]);
    expect(edge.memory.unhandledEvents()).toEqual([]);
  });

  it('is worked on although it cannot be recorded: nobody delivers it again', async () => {
    const edge = await open();
    edge.failRecord = new Error('disk full');
    await edge.deliver(command('plot', { trigger_id: '1.2.a' }));
    expect(edge.steps).toEqual(['acked', 'handled']);
    expect(edge.log.lines).toContainEqual(expect.objectContaining({ level: 'error' }));
  });
});

describe('after a crash', () => {
  it('what was recorded and not handled is worked on, oldest first, and only once', async () => {
    const edge = await open();
    const other = delivery(mention(`<@${BOT}> sum`, { ts: '1767603601.000100' }), 'Ev2');
    edge.memory.recordEvent('Ev1', JSON.stringify(EVENT), 1);
    edge.memory.recordEvent('Ev2', JSON.stringify(other), 2);
    await edge.app.replay();
    await edge.listening.idle();
    expect(edge.requests).toMatchObject([{ task: { text: 'plot' } }, { task: { text: 'sum' } }]);
    await edge.app.replay();
    await edge.deliver(EVENT);
    expect(edge.requests).toHaveLength(2);
  });

  it('what fails again is kept for the next start, and does not hold up the rest', async () => {
    const edge = await open();
    edge.memory.recordEvent('Ev1', JSON.stringify(EVENT), 1);
    edge.failInbox = new Error('still broken');
    await edge.app.replay();
    expect(edge.memory.unhandledEvents()).toHaveLength(1);
  });
});
