/** The first N Fibonacci numbers with statistics: progressive output, state that stays, figures read from the output. */
import type { Answer, Conversation } from '../conversation.ts';
import { figure, numberIn } from '../reading.ts';
import { runOnce, type Scenario } from './scenario.ts';

const USUAL_COUNT = 20;
/** More than this fills the message and adds nothing. */
const MAX_COUNT = 200;
const OTHER_LANGUAGE = /\b(javascript|js|node|bash|shell|rust|java|ruby|typescript)\b/i;
/** The whole list in about two seconds, so that it can be watched. */
const WATCH_SECONDS = 2;

export const fibonacci: Scenario = {
  name: 'fibonacci',
  recognises: ({ task }) => mentionsFibonacci(task) && wantsNumbers(task) && !OTHER_LANGUAGE.test(task),
  answer,
};

export function mentionsFibonacci(text: string): boolean {
  return /\bfib(onacci|s)?\b/i.test(text);
}

function wantsNumbers(task: string): boolean {
  if (/\b(why|explain|prove|history|who|meaning)\b/i.test(task)) return false;
  return /\d|\b(first|list|print|show|compute|calculate|generate|give|numbers?|sequence|statistics|stats)\b/i.test(
    task,
  );
}

/** How many numbers a task asks for: "the first 20", or as many as there are "up to 1000". */
export function fibonacciCount(task: string): number {
  const limit = /\b(?:up to|below|under|less than|smaller than)\s+([\d,_]+)/i.exec(task)?.[1];
  return limit ? countUpTo(Number(limit.replaceAll(/[,_]/g, ''))) : numberIn(task, USUAL_COUNT, 1, MAX_COUNT);
}

function countUpTo(limit: number): number {
  let count = 0;
  for (let [a, b] = [0, 1]; a <= limit && count < MAX_COUNT; [a, b] = [b, a + b]) count += 1;
  return Math.max(1, count);
}

function answer(conversation: Conversation): Answer {
  const count = fibonacciCount(conversation.task);
  const words = `I'll compute the first ${count} Fibonacci numbers one by one, then some statistics over all of them.`;
  return runOnce(conversation, { words, run: { language: 'python', code: source(count) } }, summary);
}

function summary(output: string): string {
  const [sum, mean, median] = [figure(output, 'Sum'), figure(output, 'Mean'), figure(output, 'Median')];
  const [count, last, ratio, golden] = ['Count', 'Last', 'Ratio', 'Golden ratio'].map((label) => figure(output, label));
  if (!sum || !mean || !median || !count) return 'The run finished; the numbers and the statistics are in its output.';
  const sentences = [
    `The first ${count} Fibonacci numbers add up to **${sum}**, with a mean of ${mean} and a median of ${median}.`,
    last && ratio && golden
      ? `The last one is ${last}, and the ratio of the last two, ${ratio}, compares with the golden ratio of ${golden}.`
      : '',
    'The list stays in this session as `fibs`; ask me to plot it.',
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

function source(count: number): string {
  const pause = Math.min(0.1, WATCH_SECONDS / count);
  return `import statistics
import time

fibs = []
a, b = 0, 1
for n in range(1, ${count + 1}):
    fibs.append(a)
    print(f"{n:>3}  {a:,}", flush=True)
    a, b = b, a + b
    time.sleep(${pause})  # so that you can watch them arrive

print()
print(f"Count: {len(fibs)}")
print(f"Sum: {sum(fibs):,}")
print(f"Mean: {statistics.mean(fibs):,.2f}")
print(f"Median: {statistics.median(fibs):,.1f}")
print(f"Last: {fibs[-1]:,}")
if len(fibs) > 2:
    print(f"Ratio: {fibs[-1] / fibs[-2]:.10f}")
    print(f"Golden ratio: {(1 + 5 ** 0.5) / 2:.10f}")
`;
}
