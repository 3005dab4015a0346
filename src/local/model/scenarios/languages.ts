/** The other two languages: primes or Fibonacci numbers in JavaScript, the disk or the files in Bash. */
import { figure, numberIn } from '../reading.ts';
import { fibonacciCount, mentionsFibonacci } from './fibonacci.ts';
import { runOnce, type Scenario } from './scenario.ts';

export const javascript: Scenario = {
  name: 'javascript',
  recognises: ({ task }) =>
    /\b(javascript|js|node(\.?js)?)\b/i.test(task) && (isPrimes(task) || mentionsFibonacci(task)),
  answer: (conversation) => {
    const { task } = conversation;
    if (mentionsFibonacci(task)) {
      const count = Math.min(fibonacciCount(task), 90);
      const words = `I'll compute the first ${count} Fibonacci numbers in JavaScript.`;
      const done = (output: string) => `The last of them is **${figure(output, 'Last') ?? 'in the output above'}**.`;
      return runOnce(conversation, { words, run: { language: 'javascript', code: fibonacciSource(count) } }, done);
    }
    const limit = numberIn(task, 100, 2, 100_000);
    const words = `I'll sieve the primes up to ${limit} in JavaScript.`;
    return runOnce(conversation, { words, run: { language: 'javascript', code: primesSource(limit) } }, (output) => {
      const [count, largest] = [figure(output, 'Count'), figure(output, 'Largest')];
      if (!count || !largest) return 'The run finished; the primes are in its output.';
      return `There are **${count}** primes up to ${limit}; the largest is ${largest}.`;
    });
  },
};

export const bash: Scenario = {
  name: 'bash',
  recognises: ({ task }) => /\b(disk|storage)\b.*\b(usage|use|space|free|full)\b|\bhow (full|much space)\b/i.test(task),
  answer: (conversation) =>
    runOnce(
      conversation,
      { words: "I'll ask the system with `df` and `du`.", run: { language: 'bash', code: DISK } },
      (output) => {
        const used = /\s(\d{1,3})%\s/.exec(output)?.[1];
        const home = figure(output, 'Home folder');
        const disk = used ? `The disk of this sandbox is **${used}% full**.` : 'The figures are in the output above.';
        return home ? `${disk} The home folder takes ${home}.` : disk;
      },
    ),
};

function isPrimes(task: string): boolean {
  return /\bprimes?\b/i.test(task);
}

function fibonacciSource(count: number): string {
  return lines(
    `const count = ${count};`,
    'const numbers = [0n, 1n];',
    'while (numbers.length < count) numbers.push(numbers.at(-1) + numbers.at(-2));',
    'numbers.length = count;',
    'for (const [i, number] of numbers.entries()) console.log(String(i + 1).padStart(3), String(number));',
    'console.log("Last: " + numbers.at(-1));',
  );
}

function primesSource(limit: number): string {
  return lines(
    `const limit = ${limit};`,
    'const composite = new Set();',
    'const primes = [];',
    'for (let n = 2; n <= limit; n += 1) {',
    '  if (composite.has(n)) continue;',
    '  primes.push(n);',
    '  for (let multiple = n * n; multiple <= limit; multiple += n) composite.add(multiple);',
    '}',
    'console.log(primes.slice(-200).join(" "));',
    'console.log("Count: " + primes.length);',
    'console.log("Largest: " + primes.at(-1));',
  );
}

function lines(...code: readonly string[]): string {
  return `${code.join('\n')}\n`;
}

const DISK = `df -h "$HOME"
echo
echo "Home folder: $(du -sh "$HOME" 2>/dev/null | cut -f1)"
ls -la "$HOME"
`;
