/** What code shows: figures, charts as data, tables, pictures, in E2B's kinds. */
import { expect } from 'vitest';
import type { Promises, Wire } from './e2b-wire.ts';

const PNG_START = 'iVBORw0KGgo';

/** One drawing, and the kind that E2B's chart extractor gives it. */
const CHARTS: readonly { readonly drawing: string; readonly kind: string; readonly title?: string }[] = [
  { drawing: 'plt.plot([1, 2, 3])', kind: 'line' },
  { drawing: 'plt.scatter([1, 2], [3, 4])', kind: 'scatter' },
  { drawing: 'plt.bar(["a", "b"], [1, 2])', kind: 'bar' },
  { drawing: 'plt.pie([1, 2], labels=["a", "b"])', kind: 'pie' },
  { drawing: 'plt.subplots(1, 2)[1][0].plot([1, 2])', kind: 'superchart' },
  // A plain box plot is made of lines, and E2B takes it for them.
  { drawing: 'plt.boxplot([1, 2, 3])', kind: 'line' },
];

export const CHART_PROMISES = CHARTS.map(({ drawing, kind }) => `reads a ${kind} chart out of ${drawing}`);

export function chartPromises(wire: () => Wire, promise: Promises): void {
  const run = (code: string) => wire().sandbox.runCode(code);

  promise('returns a figure that was never shown, and lets it be saved', async () => {
    const code = `
import matplotlib.pyplot as plt
plt.plot([0, 1, 1, 2, 3, 5, 8])
plt.savefig('fibonacci.png')
plt.title('Fibonacci')
[1]`;
    const { results, error } = await run(code);
    expect(error).toBeUndefined();
    expect(results.map((result) => result.isMainResult)).toEqual([true, false]);
    expect(results[1]?.png?.startsWith(PNG_START)).toBe(true);
    const saved = await wire().sandbox.files.read('fibonacci.png', { format: 'bytes' });
    expect(Buffer.from(saved).toString('base64').startsWith(PNG_START)).toBe(true);
  });

  promise('gives a table as text, HTML and data', async () => {
    const { results } = await run(
      'import pandas as pd\npd.DataFrame({"a": [1, 2], "b": ["x", "y"], "day": pd.to_datetime(["2026-01-05"] * 2)})',
    );
    const [table] = results;
    expect(table?.text).toContain('a  b');
    expect(table?.html).toContain('<td>x</td>');
    expect(table?.data).toMatchObject({ a: [1, 2], b: ['x', 'y'] });
    // Dates as ISO 8601.
    expect(JSON.stringify(table?.data)).toContain('"2026-01-05T00:00:00');
  });

  promise('gives a dictionary as JSON and text, and a picture as PNG', async () => {
    const [dictionary] = (await run('{"answer": 42, "list": [1, None]}')).results;
    expect(dictionary?.json).toEqual({ answer: 42, list: [1, null] });
    expect(dictionary?.text).toBe("{'answer': 42, 'list': [1, None]}");
    const [picture] = (await run('from PIL import Image\nImage.new("RGB", (4, 4))')).results;
    expect(picture?.png?.startsWith(PNG_START)).toBe(true);
  });

  promise('shows what is displayed, in its kinds', async () => {
    const code = `
from IPython.display import HTML, JSON, Latex, Markdown, display
for each in (HTML('<b>h</b>'), Markdown('**m**'), Latex('$x$'), JSON({'j': 1})): display(each)
display({'application/x-own': 'mine', 'text/plain': 'p'}, raw=True)`;
    const { results } = await run(code);
    expect(results.map((result) => result.isMainResult)).toEqual(Array(5).fill(false));
    expect(results[0]?.html).toBe('<b>h</b>');
    expect(results[1]?.markdown).toBe('**m**');
    expect(results[2]?.latex).toBe('$x$');
    expect(results[3]?.json).toEqual({ j: 1 });
    expect(results[4]?.raw).toMatchObject({ text: 'p', extra: { 'application/x-own': 'mine' } });
  });

  for (const [at, { drawing, kind }] of CHARTS.entries()) {
    promise(CHART_PROMISES[at] ?? '', async () => {
      const { results } = await run(`import matplotlib.pyplot as plt\n_ = ${drawing}\nplt.show()`);
      const figure = results.find((result) => result.png !== undefined);
      expect(figure?.png?.startsWith(PNG_START)).toBe(true);
      expect(figure?.chart?.type).toBe(kind);
    });
  }
}
