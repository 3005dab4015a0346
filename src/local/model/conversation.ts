/** A request as the scripted brain sees it: what was asked, and what has been run for it so far. Pure. */
import type { Prompt } from './schema.ts';
import { merged } from './validate.ts';

export type Language = 'python' | 'javascript' | 'bash';

/** A run that was made for the task at hand, and what came back. */
export interface Run {
  readonly code: string;
  readonly result: string;
  readonly failed: boolean;
}

export interface Conversation {
  /** The last thing a person asked. */
  readonly task: string;
  /** What was asked before it in this thread, oldest first. */
  readonly earlier: readonly string[];
  /** The code that was written for earlier tasks. */
  readonly earlierCode: readonly string[];
  /** The runs for this task, oldest first. */
  readonly runs: readonly Run[];
  /** True when the last result says that no more code will be run: only words are wanted. */
  readonly closed: boolean;
}

/** What the brain says: words, and perhaps code to run after them. */
export interface Answer {
  /** What it thought before it spoke. */
  readonly thought?: string;
  readonly words: string;
  readonly run?: { readonly language: Language; readonly code: string };
}

/** How the bot ends the result of a run that was the last. */
const CLOSING = /^\[No more code can be run\b/m;

interface Asked {
  readonly task: string;
  readonly runs: Run[];
}

export function readConversation(prompt: Prompt): Conversation {
  const asked: Asked[] = [];
  const code = new Map<string, string>();
  for (const block of merged(prompt.messages).flatMap((turn) =>
    turn.content.map((each) => ({ role: turn.role, each })),
  )) {
    const { role, each } = block;
    if (each.type === 'text' && role === 'user') asked.push({ task: each.text, runs: [] });
    if (each.type === 'tool_use') code.set(each.id, typeof each.input['code'] === 'string' ? each.input['code'] : '');
    if (each.type === 'tool_result') {
      const run = {
        code: code.get(each.tool_use_id) ?? '',
        result: resultText(each.content),
        failed: each.is_error ?? false,
      };
      asked.at(-1)?.runs.push(run);
    }
  }
  const last = asked.at(-1) ?? { task: '', runs: [] };
  const before = asked.slice(0, -1);
  return {
    task: last.task,
    earlier: before.map((one) => one.task),
    earlierCode: before.flatMap((one) => one.runs.map((run) => run.code)),
    runs: last.runs,
    closed: CLOSING.test(last.runs.at(-1)?.result ?? ''),
  };
}

function resultText(
  content: string | readonly { readonly type: string; readonly text?: unknown }[] | undefined,
): string {
  if (content === undefined) return '';
  if (typeof content === 'string') return content;
  return content.map((block) => (typeof block.text === 'string' ? block.text : '')).join('\n');
}
