import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validateMessages } from '../../src/local/model/validate.ts';
import { NOT_RUN, toMessageParams } from '../../src/model/messages.ts';
import { compose } from '../../src/model/request.ts';
import type { ModelMessage } from '../../src/ports.ts';
import { request } from '../contracts/model.ts';

const user = (text: string): ModelMessage => ({ role: 'user', text });
const assistant = (text: string, ...ids: string[]): ModelMessage => ({
  role: 'assistant',
  text,
  calls: ids.map((id) => ({ id, code: { language: 'bash', source: `echo ${id}` } })),
});
const result = (callId: string, text = 'out', failed = false): ModelMessage => ({
  role: 'result',
  callId,
  text,
  failed,
});

const text = (words: string) => ({ type: 'text', text: words });
const use = (id: string, source = `echo ${id}`) => ({
  type: 'tool_use',
  id,
  name: 'run_code',
  input: { language: 'bash', code: source },
});
const answer = (id: string, words: string, failed = false) => ({
  type: 'tool_result',
  tool_use_id: id,
  content: [text(words)],
  ...(failed && { is_error: true }),
});

describe('toMessageParams', () => {
  it.each<[string, ModelMessage[], object[]]>([
    ['one task', [user('hi')], [{ role: 'user', content: [text('hi')] }]],
    ['several tasks in a row', [user('one'), user('two')], [{ role: 'user', content: [text('one'), text('two')] }]],
    [
      'a run and its result',
      [user('go'), assistant('I go.', 'a'), result('a')],
      [
        { role: 'user', content: [text('go')] },
        { role: 'assistant', content: [text('I go.'), use('a')] },
        { role: 'user', content: [answer('a', 'out')] },
      ],
    ],
    [
      'several calls: all results in one message, in the order of the calls',
      [user('go'), assistant('', 'a', 'b'), result('b', 'second', true), result('a', 'first')],
      [
        { role: 'user', content: [text('go')] },
        { role: 'assistant', content: [use('a'), use('b')] },
        { role: 'user', content: [answer('a', 'first'), answer('b', 'second', true)] },
      ],
    ],
    [
      'a call that was never answered, and the next task',
      [user('go'), assistant('', 'a'), user('and now?')],
      [
        { role: 'user', content: [text('go')] },
        { role: 'assistant', content: [use('a')] },
        { role: 'user', content: [answer('a', NOT_RUN, true), text('and now?')] },
      ],
    ],
    [
      'an empty assistant message between tasks',
      [user('one'), assistant(' \n'), user('two')],
      [{ role: 'user', content: [text('one'), text('two')] }],
    ],
    [
      'a result of a call that is not there',
      [user('go'), assistant('Hm.'), result('z', 'late', true)],
      [
        { role: 'user', content: [text('go')] },
        { role: 'assistant', content: [text('Hm.')] },
        { role: 'user', content: [text('Result of an earlier run, which failed:\nlate')] },
      ],
    ],
    [
      'a history that begins in the middle',
      [assistant('Done.'), user('next')],
      [
        { role: 'user', content: [text('(The conversation before this point was left out.)')] },
        { role: 'assistant', content: [text('Done.')] },
        { role: 'user', content: [text('next')] },
      ],
    ],
    ['a task without words', [user('  ')], [{ role: 'user', content: [text('(no text)')] }]],
    [
      'an id from another server, used twice',
      [user('go'), assistant('', 'call:0'), result('call:0'), assistant('', 'call:0'), result('call:0', 'again')],
      [
        { role: 'user', content: [text('go')] },
        { role: 'assistant', content: [use('call_0', 'echo call:0')] },
        { role: 'user', content: [answer('call_0', 'out')] },
        { role: 'assistant', content: [use('call_0-2', 'echo call:0')] },
        { role: 'user', content: [answer('call_0-2', 'again')] },
      ],
    ],
    ['half a surrogate pair', [user('a\ud83d b')], [{ role: 'user', content: [text('a\ufffd b')] }]],
  ])('writes %s', (_, messages, expected) => {
    expect(toMessageParams(messages)).toEqual(expected);
  });

  it('makes of any history a request that the API accepts', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'call:1', '');
    const words = fc.string({ unit: 'binary', maxLength: 8 });
    const code = fc.record({ language: fc.constantFrom('python', 'bash'), source: words });
    const message: fc.Arbitrary<ModelMessage> = fc.oneof(
      fc.record({ role: fc.constant('user'), text: words }),
      fc.record({
        role: fc.constant('assistant'),
        text: words,
        calls: fc.array(fc.record({ id, code }), { maxLength: 3 }),
      }),
      fc.record({ role: fc.constant('result'), callId: id, text: words, failed: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), fc.boolean(), (history, plain) => {
        // A request is always made for something a person or a run said last.
        const asked = request([...history, user('the task')]);
        const params = compose(asked, { model: 'claude-sonnet-5-5', plain, maxTokens: 100 }).params;
        expect(validateMessages(JSON.parse(JSON.stringify(params)))).toMatchObject({ ok: true });
      }),
    );
  });

  it('gives the same text for the same conversation, and only appends to it as it grows', () => {
    const conversation = [user('go'), assistant('I go.', 'a'), result('a'), assistant('Done.'), user('more')];
    const whole = toMessageParams(conversation);
    for (let length = 1; length <= conversation.length; length += 1) {
      const shorter = toMessageParams(conversation.slice(0, length));
      if (length !== 2) expect(whole.slice(0, shorter.length)).toEqual(shorter);
    }
  });
});
