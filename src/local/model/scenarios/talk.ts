/** Words without code: a greeting, and the honest answer to everything that no script covers. */
import type { Answer } from '../conversation.ts';
import { EXAMPLES } from '../examples.ts';
import type { Scenario } from './scenario.ts';

const HELLO = /^(hi|hey|hello|hallo|moin|good (morning|afternoon|evening)|yo)\b/i;
const THANKS = /\b(thanks|thank you|thx|cheers|danke|well done|great|perfect|nice)\b/i;
/** Longer than this, and it is a task with a courtesy in it. */
const COURTESY_WORDS = 6;

export const courtesy: Scenario = {
  name: 'courtesy',
  recognises: ({ task, runs }) =>
    runs.length === 0 &&
    task.trim().split(/\s+/).length <= COURTESY_WORDS &&
    (HELLO.test(task.trim()) || THANKS.test(task)),
  answer: ({ task }) =>
    HELLO.test(task.trim())
      ? { words: `Hello! Give me a task, for example: _${EXAMPLES[0]}_.` }
      : { words: "You're welcome! Variables and files stay in this thread, so just reply to go on." },
};

export function unknownTask(): Answer {
  return {
    words: [
      '**No model is connected**, so I cannot work on this: I am a scripted stand-in that knows a few examples.',
      `What I do know:\n${EXAMPLES.map((example) => `- ${example}`).join('\n')}`,
      'To connect a real model, put `ANTHROPIC_API_KEY` in `.env` and start again; `ANTHROPIC_BASE_URL` and ' +
        '`ANTHROPIC_MODEL` do it for a server of your own.',
      'Your own code runs without any model: send `/run` with a fenced code block.',
    ].join('\n\n'),
  };
}
