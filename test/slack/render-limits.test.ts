/** What holds for every message, whatever the turn was: fast-check makes the turns up. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { needsFile } from '../../src/conversation/output.ts';
import type { Progress, StepPart } from '../../src/conversation/progress.ts';
import { checkMessageBlocks } from '../../src/local/slack/blocks/check.ts';
import { type Block, blocksSize } from '../../src/slack/blocks.ts';
import { LIMITS } from '../../src/slack/limits.ts';
import { printable } from '../../src/slack/mrkdwn.ts';
import { markdownElements, plainText } from '../../src/slack/mrkdwn-markdown.ts';
import { type RenderedMessage, render, renderSimple } from '../../src/slack/render.ts';
import { anyProgress, START, TURN } from './progress-cases.ts';

const NOW = START + 12_345;
const RUNS = { numRuns: 60 };

/** Every string that Slack parses as mrkdwn. */
function mrkdwnOf(message: RenderedMessage): string[] {
  return [message.text, ...message.blocks.flatMap(parsedTexts)];
}

function parsedTexts(block: Block): string[] {
  if (block.type === 'section') return [block.text?.text ?? ''];
  if (block.type !== 'context') return [];
  return block.elements.map((element) => ('text' in element ? element.text : ''));
}

/** Every record anywhere in a value. */
function records(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(records);
  if (typeof value !== 'object' || value === null) return [];
  return [{ ...value }, ...Object.values(value).flatMap(records)];
}

function literalTexts(message: RenderedMessage): string[] {
  return records(message.blocks.filter((block) => block.type === 'rich_text'))
    .filter((record) => record['type'] === 'text')
    .map((record) => String(record['text']));
}

function hasStop(message: RenderedMessage): boolean {
  return records(message.blocks).some((record) => record['action_id'] === 'turn.stop' && record['value'] === TURN);
}

describe.each([
  ['the message', render],
  ['the simple message', renderSimple],
])('%s', (_name, how) => {
  const property = (check: (message: RenderedMessage, progress: Progress) => void) =>
    fc.assert(
      fc.property(anyProgress, (progress) => check(how(progress, NOW), progress)),
      RUNS,
    );

  it('is within every limit', () => {
    property((message) => {
      expect(message.blocks.length).toBeGreaterThan(0);
      expect(message.blocks.length).toBeLessThanOrEqual(LIMITS.blocksPerMessage);
      expect(blocksSize(message.blocks)).toBeLessThanOrEqual(LIMITS.messageChars);
      expect(message.text.trim()).not.toBe('');
      expect(Buffer.byteLength(message.text)).toBeLessThanOrEqual(LIMITS.fallbackBytes);
      for (const text of message.blocks.flatMap(parsedTexts)) expect(text.length).toBeLessThanOrEqual(3_000);
    });
  });

  it('is accepted by a workspace that checks blocks as Slack does', () => {
    property((message) => {
      const sent: unknown = JSON.parse(JSON.stringify(message.blocks));
      expect(checkMessageBlocks(sent, { isFileReady: () => false })).toMatchObject({ ok: true });
    });
  });

  it('notifies nobody and links nowhere unsafe', () => {
    property((message, progress) => {
      const stoppedBy = progress.outcome?.kind === 'stopped' ? progress.outcome.by : '';
      for (const text of mrkdwnOf(message)) {
        expect((text.match(/<[^>]*>?/g) ?? []).filter((token) => token !== `<@${stoppedBy}>`)).toEqual([]);
      }
      const rich = records(message.blocks.filter((block) => block.type === 'rich_text'));
      expect(rich.map((record) => record['type'])).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(user|usergroup|channel|broadcast|emoji|date)$/)]),
      );
      for (const { url } of rich) if (url !== undefined) expect(String(url)).toMatch(/^(https?|mailto):/);
    });
  });

  it('has a Stop button while the turn runs, and after it only where code ran', () => {
    property((message, progress) => {
      const isOver = progress.outcome !== null;
      expect(hasStop(message)).toBe(!isOver);
      const rows = message.blocks.filter((block) => block.type === 'actions');
      expect(rows).toHaveLength(!isOver || progress.parts.some((part) => part.kind === 'step') ? 1 : 0);
      expect(message.blocks.at(-1)?.type === 'actions').toBe(rows.length === 1);
    });
  });

  it('is the same for the same progress', () => {
    property((message, progress) => {
      expect(how(progress, NOW)).toEqual(message);
    });
  });

  it('holds no control characters and no half characters', () => {
    property((message) => {
      for (const text of [...mrkdwnOf(message), ...literalTexts(message)]) {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
        expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|\p{Surrogate}/u);
      }
    });
  });

  it('names the files it brings, and brings none while the turn runs', () => {
    property((message, progress) => {
      if (progress.outcome === null) expect(message.files).toEqual([]);
      const said = message.blocks.flatMap(parsedTexts).join('\n');
      for (const file of message.files) expect(said + literalTexts(message).join('\n')).toContain(file.name);
    });
  });
});

describe('what is left out is said', () => {
  const open = (progress: Progress): StepPart | undefined => {
    const last = progress.parts.findLast((part) => part.kind === 'step');
    return progress.draft && progress.outcome === null ? undefined : last;
  };

  it('of the output of the open step', () => {
    fc.assert(
      fc.property(anyProgress, (progress) => {
        const step = open(progress);
        const whole = step?.output.text.trimEnd() ?? '';
        fc.pre(step !== undefined && whole !== '');
        const message = render(progress, NOW);
        if (literalTexts(message).includes(whole) && step?.output.droppedChars === 0) return;
        const said = message.blocks.flatMap(parsedTexts).join('\n');
        expect(said).toMatch(/^Output · last [\d,]+ of [\d,]+ (lines|characters)(, all (of it follows|in `step-)|$)/m);
        if (step?.result) expect(needsFile(step.output)).toBe(true);
      }),
      RUNS,
    );
  });

  it('of the words', () => {
    fc.assert(
      fc.property(anyProgress, (progress) => {
        const message = render({ ...progress, outcome: { kind: 'done' } }, NOW);
        const said = message.blocks.flatMap(parsedTexts).join('\n');
        if (said.includes('the whole answer is in `answer.md`')) return;
        const shown = literalTexts(message).join('').replace(/\s/g, '');
        for (const part of progress.parts) {
          if (part.kind !== 'words') continue;
          const literal = records(markdownElements(part.text)).filter((record) => record['type'] === 'text');
          for (const { text } of literal) expect(shown).toContain(String(text).replace(/\s/g, ''));
        }
      }),
      RUNS,
    );
  });

  it('of the steps', () => {
    fc.assert(
      fc.property(anyProgress, (progress) => {
        const message = render(progress, NOW);
        const all = progress.parts.filter((part) => part.kind === 'step').length;
        const said = message.blocks.flatMap(parsedTexts).join('\n');
        const heads = /^[▸✓✗■] (Step \d+|Attempt \d+|Python|JavaScript|Bash)/;
        const shown = said.split('\n').filter((line) => heads.test(line)).length;
        const draft = printable(progress.draft?.source ?? '').trim() === '' ? 0 : 1;
        const hidden = Number(/^⋯ (\d+) earlier step/m.exec(said)?.[1] ?? 0);
        expect(shown + hidden).toBe(all + draft);
      }),
      RUNS,
    );
  });

  it('keeps the end of the newest words while they are written', () => {
    const text = `${'early words. '.repeat(3_000)}THE END`;
    const message = render(
      {
        ...fc.sample(anyProgress, { numRuns: 1, seed: 1 })[0],
        parts: [{ kind: 'words', text }],
        draft: null,
        outcome: null,
      } as Progress,
      NOW,
    );
    expect(plainText(message.blocks.flatMap((block) => (block.type === 'rich_text' ? block.elements : [])))).toMatch(
      /THE END$/,
    );
    expect(message.blocks.flatMap(parsedTexts).join('\n')).toMatch(/⋯ [\d,]+ more characters before this/);
  });
});
