import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Completion } from '../../src/conversation/completion.ts';
import type { RichResult, RunResult } from '../../src/conversation/events.ts';
import type { Progress } from '../../src/conversation/progress.ts';
import { type Block, blocksSize, type RichElement } from '../../src/slack/blocks.ts';
import { LIMITS } from '../../src/slack/limits.ts';
import { render, renderHelp, renderSimple, renderTaskRoot, renderText } from '../../src/slack/render.ts';
import { renderCompletion } from '../../src/slack/render-notices.ts';
import { failed, foreign, ok, progressOf, python, START, step, TURN, words } from './progress-cases.ts';

const NOW = START + 12_300;
const done = { kind: 'done' } as const;
const NO_TOKENS = { inputTokens: 0, outputTokens: 0 };
/** What stands under a finished turn in which code ran. */
const BUTTONS = ['[Re-run]', '[Edit & run]', '[Show code]'];

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
    expect(lines).toContain('· Output · last 20 of 852 lines, all in `step-1-output.txt`');
    expect(lines.filter((line) => line === '| line')).toHaveLength(20);
  });

  it('counts characters where lines are too long to count', () => {
    const lines = shown({ phase: 'running', parts: [step({ printed: 'x'.repeat(123_456) })] });
    expect(lines).toContain('· Output · last 2,400 of 123,456 characters, all of it follows as a file');
  });

  it('folds the failed step once its repair is written, and says which attempt it is', () => {
    const parts = [badStep, words('The column is called Price.')];
    expect(shown({ phase: 'writing', attempt: 2, parts, draft: python('df["Price"]') })).toEqual([
      '· ⏳ *Writing Python* · attempt 2 of 3 · 12 s',
      "· ✗ Attempt 1 of 3 · Python · 0.4 s — `KeyError: 'price'`",
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
      "· ✗ Attempt 1 of 3 · Python · 0.4 s — `KeyError: 'price'`",
      'It is Price.',
      '· ✓ Attempt 2 of 3 · Python · 0.4 s',
      'python| df["Price"].mean()',
      '· Output',
      '| rows 3',
      '· Result',
      '| 42.5',
      'The mean is 42.5.',
      "· 📎 `chart.png`  `my'data.csv`",
      '· 2 runs · 1.2k tokens in, 340 out · variables kept',
      ...BUTTONS,
    ]);
  });

  it.each<[string, Partial<Progress>, string]>([
    ['of a priced turn', { costUsd: 0.0042 }, '· 1 run · 1.2k tokens in, 340 out · $0.004 · variables kept'],
    ['of a cheap one', { costUsd: 0.0004 }, '· 1 run · 1.2k tokens in, 340 out · under $0.001 · variables kept'],
    ['of a dear one', { costUsd: 1.4 }, '· 1 run · 1.2k tokens in, 340 out · $1.40 · variables kept'],
    ['of a first turn', { sandbox: 'new' }, '· 1 run · 1.2k tokens in, 340 out · new sandbox'],
    ['of one whose sandbox slept', { sandbox: 'resumed' }, '· 1 run · 1.2k tokens in, 340 out · sandbox resumed'],
    ['of code as it is', { asIs: true, usage: NO_TOKENS, sandbox: 'new' }, '· 1 run · new sandbox'],
  ])('the footer %s', (_name, more, footer) => {
    const usage = { inputTokens: 1_234, outputTokens: 340 };
    const lines = shown({ outcome: done, parts: [step({ result: ok() })], usage, ...more });
    expect(lines).toContain(footer);
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
    ['an error', failed('E', 'a\nb'), '✗ Step 1 · Python · 0.4 s — `E: a b`'],
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

  it('shows where a traceback begins and how it ends, without its colours', () => {
    const frames = Array.from({ length: 30 }, (_, index) => `\u001b[31mframe ${index}\u001b[0m`).join('\n');
    const result = failed('ValueError', 'no', `${frames}\nValueError: no`);
    const message = render(progressOf({ outcome: { kind: 'failed', reason: 'r' }, parts: [step({ result })] }), NOW);
    const lines = sketch(message.blocks);
    expect(lines.slice(1, 5)).toEqual(['· ✗ Python · 0.4 s — failed', 'python| print(1)', '· Error', '| frame 0']);
    expect(lines.slice(-8 - BUTTONS.length, -1 - BUTTONS.length)).toEqual([
      '| ⋯ 16 of 31 lines left out, all in step-1-error.txt ⋯',
      '| frame 25',
      '| frame 26',
      '| frame 27',
      '| frame 28',
      '| frame 29',
      '| ValueError: no',
    ]);
    expect(message.files.map((file) => file.name)).toEqual(['step-1-error.txt']);
  });

  it('leaves the frames of libraries out of a long traceback first', () => {
    const foreign = (name: string) =>
      [`File /usr/lib/python3/${name}.py:1, in f()`, ...Array(9).fill(`  ${name}`)].join('\n');
    const own = 'Cell In [1], line 2\n      1 import json\n----> 2 json.loads("{")';
    const trace = [own, foreign('a'), foreign('b'), 'JSONDecodeError: Expecting value'].join('\n\n');
    const result = failed('JSONDecodeError', 'Expecting value', trace);
    expect(shown({ outcome: { kind: 'failed', reason: 'r' }, parts: [step({ result })] }).slice(4, 9)).toEqual([
      '| Cell In [1], line 2',
      '|       1 import json',
      '| ----> 2 json.loads("{")',
      '| ⋯ 22 lines left out, all in step-1-error.txt ⋯',
      '| JSONDecodeError: Expecting value',
    ]);
  });

  it('shows a traceback without the frame IPython draws around it', () => {
    const trace = `${'-'.repeat(75)}\nKeyError${' '.repeat(35)}Traceback (most recent call last)\nCell In [3], line 3\n\nKeyError: 'x'`;
    const result = failed('KeyError', "'x'", trace);
    const message = render(progressOf({ outcome: { kind: 'failed', reason: 'r' }, parts: [step({ result })] }), NOW);
    const shown = sketch(message.blocks).filter((line) => line.startsWith('| '));
    expect(shown).toContain('| Traceback (most recent call last)');
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

  it.each<[string, Partial<Progress>, string]>([
    ['just begun', {}, 'Starting …'],
    ['thinking', { phase: 'thinking' }, 'Thinking …'],
    [
      'writing code',
      { phase: 'writing', parts: [words('I will **plot** it.')], draft: python('import') },
      'Writing Python …\nI will plot it.',
    ],
    [
      'running',
      { phase: 'running', parts: [words('Here <goes>.'), step({ printed: 'hi\n' })] },
      'Running Python …\nHere &lt;goes&gt;.',
    ],
    [
      'repairing',
      { phase: 'repairing', attempt: 2, parts: [badStep, words('It is called `Price`.')] },
      'Fixing the error (attempt 2 of 3) …\nIt is called Price.',
    ],
    ['done', { outcome: done, parts: [goodStep, words('It is **42.5**.')] }, 'It is 42.5.\nDone in 4.2 s'],
    ['done with a list', { outcome: done, parts: [words('1. a\n2. b')] }, '1. a\n2. b\nDone in 4.2 s'],
    ['done without words', { outcome: done, parts: [goodStep] }, 'rows 3\nDone in 4.2 s'],
    ['done without anything', { outcome: done, parts: [step({ result: ok() })] }, 'Done in 4.2 s'],
    [
      'failed',
      { outcome: { kind: 'failed', reason: 'The error was `X`.' }, parts: [badStep, words('I tried.')] },
      'Failed. The error was `X`.\nI tried.',
    ],
    [
      'stopped',
      {
        outcome: { kind: 'stopped', by: 'U0123456', note: 'The variables are kept.' },
        parts: [words('I will count.')],
      },
      'Stopped. The variables are kept.\nI will count.',
    ],
    [
      'not possible',
      { outcome: { kind: 'error', failure: { reason: 'model-unavailable', message: 'The model is overloaded.' } } },
      'The model is overloaded.',
    ],
  ])('says in plain text that it is %s', (_name, change, text) => {
    expect(renderText(progressOf(change))).toBe(text);
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
    ['ended', { kind: 'stopped', durationMs: 1, results: [], variables: 'lost', by: 'kill' }, 'sandbox ended'],
    ['died', { kind: 'died', durationMs: 1, results: [], reason: 'r' }, 'variables lost, files kept'],
    ['gone', { kind: 'lost', durationMs: 1, results: [], reason: 'r' }, 'sandbox lost'],
  ])('ends with what is left of the sandbox: %s', (_name, result, said) => {
    expect(shown({ outcome: done, parts: [step({ result })] }).at(-1 - BUTTONS.length)).toBe(`· 1 run · ${said}`);
  });
});

describe('the buttons under a finished turn', () => {
  const buttons = (change: Partial<Progress>) => shown(change).filter((line) => line.startsWith('['));
  const broken = { outcome: { kind: 'failed', reason: 'r' }, parts: [badStep] } as const;

  it.each<[string, Partial<Progress>, readonly string[]]>([
    ['none where no code ran', { outcome: done, parts: [words('Hello.')] }, []],
    ['the last code again, edited, or shown', { outcome: done, parts: [badStep, goodStep] }, BUTTONS],
    ['a repair of code that ran as it is', { ...broken, asIs: true }, [...BUTTONS.toSpliced(2, 0, '[Fix it]')]],
    ['no repair of what went well', { outcome: done, parts: [goodStep], asIs: true }, BUTTONS],
    ['no repair of what the model gave up', broken, BUTTONS],
    ['the code of a stopped turn', { outcome: { kind: 'stopped', by: 'U1', note: 'x' }, parts: [step()] }, BUTTONS],
  ])('are %s', (_name, change, expected) => {
    expect(buttons(change)).toEqual(expected);
    const simple = sketch(renderSimple(progressOf(change), NOW).blocks).filter((line) => line.startsWith('['));
    expect(simple).toEqual(expected);
  });
});

describe('results', () => {
  const results = (...values: readonly Partial<RichResult>[]) => {
    const parts = [step({ result: ok(values.map((value) => ({ isMain: false, ...value }))) })];
    return shown({ outcome: done, parts }).slice(3, -1 - BUTTONS.length);
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

  it('draws a data frame that is too wide for a thread again', () => {
    const cells = (kind: string, row: readonly string[]) =>
      `<tr>${row.map((c) => `<${kind}>${c}</${kind}>`).join('')}</tr>`;
    const note = 'the most populous metropolitan area &lt;of all&gt;';
    const html = `<table border="1" class="dataframe"><thead>${cells('th', ['', 'city', 'people', 'note'])}</thead><tbody>${cells('td', ['0', 'Tokyo', '13,960', note])}</tbody></table>`;
    const text = `    city  people  ${' '.repeat(40)}note\n0  Tokyo  13,960  ${note}\n\n[852 rows x 3 columns]`;
    expect(results({ text, html })).toEqual([
      '· Result',
      '|    city   people  note',
      '| ─  ─────  ──────  ──────────────────────────',
      '| 0  Tokyo  13,960  the most populous',
      '|                   metropolitan area <of all>',
      '| ',
      '| [852 rows x 3 columns]',
    ]);
    expect(results({ text, html: html.replace('<td>', '<td colspan="2">') })[1]).toBe(`| ${text.split('\n')[0]}`);
  });

  it('sets the columns of a data frame that do not fit beside each other below each other', () => {
    const cells = (row: readonly string[]) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
    const names = Array.from({ length: 8 }, (_, column) => `column ${column}`);
    const html = `<table class="dataframe">${cells(['', ...names])}${cells(['0', ...names.map((_, n) => String(n))])}</table>`;
    expect(results({ text: `${names.join('  ')}\n0`, html })).toEqual([
      '· Result',
      '|    column 0  column 1  column 2  column 3',
      '| ─  ────────  ────────  ────────  ────────',
      '| 0         0         1         2         3',
      '| ',
      '|    column 4  column 5  column 6  column 7',
      '| ─  ────────  ────────  ────────  ────────',
      '| 0         4         5         6         7',
    ]);
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
    expect(code).toHaveLength(15);
    expect([code[0], code[9], code.at(-1)]).toEqual([
      'python| x0 = 0',
      'python| # ⋯ 286 of 300 lines left out, all in step-1.py ⋯',
      'python| x299 = 299',
    ]);
  });
});

describe('the simple message', () => {
  it('has the words and the output in one section, parsed by nobody', () => {
    const parts = [step({ printed: 'a ``` b <!here>\n', result: ok() }), words('**See** <!channel>')];
    expect(sketch(renderSimple(progressOf({ outcome: done, parts }), NOW).blocks)).toEqual([
      '· ✅ *Done* in 4.2 s',
      '§ See &lt;!channel&gt;',
      '§ ```',
      '§ a `\u200b`\u200b` b &lt;!here&gt;',
      '§ ```',
      '· 1 run · variables kept',
      ...BUTTONS,
    ]);
  });

  it('keeps the Stop button while the turn runs', () => {
    expect(sketch(renderSimple(progressOf({}), NOW).blocks)).toEqual(['· ⏳ *Starting* · 12 s', '[Stop]']);
  });
});

describe('the other messages', () => {
  it.each<[string, Completion, string]>([
    ['done', { kind: 'done', tookMs: 130_000, words: 'It is **42**.\nMore.' }, 'done in 2 min 10 s: It is 42. More.'],
    ['done without words', { kind: 'done', tookMs: 61_000, words: ' ' }, 'done in 1 min 1 s'],
    ['failed', { kind: 'failed', tookMs: 61_000, words: 'The error.' }, 'failed after 1 min 1 s: The error.'],
    ['stopped', { kind: 'stopped', tookMs: 61_000, words: 'Kept.' }, 'stopped after 1 min 1 s: Kept.'],
    ['stuck', { kind: 'needs-you', tookMs: 61_000, words: 'The key.' }, 'needs you after 1 min 1 s: The key.'],
  ])('tells a person that a long turn is %s', (_name, completion, said) => {
    expect(renderCompletion('U0123456', completion)).toBe(`<@U0123456> ${said}`);
  });

  it('mentions nobody but that person, whatever the answer says', () => {
    fc.assert(
      fc.property(foreign, foreign, (user, text) => {
        const said = renderCompletion('U0123456', { kind: 'done', tookMs: 90_000, words: text });
        expect(said.match(/<[^>]*>?/g)).toEqual(['<@U0123456>']);
        expect(said.length).toBeLessThanOrEqual(220);
        expect(said).not.toContain('\n');
        expect(renderCompletion(`!${user}`, { kind: 'done', tookMs: 90_000, words: text })).not.toContain('<');
      }),
    );
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
