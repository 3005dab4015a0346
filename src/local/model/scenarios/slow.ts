/** Output over time, to watch it arrive, and a run that only Stop ends. */
import { firstLine, numberIn } from '../reading.ts';
import { runOnce, type Scenario } from './scenario.ts';

const MAX_COUNT = 200;
const FOREVER =
  /\b(forever|for ever|endless(ly)?|infinite(ly)?|until ((I|it is|you are|we) )?(stop|stopped|press)|never stop)\b/i;

export const counting: Scenario = {
  name: 'counting',
  recognises: ({ task }) =>
    /\bcount\b.*\bslowly\b|\bslowly\b.*\bcount\b|\bcount (up )?to \w+/i.test(task) || /\bprogress ?bar\b/i.test(task),
  answer: (conversation) => {
    const bar = /\bprogress ?bar\b/i.test(conversation.task);
    const count = numberIn(conversation.task, 20, 1, MAX_COUNT);
    const begin = bar
      ? { words: "I'll draw a progress bar for about eight seconds.", run: python(barSource()) }
      : { words: `I'll count to ${count}, a little over three numbers a second.`, run: python(countSource(count)) };
    return runOnce(conversation, begin, (output) =>
      /^Done/m.test(output) ? 'Done: every line arrived as it was printed.' : 'The run finished.',
    );
  },
};

export const endless: Scenario = {
  name: 'endless',
  recognises: ({ task }) => FOREVER.test(task) && !/\b(why|explain)\b/i.test(task),
  answer: (conversation) =>
    runOnce(
      conversation,
      { words: "I'll print a line every half second until you press Stop.", run: python(ENDLESS) },
      (output) => `It ended by itself, which it should not: ${firstLine(output)}`,
    ),
};

function python(code: string) {
  return { language: 'python', code } as const;
}

function countSource(count: number): string {
  return `import time

for n in range(1, ${count + 1}):
    print(f"{n} of ${count}", flush=True)
    time.sleep(0.3)

for done in range(0, 101, 5):
    print(f"\\rChecking [{'#' * (done // 5):<20}] {done}%", end="", flush=True)
    time.sleep(0.05)
print()
print("Done")
`;
}

function barSource(): string {
  return `import time

for done in range(101):
    print(f"\\rWorking [{'#' * (done // 4):<25}] {done:>3}%", end="", flush=True)
    time.sleep(0.08)
print()
print("Done")
`;
}

const ENDLESS = `import time

n = 0
while True:
    n += 1
    print(f"Still running: {n}", flush=True)
    time.sleep(0.5)
`;
