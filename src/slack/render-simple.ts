/** A turn in the plainest blocks there are, for when Slack refuses the better ones: one section, a footer, the button. */
import { needsFile, outputFileName } from '../conversation/output.ts';
import type { Progress } from '../conversation/progress.ts';
import { actions, button, context, section } from './blocks.ts';
import { LIMITS } from './limits.ts';
import { escapeMrkdwn, fitEnd, fitStart } from './mrkdwn.ts';
import type { ReadMarkdown } from './mrkdwn-reader.ts';
import { againButtons } from './render-buttons.ts';
import { STOP_ACTION } from './render-chrome.ts';
import { endOf } from './render-excerpt.ts';
import { ANSWER_FILE, type RenderedMessage } from './render-shown.ts';
import { footer, statusLine, steps } from './render-status.ts';
import { lastWords, plainAnswer, renderText } from './render-text.ts';
import { dotted } from './render-words.ts';

const OUTPUT_ROOM = { chars: 1_200, lines: 20 };
/** For the sentence that says what was cut, fences and line ends. */
const EXTRA_CHARS = 160;

export function renderSimple(progress: Progress, now: number, read?: ReadMarkdown): RenderedMessage {
  const isOver = progress.outcome !== null;
  const last = steps(progress).at(-1);
  const totals = last && { lines: last.output.totalLines, chars: last.output.totalChars };
  const printed = endOf(last?.output.text ?? '', OUTPUT_ROOM, totals);
  const output = printed.text === '' ? '' : fence(printed.text);
  const answer = lastWords(progress, read);
  const room = LIMITS.simpleChars - output.length - EXTRA_CHARS;
  const words = isOver ? fitStart(answer, room) : fitEnd(answer, room);
  const whole = plainAnswer(progress);
  // Without its marks the answer is shorter; what counts is whether any of its words are missing.
  const isCut = words.length < answer.length || progress.parts.filter((part) => part.kind === 'words').length > 1;
  const cuts = dotted([
    isCut && (isOver ? `shortened, the whole answer is in \`${ANSWER_FILE}\`` : 'shortened'),
    printed.missing !== '' &&
      `${printed.missing} of output${last && isOver ? `, all in \`${outputFileName(last.step)}\`` : ''}`,
  ]);
  const body = [escapeMrkdwn(words), output, cuts === '' ? '' : `⋯ ${cuts}`].filter((part) => part.trim() !== '');
  const ending = isOver ? footer(progress) : '';
  return {
    text: renderText(progress, read),
    blocks: [
      context(statusLine(progress, now)),
      ...(body.length > 0 ? [section(body.join('\n'))] : []),
      ...(ending === '' ? [] : [context(ending)]),
      ...(isOver ? againButtons(progress) : [actions(button('Stop', STOP_ACTION, progress.turn))]),
    ],
    files: isOver
      ? [
          ...(isCut ? [{ name: ANSWER_FILE, text: whole }] : []),
          ...(last && printed.missing !== '' && !needsFile(last.output)
            ? [{ name: outputFileName(last.step), text: last.output.text }]
            : []),
        ]
      : [],
  };
}

/** A mrkdwn fence cannot hold three backticks: an invisible blank between them keeps it closed. */
function fence(text: string): string {
  return `\`\`\`\n${escapeMrkdwn(text.replace(/`(?=`)/g, '`\u200b'))}\n\`\`\``;
}
