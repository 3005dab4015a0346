import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Request, Task } from '../../src/conversation/events.ts';
import { type Ignored, type InboundContext, snippetAlone, understand } from '../../src/slack/inbound.ts';
import { renderOffer } from '../../src/slack/render-offer.ts';
import {
  ALICE,
  at,
  BOB,
  BOT,
  CHANNEL,
  codeSpan,
  command,
  csvFile,
  DM,
  delivery,
  direct,
  emoji,
  inThread,
  mention,
  message,
  preformatted,
  ROOT_TS,
  richText,
  section,
  stopPress,
  TEAM,
  TS,
} from '../fixtures/slack-payloads.ts';

const context: InboundContext = {
  botUserId: BOT,
  teamId: TEAM,
  knownThread: (channel, threadTs) => channel === CHANNEL && threadTs === ROOT_TS,
  activeMessage: () => false,
  mentionRequired: false,
};

type Fields = Readonly<Record<string, unknown>>;
const ofEvent = (event: Fields) => understand(delivery(event), context);

/** The parts of an answer a table can show. */
function gist(understood: Request | Ignored): unknown {
  switch (understood.kind) {
    case 'task':
      return understood.task.kind === 'ask'
        ? understood.task.text
        : [understood.task.code.language, understood.task.code.source];
    case 'ignored':
      return `ignored: ${understood.reason}`;
    case 'help':
      return `help: ${understood.reason}`;
    case 'refused':
      return `refused: ${understood.message}`;
    case 'deleted':
      return `deleted: ${understood.messageTs}`;
    case 'changed':
      return ['changed', understood.now && gist(understood.now)];
    case 'control':
      return `${understood.word} in ${understood.thread.threadTs}`;
    case 'own':
      return `own: ${understood.word}`;
    case 'direct':
      return understood.task;
    case 'again':
    case 'edited':
      return understood.kind;
    case 'stop':
      return `stop: ${understood.thread.threadTs}`;
  }
}

const AT = `<@${BOT}>`;

describe('who is asked', () => {
  it('takes a mention in a channel, which opens a thread', () => {
    expect(ofEvent(mention(`${AT} plot sin(x)`))).toEqual({
      kind: 'task',
      team: TEAM,
      channel: CHANNEL,
      user: ALICE,
      source: 'mention',
      thread: { team: TEAM, channel: CHANNEL, threadTs: TS },
      messageTs: TS,
      mentioned: true,
      task: { kind: 'ask', text: 'plot sin(x)' },
      files: [],
    });
  });

  it('takes the message copy of the same mention for the same request', () => {
    expect(ofEvent(message(`${AT} plot sin(x)`))).toEqual(ofEvent(mention(`${AT} plot sin(x)`)));
  });

  it('takes a reply in a known thread without a mention', () => {
    expect(ofEvent(message('and now cos(x)', inThread()))).toMatchObject({
      kind: 'task',
      source: 'reply',
      mentioned: false,
      thread: { team: TEAM, channel: CHANNEL, threadTs: ROOT_TS },
      task: { kind: 'ask', text: 'and now cos(x)' },
    });
  });

  it('takes every direct message: the top level is one session, a thread its own', () => {
    expect(ofEvent(direct('hello'))).toMatchObject({
      kind: 'task',
      source: 'dm',
      thread: { team: TEAM, channel: DM, threadTs: null },
    });
    expect(ofEvent(direct('hello', inThread()))).toMatchObject({
      thread: { team: TEAM, channel: DM, threadTs: ROOT_TS },
    });
  });

  it('wants a mention everywhere when one is required', () => {
    const strict = { ...context, mentionRequired: true };
    expect(understand(delivery(message('go on', inThread())), strict).kind).toBe('ignored');
    expect(understand(delivery(message(`${AT} go on`, inThread())), strict).kind).toBe('task');
    expect(understand(delivery(direct('go on')), strict).kind).toBe('task');
  });

  it.each<[string, Fields, string]>([
    ['a message without a mention', message('lunch?'), 'no mention'],
    ['a reply in a thread we do not know', message('yes', { thread_ts: '1.1' }), 'a thread we do not know'],
    ['a reply to somebody else', message(`<@${BOB}> look`, inThread()), 'for somebody else'],
    [
      'a reply to somebody else, as rich text',
      message(`<@${BOB}> look`, inThread(richText(section(at(BOB), ' look')))),
      'for somebody else',
    ],
    ['a reply to a group', message('<!subteam^S1|@designers> look', inThread()), 'for somebody else'],
    ['a reply to everyone here', message('<!here> look', inThread()), 'for somebody else'],
    [
      'a reply to a group, as rich text',
      message('@designers look', inThread(richText(section({ type: 'usergroup', usergroup_id: 'S1' }, ' look')))),
      'for somebody else',
    ],
    [
      'a reply to everyone here, as rich text',
      message('@here look', inThread(richText(section({ type: 'broadcast', range: 'here' }, ' look')))),
      'for somebody else',
    ],
    ['an aside', message('!aside what a mess', inThread()), 'an aside'],
    ['an emoji by name', message(':tada: :+1::skin-tone-2:', inThread()), 'only emoji'],
    ['an aside in a direct message', direct('!aside for myself'), 'an aside'],
    ['an emoji in a direct message', direct(':+1:'), 'only emoji'],
    ['an emoji as a character', message('👍🏽 🎉', inThread()), 'only emoji'],
    [
      'an emoji as rich text',
      message(':tada:', inThread(richText(section(emoji('tada', '1f389'), ' ')))),
      'only emoji',
    ],
    ['our own message', message('done', { user: BOT }), 'from an app'],
    ['another app', message(`${AT} hi`, { bot_id: 'B1' }), 'from an app'],
    ['Slackbot', direct('hi', { user: 'USLACKBOT' }), 'from an app'],
    ['a bot message', message(`${AT} hi`, { subtype: 'bot_message' }), 'not a new message of a person'],
    ['an edit', message('', { subtype: 'message_changed', hidden: true }), 'incomplete'],
    ['a deletion', message('', { subtype: 'message_deleted', hidden: true }), 'incomplete'],
    ['a join', message('joined', { subtype: 'channel_join' }), 'not a new message of a person'],
    ['a mention inside a code block', mention(`look: \`\`\`${AT}\`\`\``), 'mentioned only inside code'],
    ['a mention inside inline code', mention(`write \`${AT}\``), 'mentioned only inside code'],
    [
      'a mention inside a rich code block',
      mention(`\`\`\`${AT} x\`\`\``, richText({ type: 'rich_text_preformatted', elements: [at(BOT)] })),
      'mentioned only inside code',
    ],
    ['another kind of event', { type: 'reaction_added', user: ALICE }, 'no message'],
  ])('ignores %s', (_name, event, reason) => {
    expect(gist(ofEvent(event))).toBe(`ignored: ${reason}`);
  });

  it.each<[string, Fields]>([
    ['a file', { subtype: 'file_share', files: [csvFile()] }],
    ['a reply shown in the channel', inThread({ subtype: 'thread_broadcast' })],
  ])('accepts the subtype of %s', (_name, fields) => {
    expect(gist(ofEvent(message(`${AT} chart it`, fields)))).toBe('chart it');
  });

  it('takes the files with it: stubs of other organisations, and what holds no bytes any more, marked as that', () => {
    const stub = { id: 'F0002', file_access: 'check_file_info' };
    const gone = [
      { id: 'F0003', mode: 'tombstone' },
      { id: 'F0004', name: 'old.csv', mode: 'hidden_by_limit' },
      { id: 'F0005', mode: 'file_access', file_access: 'access_denied' },
      { id: 'F0006', file_access: 'file_not_found' },
    ];
    const files = [csvFile(), stub, ...gone];
    const understood = ofEvent(message(`${AT} chart it`, { subtype: 'file_share', files }));
    expect(understood).toMatchObject({
      files: [
        {
          id: 'F0001',
          name: 'prices.csv',
          mimetype: 'text/csv',
          sizeBytes: 1_234,
          url: 'https://files.slack.com/files-pri/T0001-F0001/download/prices.csv',
        },
        { id: 'F0002', url: '' },
        { id: 'F0003', name: 'F0003', gone: 'deleted' },
        { id: 'F0004', name: 'old.csv', gone: 'hidden' },
        { id: 'F0005', gone: 'denied' },
        { id: 'F0006', gone: 'deleted' },
      ],
    });
  });
});

describe('what is asked', () => {
  it.each<[string, string, unknown]>([
    ['nothing', `${AT} `, 'help: empty'],
    ['help', `${AT} Help`, 'help: asked'],
    ['stop', `${AT} stop`, `stop: ${TS}`],
    ['status', `${AT} status`, `status in ${TS}`],
    ['reset', `${AT} RESET`, `reset in ${TS}`],
    ['end', `${AT} end`, `end in ${TS}`],
    ['status in a sentence', `${AT} status of the build?`, 'status of the build?'],
    ['stop in a sentence', `${AT} stop the clock`, 'stop the clock'],
    ['escaped text', `${AT} is 1 &lt; 2 &amp;&amp; 3 &gt; 2?`, 'is 1 < 2 && 3 > 2?'],
    ['text that was escaped by its writer', `${AT} what is &amp;lt;`, 'what is &lt;'],
    ['a link', `${AT} fetch <https://x.org/a?b=1&amp;c=2>`, 'fetch https://x.org/a?b=1&c=2'],
    ['a link as typed', `${AT} fetch <http://x.org|x.org>`, 'fetch x.org'],
    ['a link with words', `${AT} read <https://x.org|the page>`, 'read the page (https://x.org)'],
    ['a mail address', `${AT} mail <mailto:a@x.org|a@x.org>`, 'mail a@x.org'],
    ['a channel', `${AT} like in <#C1|data>`, 'like in #data (C1)'],
    ['everybody', `${AT} for <!here> and <!subteam^S1|@team>`, 'for @here and @team'],
    ['others', `${AT} mail <@${BOB}> and <@U9|carol>`, `mail @${BOB} and @carol (U9)`],
    ['the mention in the middle', `please ${AT} add 2 and 3`, 'please add 2 and 3'],
    ['the mention at the end', `add 2 and 3 ${AT}`, 'add 2 and 3'],
    ['a time', `${AT} at 10:30:45 say <https://x.org/:a:>`, 'at 10:30:45 say https://x.org/:a:'],
    ['code and words', `${AT} what does \`\`\`x = 1\`\`\` do?`, 'what does \n```\nx = 1\n```\n do?'],
    ['two blocks', `${AT} \`\`\`a\`\`\` \`\`\`b\`\`\``, '```\na\n```\n \n```\nb\n```'],
    ['an unclosed fence', `${AT} \`\`\`print(1)`, '```print(1)'],
    ['one word and a block', `${AT} explain \`\`\`print(1)\`\`\``, 'explain \n```\nprint(1)\n```'],
  ])('reads %s', (_name, text, expected) => {
    expect(gist(ofEvent(mention(text)))).toEqual(expected);
  });

  it.each<[string, string, unknown]>([
    ['a block', '```print(1)```', ['python', 'print(1)']],
    ['a block over lines', '```\nx = 1\nprint(x)\n```', ['python', 'x = 1\nprint(x)']],
    ['a declared language', '```js\nconsole.log(1)\n```', ['javascript', 'console.log(1)']],
    ['an alias', '```sh\nls\n```', ['bash', 'ls']],
    ['a capital letter', '```Python3\nprint(1)\n```', ['python', 'print(1)']],
    ['a language that says nothing', '```text\nprint(1)\n```', ['python', 'print(1)']],
    ['a first line', '```bash\nls -la```', ['bash', 'ls -la']],
    ['a first line that is code', '```x\nprint(x)```', ['python', 'x\nprint(x)']],
    ['a word before it', 'node ```console.log(1)```', ['javascript', 'console.log(1)']],
    ['a word and a colon', 'python: ```print(1)```', ['python', 'print(1)']],
    ['inline code', '`1 + 1`', ['python', '1 + 1']],
    ['escaped code', '```if 1 &lt; 2 &amp;&amp; x:```', ['python', 'if 1 < 2 && x:']],
    ['linked code', '```get("<https://x.org|https://x.org>")```', ['python', 'get("https://x.org")']],
    ['code with a mention', `\`\`\`say("${AT}")\`\`\``, ['python', `say("@${BOT}")`]],
    ['no-break spaces', '```if x:\u00a0\u00a0y```', ['python', 'if x:  y']],
    ['a block of nothing', '```  ```', 'help: empty'],
  ])('runs %s as it is', (_name, text, expected) => {
    expect(gist(ofEvent(mention(`${AT} ${text}`)))).toEqual(expected);
    expect(gist(understand(command(text), context))).toEqual(expected);
    expect(gist(ofEvent(direct(text)))).toEqual(expected);
  });

  it.each([
    ['```rust\nfn main() {}\n```'],
    ['```rust\nfn main() {}```'],
    ['rust ```fn main() {}```'],
    ['```foo\nx\n```'],
  ])('refuses a language it does not know: %s', (text) => {
    expect(gist(ofEvent(mention(`${AT} ${text}`)))).toMatch(
      /^refused: I cannot run “(rust|foo)”: I run Python, JavaScript and Bash\./,
    );
  });

  it('does not repeat a language name that is no name', () => {
    const event = direct('x', richText(preformatted('x', { language: '<!channel> `' })));
    expect(gist(ofEvent(event))).toMatch(/^refused: I cannot run that language:/);
  });

  it('refuses more code than a message should hold, and takes what just fits', () => {
    const code = (bytes: number) => richText(preformatted('é'.repeat(bytes / 2)));
    expect(ofEvent(direct('…', code(100_000))).kind).toBe('task');
    expect(gist(ofEvent(direct('…', code(100_002))))).toMatch(/^refused: .*100 kB.*Attach it as a file/);
  });
});

describe('rich text', () => {
  it.each<[string, Fields, unknown]>([
    ['a block', richText(section(at(BOT), ' '), preformatted('print("<b>")\n')), ['python', 'print("<b>")']],
    ['a first line', richText(section(at(BOT)), preformatted('js\nlet x')), ['javascript', 'let x']],
    ['a declared language', richText(section(at(BOT)), preformatted('ls', { language: 'shell' })), ['bash', 'ls']],
    ['inline code', richText(section(at(BOT), ' ', codeSpan('x.head()'))), ['python', 'x.head()']],
    [
      'code with a linked address',
      richText(section(at(BOT)), {
        type: 'rich_text_preformatted',
        elements: [
          { type: 'text', text: 'get("' },
          { type: 'link', url: 'http://x.org', text: 'x.org' },
          { type: 'text', text: '")' },
        ],
      }),
      ['python', 'get("x.org")'],
    ],
    [
      'words around a block',
      richText(section(at(BOT), ' why does'), preformatted('1/0'), section('fail?')),
      'why does\n```\n1/0\n```\nfail?',
    ],
    [
      'everything inline',
      richText(
        section(at(BOT), ' ask ', at(BOB), ' in ', { type: 'channel', channel_id: 'C1' }, ' ', emoji('tada', '1f389')),
        section(emoji('parrot'), ' ', { type: 'broadcast', range: 'here' }, ' ', {
          type: 'link',
          url: 'https://x.org',
        }),
      ),
      `ask @${BOB} in #C1 🎉:parrot: @here https://x.org`,
    ],
    [
      'a list and a quote',
      richText(
        section(at(BOT), ' do'),
        { type: 'rich_text_list', style: 'ordered', indent: 0, elements: [section('one'), section('two')] },
        { type: 'rich_text_quote', elements: [{ type: 'text', text: 'said' }] },
      ),
      'do\n1. one\n2. two\n\n> said',
    ],
    [
      'a list that goes on after a nested one, and every line of a quote',
      richText(
        section(at(BOT), ' do'),
        { type: 'rich_text_list', style: 'ordered', indent: 0, elements: [section('one')] },
        { type: 'rich_text_list', style: 'bullet', indent: 1, elements: [section('in it')] },
        { type: 'rich_text_list', style: 'ordered', indent: 0, offset: 1, elements: [section('two')] },
        { type: 'rich_text_quote', elements: [{ type: 'text', text: 'said\nand done' }] },
      ),
      'do\n1. one\n\n  - in it\n\n2. two\n\n> said\n> and done',
    ],
    ['nothing we know, so the text counts', richText({ type: 'rich_text_hologram' }), 'the text'],
  ])('reads %s', (_name, blocks, expected) => {
    expect(gist(ofEvent(mention(`${AT} the text`, blocks)))).toEqual(expected);
  });
});

describe('files without words', () => {
  const files = (file: Fields) => ({ subtype: 'file_share', files: [file] });
  const snippet = csvFile({ mode: 'snippet', filetype: 'python', name: 'sum.py' });

  it('are a task about the files', () => {
    expect(gist(ofEvent(message(AT, files(csvFile()))))).toMatch(/attached/);
    expect(ofEvent(message('', inThread(files(csvFile())))).kind).toBe('task');
  });

  it('are code when they are one snippet in a language we run', () => {
    const of = (event: Fields) => snippetAlone(delivery(event), context);
    expect(of(message(AT, files(snippet)))).toMatchObject({ language: 'python', file: { name: 'sum.py' } });
    expect(of(message(`${AT} explain`, files(snippet)))).toBeUndefined();
    expect(of(message(AT, files(csvFile())))).toBeUndefined();
    expect(of(message(AT, { files: [snippet, csvFile()] }))).toBeUndefined();
    expect(of(message(AT, files(csvFile({ mode: 'snippet', filetype: 'rust' }))))).toBeUndefined();
  });
});

describe('the slash command', () => {
  it.each<[string, unknown]>([
    ['', 'help: empty'],
    ['help', 'help: asked'],
    ['plot sin(x) for x &gt; 0', 'plot sin(x) for x > 0'],
    ['plot sin(x) for x > 0', 'plot sin(x) for x > 0'],
    ['stop', 'own: stop'],
    ['Status', 'own: status'],
    ['end', 'own: end'],
    ['end of the day', 'end of the day'],
    ['reset', 'refused: A thread has its own sandbox: write `reset` in the thread that needs a fresh one.'],
  ])('/run %s', (text, expected) => {
    expect(gist(understand(command(text), context))).toBe(expected);
  });

  it('has no thread and no message yet', () => {
    expect(understand(command('plot'), context)).toMatchObject({
      team: TEAM,
      channel: CHANNEL,
      user: ALICE,
      source: 'command',
      thread: null,
      messageTs: null,
      mentioned: true,
    });
  });

  it('leaves the commands of others alone', () => {
    expect(understand(command('x', { command: '/walk' }), context).kind).toBe('ignored');
  });
});

describe('the Stop button', () => {
  it('stops its turn in its thread', () => {
    expect(understand(stopPress(), context)).toEqual({
      kind: 'stop',
      team: TEAM,
      channel: CHANNEL,
      user: BOB,
      thread: { team: TEAM, channel: CHANNEL, threadTs: ROOT_TS },
      turn: 'turn-1',
    });
  });

  it('knows the top level of a direct message', () => {
    const press = stopPress({ channel: { id: DM }, container: {}, message: { ts: TS } });
    expect(understand(press, context)).toMatchObject({ thread: { channel: DM, threadTs: null } });
  });

  it('ignores buttons that are not ours', () => {
    expect(understand(stopPress({ actions: [{ action_id: 'other' }] }), context).kind).toBe('ignored');
  });
});

describe('any payload', () => {
  const json = fc.jsonValue() as fc.Arbitrary<unknown>;
  const shaped = fc.oneof(
    fc.record({ type: fc.constant('event_callback'), team_id: json, event: json }),
    fc
      .dictionary(
        fc.constantFrom('text', 'blocks', 'files', 'thread_ts', 'channel', 'user', 'ts', 'subtype', 'channel_type'),
        json,
      )
      .map((fields) => delivery(message(AT, fields))),
    fc
      .array(
        fc.record({
          type: fc.constantFrom('rich_text_section', 'rich_text_list', 'rich_text_preformatted'),
          elements: json,
        }),
      )
      .map((elements) => delivery(mention(AT, { blocks: [{ type: 'rich_text', elements }] }))),
    fc
      .string({ unit: fc.constantFrom('`', '```', '<', '>', '@', '|', ':', '&lt;', 'a', '\n', AT, ' ') })
      .map((text) => delivery(mention(text))),
    fc.record({ type: fc.constant('block_actions'), actions: json, channel: json, message: json }),
    fc.record({ command: fc.constant('/run'), text: json, channel_id: json, user_id: json }),
  );

  it('is understood or ignored, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(json, shaped), (payload) => {
        expect(understand(payload, context).kind).toMatch(/^(task|stop|help|refused|ignored)$/);
        snippetAlone(payload, context);
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives back any plain text that Slack has escaped', () => {
    const plain = fc.string({ unit: fc.constantFrom('a', ' ', '<', '>', '&', 'lt;', 'é', '"') });
    const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
    fc.assert(
      fc.property(plain, (text) => {
        expect(gist(ofEvent(mention(`${AT} x${escaped(text)}x`)))).toBe(`x${text}x`);
      }),
    );
  });
});

describe('changes of messages', () => {
  const active = { ...context, activeMessage: (channel: string, ts: string) => channel === CHANNEL && ts === TS };
  const before = message(`${AT} plot sin(x)`);
  const change = (now: Fields, fields: Fields = {}) => ({
    type: 'message',
    subtype: 'message_changed',
    hidden: true,
    channel: CHANNEL,
    channel_type: 'channel',
    ts: '1767603700.000001',
    message: now,
    previous_message: before,
    ...fields,
  });
  const of = (event: Fields) => gist(understand(delivery(event), active));

  it('are what the message asks for now', () => {
    expect(understand(delivery(change({ ...before, text: `${AT} plot cos(x)` })), active)).toEqual({
      kind: 'changed',
      team: TEAM,
      channel: CHANNEL,
      user: ALICE,
      messageTs: TS,
      thread: { team: TEAM, channel: CHANNEL, threadTs: TS },
      now: {
        kind: 'task',
        team: TEAM,
        channel: CHANNEL,
        user: ALICE,
        source: 'mention',
        thread: { team: TEAM, channel: CHANNEL, threadTs: TS },
        messageTs: null,
        mentioned: true,
        task: { kind: 'ask', text: 'plot cos(x)' },
        files: [],
      },
    });
  });

  it.each<[string, Fields, unknown]>([
    ['new words', change({ ...before, text: `${AT} plot cos(x)` }), ['changed', 'plot cos(x)']],
    ['no mention any more', change({ ...before, text: 'plot cos(x)' }), ['changed', 'plot cos(x)']],
    ['a control word', change({ ...before, text: `${AT} stop` }), ['changed', `stop: ${TS}`]],
    ['an aside', change({ ...before, text: '!aside never mind' }), ['changed', null]],
    ['somebody else', change({ ...before, text: `<@${BOB}> plot` }), ['changed', null]],
    [
      'a file that went',
      change({ ...before, files: [] }, { previous_message: { ...before, files: [csvFile()] } }),
      ['changed', 'plot sin(x)'],
    ],
    [
      'a stone',
      change({ ...before, subtype: 'tombstone', user: 'USLACKBOT', text: 'This message was deleted.' }),
      `deleted: ${TS}`,
    ],
    ['a deletion', { ...change({}), subtype: 'message_deleted', message: undefined, deleted_ts: TS }, `deleted: ${TS}`],
    ['our own editing', change({ ...before, user: BOT, bot_id: 'B1', text: 'x' }), 'ignored: a change by an app'],
    [
      'our own stone',
      change({ ...before, subtype: 'tombstone', user: 'USLACKBOT' }, { previous_message: { ...before, bot_id: 'B1' } }),
      'ignored: a change by an app',
    ],
    ['a link preview', change({ ...before, attachments: [{ title: 'x' }] }), 'ignored: the words are the same'],
    [
      'a message that made no turn',
      change({ ...before, ts: '1.1', text: 'x' }),
      'ignored: no turn of ours waits for it',
    ],
    ['nothing', change({}, { previous_message: undefined, message: undefined }), 'ignored: incomplete'],
  ])('are understood: %s', (_name, event, expected) => {
    expect(of(event)).toEqual(expected);
  });

  it('in a direct message belong to its top level', () => {
    const direct = { ...active, activeMessage: () => true };
    const event = change({ ...before, text: 'more' }, { channel: DM, channel_type: 'im' });
    expect(understand(delivery(event), direct)).toMatchObject({ thread: { channel: DM, threadTs: null } });
  });
});

describe('the button to the direct message', () => {
  const press = (value: unknown) =>
    stopPress({
      actions: [{ type: 'button', action_id: 'run.direct', block_id: 'b1', value }],
      container: { type: 'message', message_ts: '5.5', channel_id: CHANNEL, is_ephemeral: true },
      message: undefined,
    });
  const value = (task: Task) => {
    const block = renderOffer('Not here.', task).blocks.at(-1);
    const button = block?.type === 'actions' ? block.elements[0] : undefined;
    return button?.type === 'button' ? button.value : undefined;
  };

  it.each<[string, Task]>([
    ['a task', { kind: 'ask', text: 'plot "sin(x)" <&> 🙂' }],
    ['code', { kind: 'code', code: { language: 'javascript', source: 'let x = `1`\n' } }],
  ])('carries %s', (_name, task) => {
    expect(understand(press(value(task)), context)).toEqual({
      kind: 'direct',
      team: TEAM,
      channel: CHANNEL,
      user: BOB,
      messageTs: '5.5',
      thread: null,
      task,
    });
  });

  it('is not there for more than a button holds, and the words say what to do', () => {
    const offer = renderOffer('Not here.', { kind: 'ask', text: 'x'.repeat(2_000) });
    expect(offer).toEqual({
      text: 'Not here. Or paste it into a direct message with me: it is too long to take along.',
      blocks: [],
    });
  });

  it.each([[undefined], ['{'], ['{}'], ['{"language":"rust","source":"x"}']])(
    'ignores a value of others: %s',
    (bad) => {
      expect(understand(press(bad), context).kind).toBe('ignored');
    },
  );
});
