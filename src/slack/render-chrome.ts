/** What stands around the words and the steps: status on top; notes, files, footer and buttons at the end. */
import type { Progress } from '../conversation/progress.ts';
import { actions, type Block, button, context } from './blocks.ts';
import { codeSpan, mrkdwnLine } from './mrkdwn.ts';
import { againButtons } from './render-buttons.ts';
import { footer, statusLine } from './render-status.ts';
import { counted } from './render-words.ts';

/** The Stop button; its value is the turn's id. */
export const STOP_ACTION = 'turn.stop';

const NOTES = 3;
const NOTE_CHARS = 200;
const FILES = 6;
const FILE_NAME_CHARS = 50;

const LOST =
  "⚠️ This thread's earlier sandbox is gone, with its variables and the files that code wrote. A new one was started.";

export function top(progress: Progress, now: number): Block[] {
  return [context(statusLine(progress, now)), ...(progress.sandboxLost ? [context(LOST)] : [])];
}

export function bottom(progress: Progress): Block[] {
  const said = progress.outcome ? footer(progress) : '';
  return [
    ...notes(progress.notes),
    ...files(progress.artifacts),
    ...(said === '' ? [] : [context(said)]),
    ...(progress.outcome ? againButtons(progress) : [actions(button('Stop', STOP_ACTION, progress.turn))]),
  ];
}

function notes(texts: readonly string[]): Block[] {
  const lines = texts.map((note) => mrkdwnLine(note, NOTE_CHARS)).filter((line) => line !== '');
  if (lines.length === 0) return [];
  const shown = lines.slice(0, NOTES).map((line) => `ℹ️ ${line}`);
  const more = lines.length - shown.length;
  return [context([...shown, ...(more > 0 ? [`and ${counted(more, 'more note')}`] : [])].join('\n'))];
}

function files(names: readonly string[]): Block[] {
  const spans = names.map((name) => codeSpan(name, FILE_NAME_CHARS)).filter((span) => span !== '');
  if (spans.length === 0) return [];
  const more = spans.length - FILES;
  return [context(`📎 ${spans.slice(0, FILES).join('  ')}${more > 0 ? ` and ${counted(more, 'more file')}` : ''}`)];
}
