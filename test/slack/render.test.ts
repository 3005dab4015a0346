import { describe, expect, it } from 'vitest';
import type { RichResult, RunResult } from '../../src/conversation/events.ts';
import type { Progress } from '../../src/conversation/progress.ts';
import { type Block, blocksSize, type RichElement } from '../../src/slack/blocks.ts';
import { LIMITS } from '../../src/slack/limits.ts';
import {
  render,
  renderHelp,
  renderRepairNotice,
  renderSimple,
  renderTaskRoot,
  renderText,
} from '../../src/slack/render.ts';
import { failed, ok, progressOf, python, START, step, TURN, words } from './progress-cases.ts';

const NOW = START + 12_300;
const done = { kind: 'done' } as const;

/** The blocks as a person sees them, a line for each: `·` small grey, `|` literal, `[…]` a button. */
function sketch(blocks: readonly Block[]): string[] {
  return blocks.flatMap((block) => {
    switch (block.type) {
      case 'context':
        return block.elements
          .flatMap((element) => ('text' in element ? element.text.split('\n') : []))
          .map((l) => `· ${l}`);
      case 'section':
        return (block.text?.text ?? '').split('\n').map((line) => `§ ${line}`);
      case 'actions':
        return block.elements.map((element) => `[${'text' in element ? element.text?.text : ''}]`);
      default:
        return block.elements.flatMap(sketchElement);
    }
  });
}

function sketchElement(element: RichElement): string[] {
  if (element.type === 'rich_text_list') {
    return element.elements.map(
      (item) => `- ${item.elements.map((inline) => ('text' in inline ? inline.text : '')).join('')}`,
    );
  }
  const text = element.elements.map((inline) => ('text' in inline ? inline.text : '')).join('');
  if (element.type !== 'rich_text_preformatted') return text.split('\n');
  return text.split('\n').map((line) => `${element.language ?? ''}| ${line}`);
}

const shown = (change: Partial<Progress>) => sketch(render(progressOf(change), NOW).blocks);

const badStep = step({ printed: 'loading\n', code: python('df["price"]'), result: failed('KeyError', "'price'") });
const goodStep = step({
  step: 2,
  attempt: 2,
  printed: 'rows 3\n',
  code: python('df["Price"].mean()'),
  result: ok([{ isMain: true, text: '42.5' }]),
});

describe('while the turn runs', () => {
  it('starts with a status and a way to stop', () => {
    expect(render(progressOf({}), NOW)).toEqual({
      text: 'Starting …',
      blocks: [
        { type: 'context', elements: [{ type: 'mrkdwn', text: '⏳ *Starting* · 12 s', verbatim: true }] },
        {
          type: 'actions',
          elements: [
            {
              type: 'button',
              text: { type: 'plain_text', text: 'Stop', emoji: true },
              action_id: 'turn.stop',
              value: TURN,
            },
          ],
        },
      ],
      files: [],
    });
  });

  it('shows code while it is written', () => {
    const parts = [words('I will **plot** it.')];
    expect(shown({ phase: 'writing', parts, draft: python('import math\nprint(') })).toEqual([
      '· ⏳ *Writing Python* · 12 s',
      'I will plot it.',
      '· ▸ Python',
      'python| import math',
      'python| print(',
      '[Stop]',
    ]);
  });

  it('shows the code that runs and what it prints', () => {
    const parts = [
      words('Here goes.'),
      step({ code: python('print("hi")'), printed: '\u001b[32mhi\u001b[0m\n 1%\r 2%' }),
    ];
    expect(shown({ phase: 'running', parts })).toEqual([
      '· ⏳ *Running Python* · 12 s',
      'Here goes.',
      '· ▸ Python',
      'python| print("hi")',
      '· Output',
      '| hi',
      '|  2%',
      '[Stop]',
    ]);
  });

  it('shows the end of a long output and says how much came before', () => {
    const printed = Array.from({ length: 852 }, (_, index) => `line ${index + 1}\n`).join('');
    const lines = shown({ phase: 'running', parts: [step({ printed })] });
    expect(lines.slice(2, 5)).toEqual([
      'python| print(1)',
      '· Output · last 20 of 852 lines, all of it follows as a file',
      '| line 833',
    ]);
    expect(lines.at(-2)).toBe('| line 852');
  });

  it('promises no file for an output that the finished step will show whole', () => {
    const printed = 'line\n'.repeat(30);
    expect(shown({ phase: 'running', parts: [step({ printed })] })).toContain('· Output · last 20 of 30 lines');
    const over = shown({ outcome: done, parts: [step({ printed, result: ok() })] });
    expect(over).toContain('· Output');
    expect(over.filter((line) => line === '| line')).toHaveLength(30);
  });

  it('shows the end of a finished output and names the file that has all of it', () => {
    const lines = shown({ outcome: done, parts: [step({ printed: 'line\n'.repeat(852), result: ok() })] });
    expect(lines).toContain('· Output · last 40 of 852 lines, all in `step-1-output.txt`');
    expect(lines.filter((line) => line === '| line')).toHaveLength(40);
  });

  it('counts characters where lines are too long to count', () => {
    const lines = shown({ phase: 'running', parts: [step({ printed: 'x'.repeat(123_456) })] });
    expect(lines).toContain('· Output · last 2,400 of 123,456 characters, all of it follows as a file');
  });

  it('folds the failed step once its repair is written, and says which attempt it is', () => {
    const parts = [badStep, words('The column is called Price.')];
    expect(shown({ phase: 'writing', attempt: 2, parts, draft: python('df["Price"]') })).toEqual([
      '· ⏳ *Writing Python* · attempt 2 of 3 · 12 s',
      "· ✗ Python · 0.4 s — `KeyError: 'price'`",
      'The column is called Price.',
      '· ▸ Python',
      'python| df["Price"]',
      '[Stop]',
    ]);
  });

  it.each([
    ['thinking', 'Thinking'],
    ['opening', 'Opening the sandbox'],
    ['repairing', 'Fixing the error'],
    ['finishing', 'Finishing'],
  ] as const)('says %s as "%s"', (phase, said) => {
    expect(shown({ phase })[0]).toBe(`· ⏳ *${said}* · 12 s`);
  });

  it('shows no time in the first second', () => {
    expect(sketch(render(progressOf({}), START + 900).blocks)[0]).toBe('· ⏳ *Starting*');
  });
});

describe('when the turn is over', () => {
  it('shows the answer, folds the earlier step, and says what it took', () => {
    const usage = { inputTokens: 1_234, outputTokens: 340 };
    const parts = [words('Reading.'), badStep, words('It is **Price**.'), goodStep, words('The mean is **42.5**.')];
    expect(shown({ outcome: done, parts, usage, artifacts: ['chart.png', 'my`data.csv'] })).toEqual([
      '· ✅ *Done* in 4.2 s · 2 attempts',
      'Reading.',
      "· ✗ Step 1 · Python · attempt 1 of 3 · 0.4 s — `KeyError: 'price'`",
      'It is Price.',
      '· ✓ Step 2 · Python · attempt 2 of 3 · 0.4 s',
      'python| df["Price"].mean()',
      '· Output',
      '| rows 3',
      '· Result',
      '| 42.5',
      'The mean is 42.5.',
      "· 📎 `chart.png`  `my'data.csv`",
      '· 2 runs · 1.2k tokens in · 340 out · variables kept',
    ]);
  });

  it.each<[string, RunResult, string]>([
    ['ok', ok(), '✓ Step 1 · Python · 0.4 s — 2 lines of output'],
    ['a value', ok([{ isMain: true, text: '55' }]), '✓ Step 1 · Python · 0.4 s — 2 lines of output · `55`'],
    ['a table', ok([{ isMain: true, text: 'a\nb' }]), '✓ Step 1 · Python · 0.4 s — 2 lines of output · a result'],
    [
      'a figure',
      ok([{ isMain: false, png: new Uint8Array(), text: '<Figure>' }], 61_000),
      '✓ Step 1 · Python · 1 min 1 s — 2 lines of output · 1 figure',
    ],
    ['an error', failed('E', 'a\nb'), '✗ Step 1 · Python · attempt 1 of 3 · 0.4 s — `E: a b`'],
    [
      'the time limit',
      { kind: 'timedOut', durationMs: 120_000, results: [], limitSeconds: 120, variables: 'kept' },
      '✗ Step 1 · Python · 2 min — stopped at the limit of 120 s',
    ],
    [
      'a stop',
      { kind: 'stopped', durationMs: 3_000, results: [], variables: 'lost' },
      '■ Step 1 · Python · 3.0 s — stopped',
    ],
    [
      'a flood',
      { kind: 'flooded', durationMs: 3_000, results: [], limitMb: 20, variables: 'kept' },
      '✗ Step 1 · Python · 3.0 s — stopped after printing 20 MB',
    ],
    [
      'a dead process',
      { kind: 'died', durationMs: 3_000, results: [], reason: 'The kernel ended.' },
      '✗ Step 1 · Python · 3.0 s — The kernel ended.',
    ],
    [
      'a lost sandbox',
      { kind: 'lost', durationMs: 3_000, results: [], reason: 'The sandbox <has> ended.' },
      '✗ Step 1 · Python · 3.0 s — The sandbox &lt;has&gt; ended.',
    ],
  ])('folds a step that ended with %s to one line', (_name, result, line) => {
    const lines = shown({
      outcome: done,
      parts: [step({ printed: 'a\nb\n', result }), step({ step: 2, result: ok() })],
    });
    expect(lines[1]).toBe(`· ${line}`);
  });

  it('says so when code printed nothing and gave nothing', () => {
    expect(shown({ outcome: done, parts: [step({ result: ok() })] })).toContain('· No output');
  });

  it('shows a run that never came to its end as interrupted, and brings its code itself', () => {
    const parts = [step({ code: python('x = 1\n'.repeat(100)), printed: 'line\n'.repeat(852) })];
    const failure = { reason: 'internal', message: 'I was restarted.' } as const;
    const message = render(progressOf({ outcome: { kind: 'error', failure }, parts }), NOW);
    const lines = sketch(message.blocks);
    expect(lines.slice(0, 2)).toEqual(['· ⚠️ I was restarted.', '· ■ Python']);
    expect(lines).toContain('· Output · last 40 of 852 lines');
    expect(message.files.map((file) => file.name)).toEqual(['step-1.py']);
  });

  it('shows the last lines of a traceback, without its colours', () => {
    const frames = Array.from({ length: 30 }, (_, index) => `\u001b[31mframe ${index}\u001b[0m`).join('\n');
    const result = failed('ValueError', 'no', `${frames}\nValueError: no`);
    const message = render(progressOf({ outcome: { kind: 'failed', reason: 'r' }, parts: [step({ result })] }), NOW);
    const lines = sketch(message.blocks);
    expect(lines).toContain('· Error · last 12 of 31 lines, all in `step-1-error.txt`');
    expect(lines.slice(-4, -1)).toEqual(['| frame 28', '| frame 29', '| ValueError: no']);
    expect(message.files.map((file) => file.name)).toEqual(['step-1-error.txt']);
  });

  it('shows a traceback without the frame IPython draws around it', () => {
    const trace = `${'-'.repeat(75)}\nKeyError${' '.repeat(35)}Traceback (most recent call last)\nCell In [3], line 3\n\nKeyError: 'x'`;
    const result = failed('KeyError', "'x'", trace);
    const message = render(progressOf({ outcome: { kind: 'failed', reason: 'r' }, parts: [step({ result })] }), NOW);
    const shown = sketch(message.blocks).filter((line) => line.startsWith('| '));
    expect(shown).toContain('| KeyError  Traceback (most recent call last)');
    expect(shown.join()).not.toContain('-----');
  });

  it.each<[string, Partial<Progress>, string, string]>([
    ['done without code', { outcome: done }, '✅ *Done* in 4.2 s', 'Done in 4.2 s'],
    [
      'failed',
      {
        outcome: { kind: 'failed', reason: 'The same <error> came back.' },
        parts: [badStep, { ...badStep, attempt: 3 }],
      },
      '❌ *Failed* after 3 attempts. The same &lt;error&gt; came back.',
      'Failed after 3 attempts. The same &lt;error&gt; came back.',
    ],
    [
      'stopped by a person',
      { outcome: { kind: 'stopped', by: 'U0123456', note: 'Variables were kept.' } },
      '⏹️ *Stopped* by <@U0123456> · Variables were kept.',
      'Stopped. Variables were kept.',
    ],
    [
      'stopped by something that is no user',
      { outcome: { kind: 'stopped', by: '<!channel>', note: '' } },
      '⏹️ *Stopped* by &lt;!channel&gt;',
      'Stopped.',
    ],
    ['stopped by nobody known', { outcome: { kind: 'stopped', by: '', note: 'x' } }, '⏹️ *Stopped* · x', 'Stopped. x'],
    [
      'ended by an error',
      {
        outcome: {
          kind: 'error',
          failure: { reason: 'model-auth', message: 'The key is wrong. Set ANTHROPIC_API_KEY.' },
        },
      },
      '⚠️ The key is wrong. Set ANTHROPIC_API_KEY.',
      'The key is wrong. Set ANTHROPIC_API_KEY.',
    ],
  ])('says in blocks and in text how it ended: %s', (_name, change, line, text) => {
    const message = render(progressOf(change), NOW);
    expect(sketch(message.blocks)[0]).toBe(`· ${line}`);
    expect(message.text).toBe(text);
  });

  it('gives the answer first in the text, for previews', () => {
    expect(renderText(progressOf({ outcome: done, parts: [goodStep, words('It is **42.5** & more.')] }))).toBe(
      'It is 42.5 &amp; more.\nDone in 4.2 s',
    );
    expect(renderText(progressOf({ outcome: done, parts: [goodStep] }))).toBe('rows 3\nDone in 4.2 s');
  });

  it('says that the earlier sandbox is gone, and what was noted', () => {
    const notes = ['One <file> was left out.', 'b', 'c', 'd', 'e'];
    const lines = shown({ outcome: done, sandboxLost: true, notes });
    expect(lines[1]).toMatch(/^· ⚠️ This thread's earlier sandbox is gone/);
    expect(lines.slice(2, 6)).toEqual(['· ℹ️ One &lt;file&gt; was left out.', '· ℹ️ b', '· ℹ️ c', '· and 2 more notes']);
  });

  it.each<[string, RunResult, string]>([
    ['kept', ok(), 'variables kept'],
    ['lost', { kind: 'stopped', durationMs: 1, results: [], variables: 'lost' }, 'variables lost'],
    ['died', { kind: 'died', durationMs: 1, results: [], reason: 'r' }, 'variables lost, files kept'],
    ['gone', { kind: 'lost', durationMs: 1, results: [], reason: 'r' }, 'sandbox lost'],
  ])('ends with what is left of the sandbox: %s', (_name, result, said) => {
    expect(shown({ outcome: done, parts: [step({ result })] }).at(-1)).toBe(`· 1 run · ${said}`);
  });
});

describe('results', () => {
  const results = (...values: readonly Partial<RichResult>[]) => {
    const parts = [step({ result: ok(values.map((value) => ({ isMain: false, ...value }))) })];
    return shown({ outcome: done, parts }).slice(3, -1);
  };

  it.each<[string, Partial<RichResult>, readonly string[]]>([
    ['a repr', { text: "'hello'" }, ['· Result', "| 'hello'"]],
    ['a table by its text', { text: '   a\n0  1', html: '<table>' }, ['· Result', '|    a', '| 0  1']],
    ['Markdown as such', { markdown: '**b** <!here>', text: '<Markdown>' }, ['· Result', 'b <!here>']],
    ['LaTeX where there is no text', { latex: '$x$' }, ['· Result', '| $x$']],
    ['an image only by its file', { png: new Uint8Array(), text: '<Figure size 640x480>' }, []],
  ])('shows %s', (_name, value, lines) => {
    expect(results(value)).toEqual(lines);
  });

  it('names the file that has what did not fit', () => {
    const text = Array.from({ length: 90 }, (_, index) => `row ${index}`).join('\n');
    const message = render(progressOf({ outcome: done, parts: [step({ result: ok([{ isMain: true, text }]) })] }), NOW);
    expect(sketch(message.blocks)).toContain('· Result · first 40 of 90 lines, all in `step-1-result.txt`');
    expect(message.files).toEqual([{ name: 'step-1-result.txt', text }]);
  });
});

describe('when everything is too much', () => {
  const rows = (unit: string) => unit.repeat(12_000);
  const heavy = (unit: string): Partial<Progress> => ({
    sandboxLost: true,
    parts: [
      ...Array.from({ length: 9 }, (_, index) => [
        words(rows(unit)),
        step({ step: index + 1, printed: rows(unit), result: failed(rows(unit), rows(unit), rows(unit)) }),
      ]).flat(),
      step({
        step: 10,
        attempt: 3,
        code: python(rows(unit)),
        printed: rows(unit),
        result: { ...failed(rows(unit), rows(unit), rows(unit)), results: [{ isMain: true, text: rows(unit) }] },
      }),
      words(rows(unit)),
    ],
    notes: Array.from({ length: 9 }, () => rows(unit)),
    artifacts: Array.from({ length: 40 }, () => rows(unit)),
  });

  it.each(['word ', '&', '\n', 'a\n', '<b>', '漢', '👩‍👩‍👧‍👦', '`', '**', '| a |\n', '> '])(
    'fits, and keeps room for words: %j',
    (unit) => {
      for (const outcome of [null, done]) {
        const message = render(progressOf({ ...heavy(unit), outcome }), NOW);
        expect(blocksSize(message.blocks)).toBeLessThanOrEqual(LIMITS.messageChars);
        expect(message.blocks.length).toBeLessThanOrEqual(LIMITS.blocksPerMessage);
      }
    },
  );

  it('shows some of the newest words beside a step that takes all it may', () => {
    const lines = shown({ ...heavy('word '), outcome: done });
    expect(lines.find((line) => line.startsWith('word word'))?.length).toBeGreaterThan(500);
    expect(lines.some((line) => /^· ⋯ [\d,]+ more characters, the whole answer is in `answer.md`$/.test(line))).toBe(
      true,
    );
  });

  it('leaves the middle of long code out and names the file that has it', () => {
    const source = Array.from({ length: 300 }, (_, index) => `x${index} = ${index}`).join('\n');
    const code = shown({ outcome: done, parts: [step({ code: python(source), result: ok() })] }).filter((line) =>
      line.startsWith('python|'),
    );
    expect(code).toHaveLength(50);
    expect([code[0], code[30], code.at(-1)]).toEqual([
      'python| x0 = 0',
      'python| ⋯ 251 of 300 lines not shown, all in step-1.py ⋯',
      'python| x299 = 299',
    ]);
  });
});

describe('the simple message', () => {
  it('has the words and the output in one section, parsed by nobody', () => {
    const parts = [step({ printed: 'a ``` b <!here>\n', result: ok() }), words('**See** <!channel>')];
    expect(sketch(renderSimple(progressOf({ outcome: done, parts }), NOW).blocks)).toEqual([
      '· ✅ *Done* in 4.2 s · 1 attempt',
      '§ See &lt;!channel&gt;',
      '§ ```',
      '§ a `\u200b`\u200b` b &lt;!here&gt;',
      '§ ```',
      '· 1 run · variables kept',
    ]);
  });

  it('keeps the Stop button while the turn runs', () => {
    expect(sketch(renderSimple(progressOf({}), NOW).blocks)).toEqual(['· ⏳ *Starting* · 12 s', '[Stop]']);
  });
});

describe('the other messages', () => {
  it('announces a repair in one short, safe line', () => {
    expect(renderRepairNotice({ attempt: 2, of: 3, error: "KeyError: 'price'" })).toBe(
      "Attempt 2 of 3 — fixing `KeyError: 'price'`",
    );
    const long = renderRepairNotice({ attempt: 2, of: 3, error: `a\`b <!here>\n${'x&'.repeat(500)}` });
    expect(long).toMatch(/^Attempt 2 of 3 — fixing `a'b &lt;!here&gt; (x&amp;)+x?…`$/);
    expect(long.length).toBeLessThanOrEqual(200);
    expect(renderRepairNotice({ attempt: 2, of: 3, error: ' ' })).toBe('Attempt 2 of 3 — fixing the error');
  });

  it('opens the thread of a slash command with who asked for what', () => {
    expect(renderTaskRoot({ user: 'U0123456', task: { kind: 'ask', text: 'plot <!here> x' } })).toEqual({
      text: '<@U0123456> ran: plot &lt;!here&gt; x',
      blocks: [
        {
          type: 'rich_text',
          elements: [
            {
              type: 'rich_text_section',
              elements: [
                { type: 'user', user_id: 'U0123456' },
                { type: 'text', text: ' ran:' },
              ],
            },
            { type: 'rich_text_quote', elements: [{ type: 'text', text: 'plot <!here> x' }] },
          ],
        },
      ],
    });
    const { blocks } = renderTaskRoot({ user: 'U0123456', task: { kind: 'code', code: python('print(1)\n') } });
    expect(sketch(blocks)).toEqual([' ran:', 'python| print(1)']);
  });

  it('helps in a few lines', () => {
    const { text, blocks } = renderHelp();
    expect(sketch(blocks)).toHaveLength(7);
    expect(Buffer.byteLength(text)).toBeLessThan(LIMITS.fallbackBytes);
    expect(text).not.toMatch(/[*`]/);
  });
});
