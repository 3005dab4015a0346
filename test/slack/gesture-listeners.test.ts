import { describe, expect, it } from 'vitest';
import type { CodeForm } from '../../src/ports.ts';
import { editForm } from '../../src/slack/modals.ts';
import { BOB, CHANNEL, csvFile, ROOT_TS, stopPress, TEAM, TS } from '../fixtures/slack-payloads.ts';
import { FakeEdge } from './fake-edge.ts';

const open = () => new FakeEdge().open();
const THREAD = { team: TEAM, channel: CHANNEL, threadTs: ROOT_TS };

function form(values: object, id = 'V1'): Readonly<Record<string, unknown>> {
  const begun: CodeForm = { thread: THREAD, under: TS, step: 1, code: { language: 'python', source: 'print(1)' } };
  const view = { ...editForm(begun), id, state: { values } };
  return { type: 'view_submission', team: { id: TEAM }, user: { id: BOB }, view };
}

const BASH = { language: { value: { selected_option: { value: 'bash' } } } };
const FILE = { ...BASH, file: { value: { files: [csvFile()] } } };

function shortcut(message: object) {
  return {
    type: 'message_action',
    callback_id: 'run_message_code',
    team: { id: TEAM },
    user: { id: BOB },
    channel: { id: CHANNEL },
    message: { ts: TS, thread_ts: ROOT_TS, ...message },
  };
}

describe('buttons and forms', () => {
  it('are acknowledged before anything is done', async () => {
    const edge = await open();
    await edge.deliver(stopPress({ actions: [{ type: 'button', action_id: 'turn.rerun', value: 'turn-1' }] }));
    expect(edge.requests).toMatchObject([{ kind: 'again', gesture: 'rerun', turn: 'turn-1', thread: THREAD }]);
    expect(edge.steps).toEqual(['recorded', 'acked', 'handled']);
  });

  it('hand on the code of a form, or of its file', async () => {
    const edge = await open();
    edge.replies.stored.set('F0001', Buffer.from('echo 1\r\n'));
    await edge.deliver(form({ ...BASH, code: { value: { value: 'ls' } } }));
    await edge.deliver(form(FILE, 'V2'));
    expect(edge.requests).toMatchObject([
      { kind: 'edited', form: 'V1', code: { language: 'bash', source: 'ls' } },
      { kind: 'edited', form: 'V2', code: { language: 'bash', source: 'echo 1\n' } },
    ]);
  });

  it.each<[string, Uint8Array | undefined, RegExp]>([
    ['cannot be fetched', undefined, /could not get/],
    ['is blank', Buffer.from(' \n'), /^That file is empty/],
    ['is no text', new Uint8Array([0xff, 0xfe, 0x00]), /^That file is no text/],
  ])('tell the person of a file that %s', async (_name, bytes, sentence) => {
    const edge = await open();
    if (bytes) edge.replies.stored.set('F0001', bytes);
    await edge.deliver(form(FILE));
    expect(edge.requests).toEqual([]);
    expect(edge.replies.whispers).toMatchObject([{ user: BOB, text: expect.stringMatching(sentence) }]);
  });

  it('keep a form with a mistake open', async () => {
    const edge = await open();
    await edge.deliver(form({ ...BASH, code: { value: { value: ' ' } } }));
    expect(edge.requests).toEqual([]);
    expect(edge.steps).toEqual(['acked']);
  });
});

describe('the message shortcut', () => {
  it('hands on the code of the message', async () => {
    const edge = await open();
    await edge.deliver(shortcut({ text: 'see ```print(1)```' }));
    expect(edge.requests).toMatchObject([
      { source: 'shortcut', thread: THREAD, task: { code: { source: 'print(1)' } } },
    ]);
  });

  it('fetches a snippet', async () => {
    const edge = await open();
    edge.replies.stored.set('F0001', Buffer.from('echo 1'));
    await edge.deliver(shortcut({ text: '', files: [csvFile({ mode: 'snippet', filetype: 'shell' })] }));
    expect(edge.requests).toMatchObject([{ task: { code: { language: 'bash', source: 'echo 1' } }, files: [] }]);
  });

  it('says where there is no code, and where the bot is no member', async () => {
    const edge = await open();
    await edge.deliver(shortcut({ text: 'lunch?' }));
    edge.replies.foreign.add(CHANNEL);
    await edge.deliver(shortcut({ text: '`x`' }));
    expect(edge.requests).toEqual([]);
    expect(edge.replies.whispers.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^There is no code/),
      expect.stringMatching(/^I am not in this channel/),
    ]);
  });
});
