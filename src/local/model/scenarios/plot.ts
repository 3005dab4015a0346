/**
 * "Now plot them": uses the list that an earlier run left in the session, which is the point of it. Where the session
 * was replaced the list is gone; the error says so, and the repair computes it again.
 */
import type { Answer, Conversation } from '../conversation.ts';
import { errorLine, figure, quoted } from '../reading.ts';
import { fibonacciCount, mentionsFibonacci } from './fibonacci.ts';
import { giveUp, type Scenario } from './scenario.ts';

export const plot: Scenario = {
  name: 'plot',
  recognises: (conversation) => wantsPlot(conversation.task) && isAboutFibonacci(conversation),
  answer,
};

function wantsPlot(task: string): boolean {
  return /\b(plot|chart|graph|draw|visuali[sz]e|diagram)\b/i.test(task);
}

function isAboutFibonacci({ task, earlier, earlierCode }: Conversation): boolean {
  return [task, ...earlier].some(mentionsFibonacci) || earlierCode.some((code) => /\bfibs\b/.test(code));
}

function answer(conversation: Conversation): Answer {
  const { task, earlierCode, runs } = conversation;
  const file = fileName(task);
  const python = (code: string) => ({ language: 'python', code }) as const;
  const last = runs.at(-1);
  if (!last) {
    if (earlierCode.some((code) => /\bfibs\b/.test(code))) {
      return { words: "The list is still in the session as `fibs`, so I'll plot it.", run: python(chart(task, file)) };
    }
    const count = fibonacciCount(withoutFile(task));
    return { words: `I'll compute the first ${count} and plot them.`, run: python(list(count) + chart(task, file)) };
  }
  if (!last.failed) return { words: done(last.result, file) };
  const error = errorLine(last.result);
  if (runs.length > 1 || !error?.startsWith('NameError')) return giveUp(conversation);
  const asked = conversation.earlier.findLast(mentionsFibonacci) ?? '';
  return {
    words: `${quoted(error)}: the session was replaced and the list with it. I'll compute it again, then plot.`,
    run: python(list(fibonacciCount(asked)) + chart(task, file)),
  };
}

function done(output: string, file: string): string {
  const saved = figure(output, 'Saved');
  if (!saved) return 'The run finished; what it made is above.';
  const scale =
    'The scale is logarithmic: each number is about 1.6 times the one before, so they rise in a straight line.';
  return `Here is the chart, saved as ${quoted(file)}. ${scale}`;
}

/** The file the task names, if it is a plain image name. */
function fileName(task: string): string {
  return /\b[\w-]{1,60}\.(png|svg|pdf)\b/i.exec(task)?.[0] ?? 'fibonacci.png';
}

function withoutFile(task: string): string {
  return task.replaceAll(/\S+\.(png|svg|pdf)\b/gi, '');
}

function list(count: number): string {
  return `fibs = [0, 1]
while len(fibs) < ${count}:
    fibs.append(fibs[-1] + fibs[-2])
fibs = fibs[:${count}]

`;
}

function chart(task: string, file: string): string {
  const line = /\bline\b/i.test(task);
  const drawing = line
    ? 'ax.plot(positions, fibs, marker="o", linewidth=2, color="#4f46e5")'
    : `shades = plt.cm.viridis([0.15 + 0.7 * i / len(fibs) for i in range(len(fibs))])
bars = ax.bar(positions, fibs, color=shades)
if len(fibs) <= 25:
    ax.bar_label(bars, labels=[f"{value:,}" for value in fibs], rotation=60, fontsize=7, padding=3)`;
  return `from pathlib import Path
import matplotlib.pyplot as plt

positions = range(1, len(fibs) + 1)
fig, ax = plt.subplots(figsize=(10, 5.5))
${drawing}
ax.set_yscale("symlog", linthresh=1)  # logarithmic, with room for the 0
ax.set_ylim(0, max(fibs[-1], 1) * 6)
if len(fibs) <= 25:
    ax.set_xticks(positions)
    ax.yaxis.set_major_formatter("{x:,.0f}")
ax.set_xlim(0.3, len(fibs) + 0.7)
ax.set_title(f"The first {len(fibs)} Fibonacci numbers", fontsize=15, pad=14)
ax.set_xlabel("n")
ax.set_ylabel("F(n), logarithmic")
ax.spines[["top", "right"]].set_visible(False)
ax.grid(axis="y", alpha=0.25)
ax.set_axisbelow(True)
fig.tight_layout()
fig.savefig("${file}", dpi=150)
plt.close(fig)  # saved, so it need not be shown a second time
print("Saved:", Path("${file}").resolve())
`;
}
