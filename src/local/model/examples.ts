/** Tasks the scripted model knows well: for the README, the page and its own answers. Each is tested to be known. */

export const EXAMPLES: string[] = [
  'Print the first 20 Fibonacci numbers with statistics',
  'Now plot them as a bar chart and save it as fibonacci.png',
  'Which product category has the highest average price?',
  'Count slowly to 20',
  'In JavaScript, list the primes under 100',
];
