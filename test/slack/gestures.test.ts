import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CodeForm } from '../../src/ports.ts';
import { understandForm, understandPress, understandShortcut } from '../../src/slack/gestures.ts';
import { editForm } from '../../src/slack/modals.ts';
import { recordLine, withRecord } from '../../src/slack/render-buttons.ts';
import { renderCode } from '../../src/slack/render-code.ts';
import {
  ALICE,
  BOB,
  CHANNEL,
  codeSpan,
  csvFile,
  DM,
  preformatted,
  ROOT_TS,
  richText,
  section,
  stopPress,
  TEAM,
  TS,
} from '../fixtures/slack-payloads.ts';

type Fields = Readonly<Record<string, unknown>>;

const THREAD = { team: TEAM, channel: CHANNEL, threadTs: ROOT_TS };

function press(action: string, fields: Fields = {}): Fields {
  const actions = [{ type: 'button', action_id: action, block_id: 'b1', value: 'turn-1', action_ts: TS }];
  return stopPress({ actions, ...fields });
}

describe('a press', () => {
  it.each([
    ['turn.rerun', 'rerun'],
    ['turn.edit', 'edit'],
    ['turn.fix', 'fix'],
    ['turn.code', 'code'],
    ['turn.retry', 'retry'],
  ])('%s is understood', (action, gesture) => {
    const base = { team: TEAM, channel: CHANNEL, user: BOB, thread: THREAD, turn: 'turn-1', under: TS };
    expect(understandPress(press(action), 'T0')).toEqual({ kind: 'again', gesture, ...base, trigger: '4.5.6' });
  });

  it.each<[string, Fields, string | null]>([
    ['of a message that is the root of its thread', { message: { ts: TS }, container: { channel_id: CHANNEL } }, TS],
    ['at the top level of a direct message', { channel: { id: DM }, message: { ts: TS }, container: {} }, null],
    ['in a thread of a direct message', { channel: { id: DM } }, ROOT_TS],
    ['that comes without its message', { message: undefined }, ROOT_TS],
  ])('%s has its thread', (_name, fields, threadTs) => {
    expect(understandPress(press('turn.rerun', fields), 'T0')?.thread).toMatchObject({ threadTs });
  });

  it.each<[string, Fields]>([
    ['of another button', press('turn.stop')],
    ['without a value', stopPress({ actions: [{ action_id: 'turn.rerun' }] })],
    ['by nobody', press('turn.rerun', { user: {} })],
    ['in no channel', press('turn.rerun', { channel: {}, container: {} })],
    ['on no message', press('turn.rerun', { message: {}, container: {} })],
    ['in a form', press('turn.rerun', { channel: undefined, message: undefined, container: { type: 'view' } })],
  ])('%s is nothing', (_name, payload) => {
    expect(understandPress(payload, 'T0')).toBeUndefined();
  });
});

const FORM: CodeForm = {
  thread: THREAD,
  under: TS,
  step: 2,
  code: { language: 'javascript', source: 'console.log(1)' },
};

function submission(values: Fields, form = FORM): Fields {
  const view = { ...editForm(form), id: 'V1', state: { values } };
  return { type: 'view_submission', team: { id: TEAM }, user: { id: BOB }, view: JSON.parse(JSON.stringify(view)) };
}

const chosen = (value: unknown) => ({ language: { value: { type: 'static_select', selected_option: { value } } } });
const typed = (value: unknown) => ({ code: { value: { type: 'plain_text_input', value } } });
const attached = (...files: readonly Fields[]) => ({ file: { value: { type: 'file_input', files } } });

describe('the form', () => {
  it('begins with the code and its language', () => {
    const text = JSON.stringify(editForm(FORM));
    expect(text).toContain('"initial_value":"console.log(1)"');
    expect(text).toContain('"max_length":3000');
    expect(editForm(FORM).blocks.at(-1)).toMatchObject({ element: { initial_option: { value: 'javascript' } } });
  });

  it('takes a file for code that a form cannot hold, and says where to get it', () => {
    const at = (length: number) =>
      JSON.stringify(editForm({ ...FORM, code: { language: 'bash', source: '#'.repeat(length) } }));
    expect(at(3_000)).toContain('plain_text_input');
    expect(at(3_001)).toMatch(/3,001 characters.*`step-2\.sh`.*file_input/);
    expect(at(3_001)).not.toContain('plain_text_input');
  });

  it('is understood when it comes back', () => {
    expect(understandForm(submission({ ...typed('print(1)\r\nprint(2)'), ...chosen('python') }))).toEqual({
      kind: 'code',
      request: {
        kind: 'edited',
        ...{ team: TEAM, channel: CHANNEL, user: BOB, thread: THREAD, under: TS, form: 'V1' },
        code: { language: 'python', source: 'print(1)\nprint(2)' },
      },
    });
  });

  it('knows the top level of a direct message again', () => {
    const thread = { team: TEAM, channel: DM, threadTs: null };
    const sent = understandForm(submission({ ...typed('x'), ...chosen('bash') }, { ...FORM, thread }));
    expect(sent).toMatchObject({ kind: 'code', request: { thread } });
  });

  it('is understood with a file', () => {
    const sent = understandForm(submission({ ...attached(csvFile({ size: 100 })), ...chosen('bash') }));
    expect(sent).toMatchObject({ kind: 'file', file: { id: 'F0001' }, language: 'bash' });
  });

  it.each<[string, Fields, Fields]>([
    ['no code', { ...typed(null), ...chosen('python') }, { code: expect.stringMatching(/no code/) }],
    ['blank code', { ...typed(' \n '), ...chosen('python') }, { code: expect.stringMatching(/no code/) }],
    ['no language', typed('x'), { language: expect.stringMatching(/language/) }],
    ['a language we do not run', { ...typed('x'), ...chosen('rust') }, { language: expect.stringMatching(/language/) }],
    ['no file', { ...attached(), ...chosen('bash') }, { file: expect.stringMatching(/Attach/) }],
    [
      'too large a file',
      { ...attached(csvFile({ size: 100_001 })), ...chosen('bash') },
      { file: expect.stringMatching(/100 kB/) },
    ],
  ])('says in itself what is wrong: %s', (_name, values, errors) => {
    expect(understandForm(submission(values))).toEqual({ kind: 'wrong', errors });
  });

  it('of somebody else is nothing', () => {
    expect(understandForm({ ...submission(typed('x')), view: { id: 'V1', private_metadata: 'x' } })).toBeUndefined();
    expect(understandForm({ view: { id: 'V1', private_metadata: '{"thread":{}}' } })).toBeUndefined();
  });
});

function shortcut(message: Fields, fields: Fields = {}): Fields {
  return {
    type: 'message_action',
    callback_id: 'run_message_code',
    team: { id: TEAM },
    user: { id: BOB },
    channel: { id: CHANNEL, name: 'general' },
    message_ts: TS,
    message: { type: 'message', user: ALICE, ts: TS, ...message },
    ...fields,
  };
}

describe('the message shortcut', () => {
  it.each<[string, Fields, object]>([
    [
      'the block between words',
      { text: 'x', ...richText(section('see '), preformatted('print(1)'), section(' ok?')) },
      { language: 'python', source: 'print(1)' },
    ],
    ['the first of two blocks', richText(preformatted('a = 1'), preformatted('a = 2')), { source: 'a = 1' }],
    ['a block rather than inline code', richText(section(codeSpan('x')), preformatted('y')), { source: 'y' }],
    ['inline code', richText(section('try ', codeSpan('1 + 1'))), { language: 'python', source: '1 + 1' }],
    ['a language on the first line', { text: '```bash\necho 1\n```' }, { language: 'bash', source: 'echo 1' }],
    ['a declared language', richText(preformatted('let a', { language: 'javascript' })), { language: 'javascript' }],
    ['a language before the block', { text: 'js:\n```let a = 1```' }, { language: 'javascript', source: 'let a = 1' }],
  ])('takes %s', (_name, message, code) => {
    expect(understandShortcut(shortcut(message), 'T0')).toMatchObject({
      kind: 'code',
      messageTs: TS,
      request: {
        kind: 'task',
        source: 'shortcut',
        user: BOB,
        messageTs: null,
        thread: { ...THREAD, threadTs: TS },
        task: { kind: 'code', code },
      },
    });
  });

  it('takes the files of the message along', () => {
    const message = { text: '```x```', files: [csvFile()] };
    expect(understandShortcut(shortcut(message), 'T0')).toMatchObject({ request: { files: [{ id: 'F0001' }] } });
  });

  it('stays in the thread of the message', () => {
    const message = { text: '`x`', thread_ts: ROOT_TS };
    expect(understandShortcut(shortcut(message), 'T0')).toMatchObject({ request: { thread: THREAD } });
    const direct = understandShortcut(shortcut({ text: '`x`' }, { channel: { id: DM } }), 'T0');
    expect(direct).toMatchObject({ request: { thread: { channel: DM, threadTs: null } } });
  });

  it('takes a snippet', () => {
    const files = [csvFile({ mode: 'snippet', filetype: 'shell' })];
    expect(understandShortcut(shortcut({ text: 'this', files }), 'T0')).toMatchObject({
      kind: 'snippet',
      language: 'bash',
    });
  });

  it.each<[string, Fields, RegExp]>([
    ['no code', { text: 'lunch?' }, /^There is no code in that message/],
    ['an empty block', { text: '``` ```' }, /^There is no code/],
    ['a language we do not run', { text: '```rust\nfn main() {}\n```' }, /I cannot run “rust”/],
    ['only a table', { text: 'see', files: [csvFile()] }, /^There is no code/],
    ['nothing', {}, /^There is no code/],
  ])('says so for %s', (_name, message, sentence) => {
    const use = understandShortcut(shortcut(message), 'T0');
    expect(use).toMatchObject({ kind: 'nothing', sentence: expect.stringMatching(sentence) });
  });
});

describe('whatever comes', () => {
  it('is understood or nothing, and never thrown at', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (a, b, c) => {
        for (const payload of [a, { user: { id: 'U1' }, channel: { id: 'C1' }, message: a, actions: b, view: c }]) {
          understandPress(payload, 'T0');
          understandForm(payload);
          understandShortcut(payload, 'T0');
        }
      }),
    );
  });
});

describe('the line in place of the buttons', () => {
  const button = (action: string) => ({ type: 'button', action_id: action, value: 'turn-1' });
  const row = (...ids: readonly string[]) => ({ type: 'actions', block_id: 'b9', elements: ids.map(button) });
  const answer = [{ type: 'context', block_id: 'b1' }, row('turn.rerun', 'turn.edit', 'turn.fix', 'turn.code')];

  it.each([
    [{ kind: 'used', gesture: 'rerun', by: ALICE }, `↻ Re-run by <@${ALICE}>`],
    [{ kind: 'used', gesture: 'edit', by: ALICE }, `✎ Edited and run by <@${ALICE}>`],
    [{ kind: 'used', gesture: 'fix', by: '<!here>' }, '⚒ Fix asked for by somebody'],
    [{ kind: 'past', reason: 'newer' }, '↓ The thread went on from here'],
    [{ kind: 'past', reason: 'closed' }, '■ This session was ended'],
  ] as const)('%j', (record, line) => {
    expect(recordLine(record)).toBe(line);
    expect(withRecord(answer, record)).toMatchObject([
      { block_id: 'b1' },
      { type: 'context', elements: [{ text: line }] },
      { block_id: 'b9', elements: [{ action_id: 'turn.code' }] },
    ]);
  });

  it('leaves nothing to press where the turn is not known', () => {
    expect(withRecord(answer, { kind: 'past', reason: 'unknown' })).toHaveLength(2);
  });

  it.each([[[]], [undefined], [[row('turn.stop')]], [[row('turn.code')]]])('changes nothing else: %j', (blocks) => {
    expect(withRecord(blocks, { kind: 'past', reason: 'newer' })).toBeUndefined();
  });
});

describe('the code of a turn', () => {
  const run = (step: number, source: string) => ({ step, code: { language: 'python', source } as const });

  it('is shown whole, a step after the other', () => {
    const [message, ...more] = renderCode([run(1, 'a = "<b>"'), run(2, 'c\n')]);
    expect(more).toEqual([]);
    expect(message?.text).toBe('The code of 2 steps');
    expect(JSON.stringify(message?.blocks)).toMatch(/Step 1 · Python.*a = .*<b>.*Step 2 · Python.*"c"/);
  });

  it('takes as many messages as it needs, each within the limits', () => {
    const messages = renderCode(Array.from({ length: 10 }, (_, index) => run(index + 1, '<'.repeat(1_400))));
    expect(messages.length).toBeGreaterThan(1);
    expect(messages.flatMap(({ blocks }) => blocks)).toHaveLength(20);
  });

  it('names the file of what no message holds', () => {
    expect(JSON.stringify(renderCode([run(3, 'line\n'.repeat(9_000))]))).toMatch(/not shown, all in step-3\.py/);
  });
});
