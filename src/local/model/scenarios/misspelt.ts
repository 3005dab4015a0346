/** A person's own code with a name misspelt: the one repair that needs no understanding of what the code is for. */
import type { Conversation } from '../conversation.ts';
import { firstLine, quoted } from '../reading.ts';
import { runOnce, type Scenario } from './scenario.ts';

const ASKED = /\bfix the code\b/i;
const UNKNOWN_NAME = /NameError: name '(\w+)' is not defined/;

interface Repair {
  readonly wrong: string;
  readonly right: string;
  readonly code: string;
}

export const misspelt: Scenario = {
  name: 'misspelt',
  recognises: (conversation) => repairOf(conversation) !== undefined,
  answer: (conversation) => {
    const repair = repairOf(conversation);
    if (!repair) return { words: 'I see no name to correct.' };
    const { wrong, right, code } = repair;
    const words = `${quoted(wrong)} is not defined anywhere; ${quoted(right)} is, and looks meant. I'll use that.`;
    return runOnce(conversation, { words, run: { language: 'python', code } }, (output) => {
      return `It runs with ${quoted(right)} in place of ${quoted(wrong)}, and begins with: ${firstLine(output)}`;
    });
  },
};

function repairOf({ task, earlierCode }: Conversation): Repair | undefined {
  const [code, wrong] = [earlierCode.at(-1), UNKNOWN_NAME.exec(task)?.[1]];
  if (!ASKED.test(task) || code === undefined || wrong === undefined) return undefined;
  const names = new Set(code.match(/[A-Za-z_]\w*/g) ?? []);
  const right = [...names].find((name) => name !== wrong && isOneSlipAway(name, wrong));
  return right === undefined
    ? undefined
    : { wrong, right, code: code.replaceAll(new RegExp(`\\b${wrong}\\b`, 'g'), right) };
}

/** Whether the texts differ by one character added, left out or changed. */
function isOneSlipAway(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  const rest = (text: string, skipped: number) => text.slice(start + skipped);
  return rest(a, 1) === rest(b, 0) || rest(a, 0) === rest(b, 1) || rest(a, 1) === rest(b, 1);
}
