import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelMessage } from '../../src/conversation/events.ts';
import { estimateTokens, fitMessages } from '../../src/conversation/history.ts';
import { FOLD_STEP, foldHistory, NOTED_TURNS, WHOLE_TURNS } from '../../src/conversation/history-fold.ts';

const ROOM = 100_000;

const user = (text: string): ModelMessage => ({ role: 'user', text });
const says = (text: string): ModelMessage => ({ role: 'assistant', text, calls: [] });
const run = (id: string, source: string, text: string, failed = false): ModelMessage[] => [
  { role: 'assistant', text: 'I run it.', calls: [{ id, code: { language: 'python', source } }] },
  { role: 'result', callId: id, text, failed },
];

const KEY_ERROR = "Error: Traceback (most recent call last):\n  File 'x', line 1\n    f()\nKeyError: 'price'";
const NAME_ERROR = "Error: Traceback (most recent call last):\n  File 'x', line 1\n    g()\nNameError: name 'g'";

/** A turn as many are: a question, a failing run, a repair, an answer. */
function turn(n: number): ModelMessage[] {
  return [
    user(`Question ${n}: what is the total?`),
    ...run(`a${n}`, `f(${n})\n${'more()\n'.repeat(20)}`, KEY_ERROR, true),
    ...run(`b${n}`, `g(${n})\n${'more()\n'.repeat(20)}`, `total ${n}\n${'a row of numbers\n'.repeat(20)}`),
    says(`The total is ${n}. `.repeat(20)),
  ];
}

/** A thread in its turn number `count`, which has just been asked. */
function thread(count: number, question = 'And now?'): ModelMessage[] {
  return [...Array.from({ length: count - 1 }, (_, n) => turn(n + 1)).flat(), user(question)];
}

function size(messages: readonly ModelMessage[]): number {
  return messages.reduce((sum, message) => sum + estimateTokens(message), 0);
}

function fold(messages: readonly ModelMessage[]): readonly ModelMessage[] {
  return foldHistory(messages, ROOM);
}

describe('history.fold', () => {
  it('leaves a short thread as it is', () => {
    const longest = thread(WHOLE_TURNS + FOLD_STEP);
    expect(fold(longest)).toEqual(longest);
  });

  it('keeps the last turns whole and notes the ones before them in one message', () => {
    const messages = thread(1 + WHOLE_TURNS + FOLD_STEP);
    const [notes, ...rest] = fold(messages);
    expect(rest).toEqual([...turn(9), ...turn(10), ...turn(11), user('And now?')]);
    expect(notes?.role).toBe('user');
    expect(notes?.text.split('\n\n')).toHaveLength(1 + FOLD_STEP);
    expect(notes?.text.split('\n\n')[3]).toBe(
      [
        'Asked: Question 3: what is the total?',
        `- python, failed: "KeyError: 'price'"`,
        '- python, ok: "total 3"',
        `Answered: ${'The total is 3. '.repeat(20).trim()}`,
      ].join('\n'),
    );
    expect(notes?.text).not.toContain('left out');
  });

  it('counts the oldest turns', () => {
    const [notes] = fold(thread(100));
    expect(notes?.text).toContain('[80 earlier turns are left out.');
    expect(notes?.text).not.toContain('Question 80:');
    expect(notes?.text).toContain('Question 81:');
    expect(notes?.text).toContain(`Question ${80 + NOTED_TURNS}:`);
  });

  it('counts what there is no room to note, oldest first', () => {
    const [notes] = foldHistory(thread(100), 2_000);
    expect(notes?.text).toMatch(/\[9\d earlier turns are left out\./);
    expect(notes?.text).toContain('Question 96:');
    expect(Buffer.byteLength(notes?.text ?? '')).toBeLessThan(2_500);
  });

  it('of the failing attempts of a past turn keeps the last whole and a line for each before it', () => {
    const last = run('c', 'third()', NAME_ERROR, true);
    const past = [
      user('one'),
      ...run('a', 'first()', KEY_ERROR, true),
      ...run('ok', 'fine()', 'fine'),
      ...run('b', 'second()', 'Error: TypeError: x is not a function\n    at main', true),
      ...last,
      says('Sorry.'),
    ];
    const lines = [
      `[An earlier attempt: python, failed: "KeyError: 'price'"]`,
      '[An earlier attempt: python, failed: "TypeError: x is not a function"]',
    ];
    const [call] = last;
    expect(fold([...past, user('two')])).toEqual([
      user('one'),
      ...run('ok', 'fine()', 'fine'),
      ...(call ? [call] : []),
      { role: 'result', callId: 'c', text: [...lines, NAME_ERROR].join('\n'), failed: true },
      says('Sorry.'),
      user('two'),
    ]);
  });

  it('leaves the attempts of the turn under way alone', () => {
    const underWay = [user('one'), ...run('a', 'f()', KEY_ERROR, true), ...run('b', 'g()', NAME_ERROR, true)];
    expect(fold(underWay)).toEqual(underWay);
  });

  it('notes what was sent, what printed nothing, and what was never run; one line for each', () => {
    const odd: ModelMessage[] = [
      user('[The sandbox was replaced.]'),
      ...run('a', 'f()', '[A note.]\n\u001b[31mred\r\nSent to the thread: plot.png'),
      ...run('b', 'f()', '(The code ran and printed nothing.)\nSent to the thread: a.csv'),
      { role: 'assistant', text: '', calls: [{ id: 'c', code: { language: 'bash', source: 'x' } }] },
      ...run('d', 'f()', 'Not run. The sandbox is gone.', true),
    ];
    const [notes] = fold([...odd, ...thread(WHOLE_TURNS + FOLD_STEP)]);
    expect(notes?.text.split('\n\n')[1]?.split('\n')).toEqual([
      '[The sandbox was replaced.]',
      '- python, ok: "[31mred" (Sent to the thread: plot.png)',
      '- python, ok: "(The code ran and printed nothing.)" (Sent to the thread: a.csv)',
      '- bash, not run',
      '- python, failed: "Not run. The sandbox is gone."',
    ]);
  });

  it('sends at turn 100 at most 1.3 times what it sends at turn 20, at any point of a step', () => {
    for (let phase = 0; phase < FOLD_STEP; phase += 1) {
      const early = size(fitMessages(thread(20 + phase), ROOM));
      const late = size(fitMessages(thread(100 + phase), ROOM));
      expect(late).toBeLessThanOrEqual(1.3 * early);
    }
  });

  it('keeps its beginning the same from turn to turn, but for one turn in a step', () => {
    let moved = 0;
    for (let count = 40; count < 40 + 2 * FOLD_STEP; count += 1) {
      const now = fold(thread(count));
      const next = fold(thread(count + 1));
      const kept = now.slice(0, -1);
      if (JSON.stringify(next.slice(0, kept.length)) !== JSON.stringify(kept)) moved += 1;
    }
    expect(moved).toBe(2);
  });

  // Any thread: turns of any number, with runs that failed or not, some never answered.
  const attempt = fc
    .tuple(fc.uuid(), fc.string({ maxLength: 300 }), fc.boolean(), fc.boolean())
    .map(([id, text, failed, answered]) => run(id, 'f()', text, failed).slice(0, answered ? 2 : 1));
  const anyTurn = fc
    .tuple(fc.string({ maxLength: 2_000 }), fc.array(attempt, { maxLength: 12 }), fc.string({ maxLength: 900 }))
    .map(([question, attempts, words]) => [user(question), ...attempts.flat(), says(words)]);
  const anyThread = fc
    .tuple(fc.array(anyTurn, { maxLength: 40 }), fc.string({ minLength: 1, maxLength: 50 }))
    .map(([turns, question]) => [...turns.flat(), user(question)]);

  it('never parts a call from its result, ends with the question, and begins with a user message', () => {
    fc.assert(
      fc.property(anyThread, fc.integer({ min: 0, max: ROOM }), (messages, bytes) => {
        const kept = foldHistory(messages, bytes);
        expect(kept[0]?.role).toBe('user');
        expect(kept.at(-1)).toEqual(messages.at(-1));
        for (const [index, message] of kept.entries()) {
          if (message.role !== 'result') continue;
          const before = kept[index - 1];
          expect(before?.role === 'assistant' && before.calls.some(({ id }) => id === message.callId)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('is bounded: no thread has more notes than its room, and a turn whole or noted is never both', () => {
    fc.assert(
      fc.property(anyThread, fc.integer({ min: 0, max: 20_000 }), (messages, bytes) => {
        const kept = foldHistory(messages, bytes);
        const whole = kept.filter(({ role }) => role === 'user').length;
        expect(whole).toBeLessThanOrEqual(1 + WHOLE_TURNS + FOLD_STEP);
        const asked = messages.filter(({ role }) => role === 'user').length;
        if (asked > WHOLE_TURNS + FOLD_STEP) expect(Buffer.byteLength(kept[0]?.text ?? '')).toBeLessThan(bytes + 600);
      }),
      { numRuns: 50 },
    );
  });

  it('is never over the budget of a request, and holds the question', () => {
    fc.assert(
      fc.property(anyThread, fc.integer({ min: 4_000, max: 60_000 }), (messages, tokens) => {
        const kept = fitMessages(messages, tokens);
        expect(size(kept)).toBeLessThanOrEqual(tokens - 1_500);
        expect(kept.at(-1)).toEqual(messages.at(-1));
      }),
      { numRuns: 50 },
    );
  });

  it('gives the same text for the same thread', () => {
    expect(fold(thread(70))).toEqual(fold(thread(70)));
  });
});
