/** What every scenario is: a task it recognises, and a plan for it that looks only at what really happened. */
import type { Answer, Conversation } from '../conversation.ts';
import { errorLine, firstLine, quoted } from '../reading.ts';

export interface Scenario {
  readonly name: string;
  recognises(conversation: Conversation): boolean;
  answer(conversation: Conversation): Answer;
}

/** The end of a plan that has no repair for what happened. */
export function giveUp(conversation: Conversation): Answer {
  const result = conversation.runs.at(-1)?.result ?? '';
  const error = errorLine(result);
  if (!error) return { words: `The code could not run: ${firstLine(result)}` };
  return {
    words:
      `The run failed with ${quoted(error)}, and I have no repair for that: I am the scripted stand-in for a model. ` +
      'The code and its output are above.',
  };
}

/** The usual plan: say what will be done and run it; then say what came of it. */
export function runOnce(conversation: Conversation, begin: Answer, done: (output: string) => string): Answer {
  const run = conversation.runs.at(-1);
  if (!run) return begin;
  return run.failed ? giveUp(conversation) : { words: done(run.result) };
}
