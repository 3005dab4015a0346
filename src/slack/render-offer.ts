/** The offer to run a task in the direct message instead, where the bot is no member. The button carries the task. */
import type { Task } from '../conversation/events.ts';
import { actions, type Block, button, section } from './blocks.ts';
import { codeOf, languageOf } from './inbound-code.ts';
import { object, text } from './inbound-json.ts';
import { escapeMrkdwn } from './mrkdwn.ts';

export const DIRECT_ACTION = 'run.direct';

/** Slack's limit for the value of a button. */
const VALUE_CHARS = 2_000;
const LABEL = 'Run it in our DM';
const TOO_LONG = 'Or paste it into a direct message with me: it is too long to take along.';

export function renderOffer(message: string, task: Task): { readonly text: string; readonly blocks: Block[] } {
  const value = JSON.stringify(task.kind === 'ask' ? { ask: task.text } : task.code);
  const fits = value.length <= VALUE_CHARS;
  const said = escapeMrkdwn(fits ? message : `${message} ${TOO_LONG}`);
  return { text: said, blocks: fits ? [section(said), actions(button(LABEL, DIRECT_ACTION, value))] : [] };
}

/** The task a button carries; undefined when it is none of ours. */
export function offeredTask(value: unknown): Task | undefined {
  const offered = parsed(text(value) ?? '');
  const ask = text(offered['ask']);
  if (ask !== undefined) return { kind: 'ask', text: ask };
  const language = languageOf(text(offered['language']) ?? '');
  const code = language && codeOf(language, text(offered['source']) ?? '');
  return code?.ok && code.code.source !== '' ? { kind: 'code', code: code.code } : undefined;
}

function parsed(value: string): ReturnType<typeof object> {
  try {
    return object(JSON.parse(value));
  } catch {
    return {};
  }
}
