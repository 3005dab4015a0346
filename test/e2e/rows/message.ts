/** What people see of a turn. */
import { expect } from 'vitest';
import { until } from '../../fakes/slack-control.ts';
import { read } from '../world.ts';
import type { Proofs } from './proof.ts';
import { fence } from './stage.ts';

export const message: Proofs = {
  'message.streams': async (stage) => {
    // Long enough to be seen while it is written, and while it runs.
    const code = [
      ...Array.from({ length: 120 }, (_, at) => `# this line is number ${at} of the long comment`),
      'import time',
      'for n in range(1, 9):',
      '    print(n, "of", 8, flush=True)',
      '    time.sleep(0.2)',
    ].join('\n');
    stage.model.script('write a long program', ({ runs }) =>
      runs.length > 0 ? { words: 'It ran.' } : { words: 'I will.', run: { language: 'python', code } },
    );
    const root = await stage.ask('write a long program');
    const answer = await stage.answer(root);
    const states = answer.versions.map(read);
    const at = (words: RegExp) => states.findIndex((state) => words.test(state));
    expect(at(/Starting|Thinking/)).toBe(0);
    const [writing, running, printing] = [at(/Writing Python/), at(/Running Python/), at(/^\d of 8$/m)];
    expect(writing).toBeGreaterThan(0);
    expect(running).toBeGreaterThan(writing);
    expect(printing).toBeGreaterThanOrEqual(running);
    const written = states.findLast((state) => /Writing Python/.test(state)) ?? '';
    expect(written).toMatch(/this line is number \d+/);
    expect(states[writing]).not.toContain('import time');
    // Seen while more was still to come, with a way to stop it.
    expect(states[printing]).not.toMatch(/^8 of 8$/m);
    expect(states[printing]).toMatch(/^Stop$/m);
    expect(states.at(-1)).toMatch(/Done[\s\S]*^8 of 8$/m);
  },

  'message.parts': async (stage) => {
    stage.model.script('every part of a message', ({ runs }) => {
      if (runs.length > 0) return { words: 'All of it is there.' };
      const code = [
        'import pandas as pd',
        'open("made" + ".txt", "w").write("made by the run")',
        'print("printed", "by the run")',
        'pd.DataFrame({"fruit": ["apple".upper(), "pear".upper()], "price": [3, 4]})',
      ].join('\n');
      return { words: 'I will show every part.', run: { language: 'python', code } };
    });
    const root = await stage.ask('show me every part of a message');
    await stage.fileIn(root, 'made.txt');
    const answer = await stage.answer(root);
    const parts = answer.blocks.map((block) => read({ blocks: [block] }));
    const order = [
      /^✅ \*Done\* in /,
      /I will show every part\./,
      /✓ Python/,
      /import pandas as pd/,
      /printed by the run/,
      /fruit[\s\S]*APPLE/,
      /All of it is there\./,
      /made\.txt/,
      /1 run · \S+ tokens in, \S+ out · \$0\.00\d · new sandbox$/,
      /Re-run\nEdit & run\nShow code/,
    ];
    const places = order.map((part) => parts.findIndex((shown) => part.test(shown)));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places.at(0)).toBe(0);
    expect(places.at(-1)).toBe(parts.length - 1);
    // Whoever sees no blocks has the answer first.
    expect(answer.text).toMatch(/^All of it is there\.\nDone in /);
    // Code of a person's own costs nothing, in a sandbox that is there.
    await stage.reply(root, fence('print("once more")'));
    expect(await stage.shown(root, 1)).toMatch(/^1 run · variables kept$/m);
  },

  'message.tail': async (stage) => {
    const code =
      'import time\nfor i in range(3000): print("line", i)\nprint(flush=True)\ntime.sleep(2.2)\nprint("over")';
    const root = await stage.ask(fence(code));
    const running = read(await stage.showing(root, /line 2999/));
    expect(running).toMatch(/Running Python/);
    expect(running).not.toMatch(/^line 0$/m);
    expect(running).toMatch(/last [\d,]+ of 3,00\d lines/);
    // The time goes on while nothing is printed.
    await stage.showing(root, /Running Python\* · [1-9]\d* s/);
    expect(await stage.shown(root)).toMatch(/^over$/m);
  },

  'message.folds': async (stage) => {
    const root = await stage.ask('which product category has the highest average price?');
    const shown = await stage.shown(root);
    expect(shown).toMatch(/^✗ Attempt 1 of 3 · Python · .* — `KeyError/m);
    // Of the step that is over only the line is left.
    expect(shown.match(/import pandas as pd/g)?.length ?? 0).toBeLessThan(2);
    expect(shown).toMatch(/^✓ Attempt 2 of 3 · Python/m);
  },

  'message.literal': async (stage) => {
    const code = [
      'import sys',
      'print("\\x1b[31mred\\x1b[0m <!channel> <@U123> *bold* & done")',
      'for i in range(5): sys.stdout.write(f"\\r{i * 25} %")',
      'print()',
    ].join('\n');
    const root = await stage.ask(fence(code));
    const answer = await stage.answer(root);
    const output = read(answer);
    expect(output).toContain('red <!channel> <@U123> *bold* & done');
    expect(output).toContain('100 %');
    expect(output).not.toContain('75 %');
    expect(answer.text).not.toMatch(/<!channel>|<@U123>/);
    for (const { text, blocks } of answer.versions) {
      expect(text).not.toMatch(/<!channel>|<@U123>/);
      expect(JSON.stringify(blocks)).not.toMatch(/"type":"(user|broadcast)"/);
    }
  },

  'message.cut': async (stage) => {
    const root = await stage.ask(fence('for i in range(20000): print("line", i)'));
    const answer = await stage.shown(root);
    expect(answer).toContain('line 19999');
    expect(answer).not.toContain('line 0\n');
    expect(answer).toContain('step-1-output.txt');
    const whole = (await stage.fileIn(root, 'step-1-output.txt')).toString();
    // Too long for the bot's memory: it came from the disk.
    expect(whole).toBe(Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`).join(''));
  },

  'message.code-cut': async (stage) => {
    const source = Array.from({ length: 60 }, (_, index) => `x${index} = ${index}`).join('\n');
    const root = await stage.ask(fence(source));
    const shown = await stage.shown(root);
    expect(shown).toContain('# ⋯ 46 of 60 lines left out, all in step-1.py ⋯');
    expect(shown).toMatch(/x59 = 59/);
    expect((await stage.fileIn(root, 'step-1.py')).toString().trim()).toBe(source);
  },

  'message.trace-cut': async (stage) => {
    const root = await stage.ask(fence('import json\ndef load(text):\n    return json.loads(text)\nload("{")'));
    const answer = await stage.answer(root);
    const shown = read(answer);
    expect(shown).toMatch(
      /return json\.loads\(text\)[\s\S]*left out, all in step-1-error\.txt[\s\S]*JSONDecodeError: /,
    );
    expect(shown).not.toContain('decoder.py');
    expect(answer.text).toMatch(/^Failed\. The error was `JSONDecodeError/);
    expect((await stage.fileIn(root, 'step-1-error.txt')).toString()).toContain('decoder.py');
  },

  'message.table': async (stage) => {
    const root = await stage.ask(
      fence('import pandas as pd\npd.DataFrame({f"a long column {n}": [n * 1_000_000] for n in range(6)})'),
    );
    const shown = await stage.shown(root);
    const table = shown.split('\n').filter((line) => /a long column|000000|─/.test(line) && !line.includes('pd.'));
    expect(table).toHaveLength(9);
    expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(44);
  },

  'message.figure': async (stage) => {
    const source = [
      'import matplotlib.pyplot as plt',
      'plt.plot([1, 2, 3])',
      'plt.title("Three steps")',
      'plt.savefig("steps.png")',
      'plt.show()',
    ].join('\n');
    const root = await stage.ask(fence(source));
    await stage.answer(root);
    const files = await until(
      async () => (await stage.control.thread(stage.world.general, root)).flatMap((one) => one.files),
      (found) => found.length > 0,
    );
    // Shown and saved, it is posted once.
    expect(files).toHaveLength(1);
    expect(files[0]?.mimetype).toBe('image/png');
    expect(files[0]?.altText).not.toBe('');
  },
};
