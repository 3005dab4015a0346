/** The short help. */
import { type Block, context, section } from './blocks.ts';

const WAYS = [
  '• *Mention me with a task*, in a channel or here: “plot the attached CSV by month”. I write the code, run it, and repair it if it fails.',
  '• *Reply in the thread* to go on, without a mention: variables and files are still there.',
  '• */run* `task` starts a new thread. */run* with a code block runs that code as it is, without a model. */run* `status`, `stop` and `end` are about all your work in a channel.',
  '• *Stop* a run with its button, or by writing `stop` in the thread. `status` tells what runs and waits; `reset` gives the next run a fresh sandbox; `end` closes the session.',
  '• *Files* you attach are there before the code runs; charts and files the code saves come back to the thread.',
].join('\n');

const WHERE =
  'Python, JavaScript and Bash run in a sandbox that belongs to one thread: apart from Slack, from other threads and from your computer.';

export function renderHelp(): { readonly text: string; readonly blocks: Block[] } {
  return {
    text: `I run code in a sandbox and show it while it runs.\n${WAYS.replace(/[*`]/g, '')}\n${WHERE}`,
    blocks: [section(`*I run code in a sandbox and show it while it runs.*\n${WAYS}`), context(WHERE)],
  };
}
