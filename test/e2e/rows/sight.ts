/** What the model sees: the requests as they reached its service. */
import { expect } from 'vitest';
import type { Proofs } from './proof.ts';
import { resultsOf, type SentBlock, type SentRequest, systemOf, textsOf } from './recorded-model.ts';
import { fence } from './stage.ts';

/** As the API counts it, roughly: what the limit is meant to bound. */
const CHARS_PER_TOKEN = 4;

function blocksOf({ messages }: SentRequest): readonly SentBlock[] {
  return messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content));
}

export const sight: Proofs = {
  'model.setting': async (stage) => {
    await stage.withVariables({ TZ: 'Pacific/Auckland', SANDBOX_INTERNET: 'off' }, async () => {
      const root = await stage.ask('hello');
      await stage.answer(root);
    });
    const system = systemOf(stage.model.requests.at(-1) ?? expect.fail('nothing was asked'));
    const format = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const;
    const today = new Intl.DateTimeFormat('en-GB', { ...format, timeZone: 'Pacific/Auckland' }).format();
    expect(system).toContain(`Today is ${today} (Pacific/Auckland)`);
    expect(system).toMatch(/Languages: Python, JavaScript \(Node\.js\) and Bash/);
    expect(system).toMatch(/numpy, pandas and matplotlib/);
    expect(system).toMatch(/no (network|internet)/i);
    expect(system).toMatch(/A run may take at most \d+ seconds/);
  },

  'model.result': async (stage) => {
    stage.model.script('print a lot', ({ runs }) =>
      runs.length > 0
        ? { words: 'That was a lot.' }
        : { words: 'I will.', run: { language: 'python', code: 'for i in range(20_000): print("línea", i)' } },
    );
    const root = await stage.ask('print a lot');
    await stage.answer(root);
    const [result = ''] = resultsOf(stage.model.requests.at(-1) ?? expect.fail('nothing was asked'));
    expect(Buffer.byteLength(result)).toBeLessThanOrEqual(16_000);
    const [, before = '', missing, path = '', after = ''] =
      /^([\s\S]*)\n\[(\d+) bytes left out, whole in (\S+)\]\n([\s\S]*)$/.exec(result) ?? [];
    expect(before).toMatch(/^línea 0\nlínea 1\n/);
    expect(Buffer.byteLength(before)).toBeLessThanOrEqual(4_000);
    expect(after).toContain('línea 19999');
    expect(Buffer.byteLength(after)).toBeGreaterThan(11_000);
    await stage.reply(
      root,
      fence(`whole = open("${path}").read().rstrip()\nprint(len(whole.encode()), whole.count("línea"))`),
    );
    const size = Buffer.byteLength(before) + Number(missing) + Buffer.byteLength(after);
    expect(await stage.shown(root, 1)).toContain(`${size} 20000`);
  },

  'model.no-images': async (stage) => {
    stage.model.script('draw a figure', ({ runs }) =>
      runs.length > 0
        ? { words: 'Here it is.' }
        : {
            words: 'I will.',
            run: { language: 'python', code: 'import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()' },
          },
    );
    const root = await stage.ask('draw a figure');
    await stage.answer(root);
    const request = stage.model.requests.at(-1) ?? expect.fail('nothing was asked');
    expect(JSON.stringify(request)).not.toMatch(/iVBORw0KGgo|[A-Za-z0-9+/]{200}/);
    expect(resultsOf(request).join()).toMatch(/Sent to the thread: \S+\.png/);
    expect(blocksOf(request).filter(({ type }) => type === 'image')).toEqual([]);
  },

  'model.request': async (stage) => {
    stage.model.script('a long answer', ({ task, runs }) =>
      runs.length > 0
        ? { words: `Answered: ${task}` }
        : { words: 'I will.', run: { language: 'python', code: `print("${task}\\n" + "so many words " * 900)` } },
    );
    const limit = 8_000;
    await stage.withVariables({ MODEL_CONTEXT_TOKENS: String(limit) }, async () => {
      const root = await stage.ask('a long answer, the first');
      await stage.answer(root);
      for (const [at, name] of ['second', 'third', 'fourth'].entries()) {
        await stage.reply(root, `a long answer, the ${name}`);
        // The strict service refuses a call without its result, and a result without its call.
        expect(await stage.shown(root, at + 1)).toMatch(/Done/);
      }
      const request = stage.model.requests.at(-1) ?? expect.fail('nothing was asked');
      expect(JSON.stringify(request.messages).length).toBeLessThan(limit * CHARS_PER_TOKEN);
      const calls = blocksOf(request).filter(({ type }) => type === 'tool_use');
      const results = blocksOf(request).filter(({ type }) => type === 'tool_result');
      expect(results.map((block) => block.tool_use_id)).toEqual(calls.map(({ id }) => id));
      // The newest is whole, the oldest has lost its output first.
      const outputs = resultsOf(request);
      expect(outputs.at(-1)).toMatch(/^a long answer, the fourth\n(so many words ){899}/);
      expect(textsOf(request).join('\n')).not.toMatch(/^a long answer, the first\n(so many words ){899}/m);
      expect(textsOf(request)).toContain('a long answer, the fourth');
    });
  },
};
