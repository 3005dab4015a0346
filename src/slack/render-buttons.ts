/** The buttons under a finished turn, and the line that takes their place. */
import type { AgainGesture, ButtonRecord } from '../conversation/events.ts';
import type { Progress } from '../conversation/progress.ts';
import { actions, type Block, button, context } from './blocks.ts';
import { type Json, object, objects } from './inbound-json.ts';
import { steps } from './render-status.ts';

/** Their values are the turn's id. */
export const AGAIN_ACTIONS: Readonly<Record<AgainGesture, string>> = {
  rerun: 'turn.rerun',
  edit: 'turn.edit',
  fix: 'turn.fix',
  code: 'turn.code',
  retry: 'turn.retry',
  reread: 'turn.reread',
};

const LABELS: Readonly<Record<AgainGesture, string>> = {
  rerun: 'Re-run',
  edit: 'Edit & run',
  fix: 'Fix it',
  code: 'Show code',
  retry: 'Retry',
  reread: 'Re-run',
};

/** The buttons that start something; showing the code stays possible for ever. */
const STARTING: ReadonlySet<unknown> = new Set(
  (['rerun', 'edit', 'fix', 'retry', 'reread'] as const).map((gesture) => AGAIN_ACTIONS[gesture]),
);

/** Where code ran, something can be done with it. What the model ran, it has tried to repair: "Fix it" is for the rest. */
export function againButtons(progress: Progress): Block[] {
  const { outcome, turn, asIs } = progress;
  if (outcome?.kind === 'error' && outcome.failure.reason === 'restarted') {
    return [actions(button(LABELS.retry, AGAIN_ACTIONS.retry, turn))];
  }
  if (outcome === null || steps(progress).length === 0) return [];
  const isBroken = asIs && outcome.kind === 'failed';
  const gestures: AgainGesture[] = ['rerun', 'edit', ...(isBroken ? (['fix'] as const) : []), 'code'];
  return [actions(...gestures.map((gesture) => button(LABELS[gesture], AGAIN_ACTIONS[gesture], turn)))];
}

/** The button under the notice that a message was edited too late for its turn. */
export function rereadButton(turn: string): Block {
  return actions(button(LABELS.reread, AGAIN_ACTIONS.reread, turn));
}

const PAST: Readonly<Record<Extract<ButtonRecord, { kind: 'past' }>['reason'], string>> = {
  newer: '↓ The thread went on from here',
  closed: '■ This session was ended',
  unknown: 'The buttons of this answer do not work any more',
};

/** As mrkdwn. */
export function recordLine(record: ButtonRecord): string {
  if (record.kind === 'past') {
    return PAST[record.reason];
  }
  const who = /^[UW][A-Z0-9]{2,20}$/.test(record.by) ? `by <@${record.by}>` : 'by somebody';
  switch (record.gesture) {
    case 'rerun':
    case 'reread':
      return `↻ Re-run ${who}`;
    case 'edit':
      return `✎ Edited and run ${who}`;
    case 'fix':
      return `⚒ Fix asked for ${who}`;
    case 'retry':
      return `↻ Started anew ${who}`;
  }
}

/** The blocks of a posted message with a line in place of its buttons; undefined where it has none that start something. */
export function withRecord(blocks: unknown, record: ButtonRecord): readonly Json[] | undefined {
  const isKnown = record.kind === 'used' || record.reason !== 'unknown';
  const isStarting = (element: Json) => STARTING.has(element['action_id']);
  let isChanged = false;
  const after = objects(blocks).flatMap((block): readonly Json[] => {
    const elements = objects(block['elements']);
    if (block['type'] !== 'actions' || !elements.some(isStarting)) return [block];
    isChanged = true;
    const kept = isKnown ? elements.filter((element) => !isStarting(element)) : [];
    const line = object(context(recordLine(record)));
    return kept.length > 0 ? [line, { ...block, elements: kept }] : [line];
  });
  return isChanged ? after : undefined;
}
