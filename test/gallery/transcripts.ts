/** Answers and turns of every shape that a model really gives, to be looked at on the page: each a plan for one task. */
import type { Answer, Conversation } from '../../src/local/model/conversation.ts';

export interface Transcript {
  /** Also the name of its pictures. */
  readonly name: string;
  readonly task: string;
  /** What the model says and runs, in order; the last is its answer. A function sees what really came of the runs. */
  readonly plan: readonly (Answer | ((conversation: Conversation) => Answer))[];
  /** A person stops it once this is printed. */
  readonly stopAt?: RegExp;
}

const python = (code: string) => ({ language: 'python', code }) as const;
const FENCE = '```';

const MARKDOWN = `Here is how I would set it up, **shortest path first**, with the *one caveat* that matters and ~~nothing else~~.

# Install

1. Create an environment:
   ${FENCE}bash
   python -m venv .venv
   source .venv/bin/activate
   ${FENCE}
2. Install the packages, in this order:
   - \`numpy\` (pinned to **2.1**)
   - \`pandas\`
     - with the *pyarrow* extra
     - and nothing older than 2.2
   - \`matplotlib\`
3. Check that it works.

## Details worth knowing

> The lock file is the source of truth.
> Regenerate it; never edit it by hand.

- **Bold with \`code\` in it** and a [link to the docs](https://pandas.pydata.org/docs/)
- ***Both at once***, _underscores_, and a bare address: https://example.com/a_b_c?d=1&e=2
- [ ] a task that is open
- [x] a task that is done

---

Paragraphs after a rule keep their distance. A final line with a \`very_long_identifier_that_does_not_break_anywhere\`.`;

const TABLES = `The east is ahead in every quarter:

| Region | Q1 | Q2 | Q3 |
|:--|--:|--:|--:|
| East | 1,204 | 1,391 | 1,502 |
| West | 980 | 1,010 | 1,122 |
| **All** | **2,184** | **2,401** | **2,624** |

The long form, with everything that was asked for:

| Customer | Country | Plan | Seats | Monthly revenue | Last contact | Owner | Remark |
|---|---|---|---:|---:|---|---|---|
| Acme Industrial Holdings GmbH | Germany | Enterprise | 1,250 | 18,750.00 € | 2026-11-02 | Ada Lovelace | Wants a quote for the second site before the end of the year |
| Blue Harbour | Norway | Team | 40 | 480.00 € | 2026-10-19 | Grace Hopper | – |
| 株式会社さくら | 日本 | Enterprise | 310 | 4,650.00 € | 2026-11-20 | Sam | 更新は12月 |

Seats are licences, not people.`;

const WORLD = `Das Ergebnis in fünf Sprachen 🌍:

- **日本語**: 平均は **42.5** で、最大値は 99 です。長い文章でも、行は正しく折り返されるはずです。句読点も含めて。
- **العربية**: المتوسط هو **42.5** والقيمة القصوى 99، و\`mean()\` تحسبه.
- **עברית**: הממוצע הוא **42.5**.
- **Ελληνικά**: ο μέσος όρος είναι 42,5 ✅
- Emoji: 👩‍👩‍👧‍👦 🇩🇪 👍🏽 ❤️‍🔥 and :warning: as a word, 10:30:15 as a time

| 都市 | 人口 | 備考 |
|---|---:|---|
| 東京 | 13,960,000 | 首都 🗼 |
| Zürich | 421,878 | – |
| القاهرة | 9,540,000 | — |`;

const MATHS = `For $n$ samples the standard error is $\\frac{s}{\\sqrt{n}}$, so

$$
\\bar{x} \\pm t_{n-1,\\,0.975} \\cdot \\frac{s}{\\sqrt{n}}
$$

With a < b && b > c, use \`if (a < b && b > c)\`; 5 * 3 * 2 = 30, 2**10 = 1024, snake_case_name and __init__ stay as they are.

<details><summary>HTML</summary><b>bold?</b> <script>alert(1)</script> &amp; &lt;tag&gt;</details>

Costs: $5 and $10, about 50% more. A very long line: ${'supercalifragilistic'.repeat(12)}
and an address ${`https://example.com/${'a-very-long-path/'.repeat(9)}index.html?query=${'x'.repeat(60)}`}`;

const STEPS = [
  'x = 1\nx',
  'import math\nmath.sqrt(2)',
  'print("one line")',
  'import pandas as pd\ndf = pd.DataFrame({"a": range(5), "b": [v * v for v in range(5)]})\ndf',
  'df.describe()',
  'for i in range(40):\n    print("row", i)',
  'df["a"].sum()',
  '"a string result"',
  'len(df)',
  'print("the last step")\ndf.mean()',
];

export const TRANSCRIPTS: readonly Transcript[] = [
  { name: '01-markdown', task: 'transcript 01', plan: [{ words: MARKDOWN }] },
  { name: '02-tables', task: 'transcript 02', plan: [{ words: TABLES }] },
  { name: '03-languages', task: 'transcript 03', plan: [{ words: WORLD }] },
  { name: '04-maths-and-html', task: 'transcript 04', plan: [{ words: MATHS }] },
  {
    name: '05-repaired',
    task: 'transcript 05',
    plan: [
      {
        words: 'I load the readings and take the mean of each sensor.',
        run: python(`import pandas as pd

readings = pd.DataFrame({
    "Sensor": ["a", "a", "b", "b"],
    "Value": ["3.1", "2.9", "n/a", "4.4"],
})

def mean_of(frame, name):
    values = frame[frame["Sensor"] == name]["Value"].astype(float)
    return values.mean()

for name in ["a", "b"]:
    print(name, mean_of(readings, name))`),
      },
      {
        words: '`ValueError`: one reading is `n/a`. I turn what is no number into a missing value.',
        run: python(`readings["Value"] = pd.to_numeric(readings["Value"], errors="coerce")
readings.groupby("Sensor")["Value"].agg(["mean", "count"])`),
      },
      {
        words:
          'Sensor **a** has a mean of **3.0** over 2 readings, sensor **b** **4.4** over 1. One reading was `n/a`.',
      },
    ],
  },
  {
    name: '06-chart-table-file',
    task: 'transcript 06',
    plan: [
      {
        words: 'I make the table, draw it and save it.',
        run: python(`import pandas as pd
import matplotlib.pyplot as plt

months = pd.date_range("2026-01-01", periods=6, freq="MS").strftime("%b")
sales = pd.DataFrame({"Month": months, "North": [12, 15, 14, 18, 21, 24], "South": [9, 9, 11, 10, 13, 12]})
sales.plot.bar(x="Month", figsize=(7, 4), title="Sales by region")
plt.tight_layout()
plt.show()
sales.to_csv("sales.csv", index=False)
sales`),
      },
      {
        words:
          'The north doubled from **12** to **24**; the south grew by a third, with a dip in April.\n\nThe numbers are in `sales.csv`.',
      },
    ],
  },
  {
    name: '07-progress-and-ansi',
    task: 'transcript 07',
    plan: [
      {
        words: 'Training for three epochs.',
        run: python(`import sys, time
for epoch in range(1, 4):
    for done in range(0, 101, 20):
        bar = "█" * (done // 5) + "·" * (20 - done // 5)
        sys.stdout.write(f"\\rEpoch {epoch}/3 |{bar}| {done:3d}%")
        sys.stdout.flush()
        time.sleep(0.02)
    print(f"  \\x1b[32mloss {1 / epoch:.3f}\\x1b[0m")
print("\\x1b[1;31mbold red\\x1b[0m and \\x1b[4munderlined\\x1b[0m <@U012345> <!channel> *not bold*", file=sys.stderr)
print("tab\\tseparated\\tcolumns")`),
      },
      { words: 'The loss fell from **1.000** to **0.333** in three epochs.' },
    ],
  },
  {
    name: '08-three-hundred-lines',
    task: 'transcript 08',
    plan: [
      {
        words: 'I list all of them.',
        run: python(`for number in range(1, 301):
    print(f"{number:>4}  {number * number:>7,}  {'prime' if number > 1 and all(number % d for d in range(2, int(number ** 0.5) + 1)) else ''}")`),
      },
      { words: 'There are **62** primes below 300; the last is 293.' },
    ],
  },
  {
    name: '09-stopped',
    task: 'transcript 09',
    plan: [
      {
        words: 'This takes a while: I try every seed and keep the best.',
        run: python(`import time
for seed in range(1000):
    print(f"seed {seed}: score {(seed * 37) % 101}", flush=True)
    time.sleep(0.1)`),
      },
    ],
    stopAt: /seed 12/,
  },
  {
    name: '10-ten-steps',
    task: 'transcript 10',
    plan: [
      ...STEPS.map((code, index) => ({
        words: index % 3 === 0 ? `Step ${index + 1}: looking at it from another side.` : '',
        run: python(code),
      })),
      { words: 'All ten steps agree.\n\n1. The frame has **5** rows.\n2. The sum of `a` is **10**.' },
    ],
  },
  {
    name: '11-wide-frame',
    task: 'transcript 11',
    plan: [
      {
        words: 'I look at the whole table first.',
        run: python(`import pandas as pd
pd.set_option("display.width", 200)
pd.set_option("display.max_columns", 20)
names = ["customer name", "country", "plan", "seats", "monthly revenue", "last contact", "owner"]
rows = [["Acme Industrial Holdings", "Germany", "Enterprise", 1250, 18750.0, "2026-11-02", "Ada"],
        ["Blue Harbour", "Norway", "Team", 40, 480.0, "2026-10-19", "Grace"],
        ["Sakura", "Japan", "Enterprise", 310, 4650.0, "2026-11-20", "Sam"]]
pd.DataFrame(rows, columns=names)`),
      },
      { words: 'Three customers, **23,880 €** a month in all; Acme is 79 % of it.' },
    ],
  },
  {
    name: '12-failed',
    task: 'transcript 12',
    plan: [
      { words: 'I read the file.', run: python('import pandas as pd\npd.read_csv("missing.csv")') },
      {
        words: 'It is not there. Perhaps it has another name.',
        run: python(
          'from pathlib import Path\nname = next(p for p in Path(".").iterdir() if p.suffix == ".csv")\nname',
        ),
      },
      {
        words: 'There is no CSV at all; I look whether there is any data.',
        run: python('raise FileNotFoundError("no data in " + str(Path(".").resolve()))'),
      },
      {
        words:
          'I could not read the data: there is no `missing.csv` and no other CSV in the sandbox.\n\n' +
          '**What you can do**\n- Attach the file to a reply here.\n- Or tell me where it lies.',
      },
    ],
  },
];

/** The brain that plays them. */
export function play(conversation: Conversation): Answer {
  const transcript = TRANSCRIPTS.find(({ task }) => conversation.task.includes(task));
  if (!transcript) return { words: 'No such transcript.' };
  const step = conversation.closed ? transcript.plan.at(-1) : transcript.plan[conversation.runs.length];
  if (!step) return { words: 'The plan is at its end.' };
  return typeof step === 'function' ? step(conversation) : step;
}
