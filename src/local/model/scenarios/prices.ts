/** A first attempt that guesses a column's name wrong, reads the traceback, and gets it right. */
import type { Answer, Conversation } from '../conversation.ts';
import { errorLine, figure, quoted } from '../reading.ts';
import { giveUp, type Scenario } from './scenario.ts';

export const prices: Scenario = {
  name: 'prices',
  recognises: ({ task }) =>
    /\b(category|categories)\b/i.test(task) && /\b(price|prices|expensive|priciest)\b/i.test(task),
  answer,
};

function answer(conversation: Conversation): Answer {
  const last = conversation.runs.at(-1);
  if (!last) {
    return {
      words: "I'll read `products.csv`, or a small sample where there is none, and average the prices per category.",
      run: { language: 'python', code: FIRST },
    };
  }
  if (!last.failed) return { words: done(last.result) };
  const error = errorLine(last.result);
  if (conversation.runs.length > 1 || !error?.startsWith('KeyError')) return giveUp(conversation);
  return {
    words:
      `${quoted(error)}: I guessed the column name wrong; names are matched exactly, capitals included. ` +
      "I'll look at the names the table really has and use those.",
    run: { language: 'python', code: REPAIRED },
  };
}

function done(output: string): string {
  const highest = figure(output, 'Highest');
  const source = figure(output, 'Source');
  if (!highest) return 'The run finished; the averages are in its output.';
  const sample = source?.includes('sample') ? ' These are sample products; attach a `products.csv` to use yours.' : '';
  return `The category with the highest average price is **${highest}**.${sample}`;
}

const FIRST = `from pathlib import Path
import pandas as pd

if Path("products.csv").exists():
    print("Source: products.csv")
else:
    print("Source: a small sample, as there is no products.csv")
    pd.DataFrame({
        "Product": ["Kettle", "Toaster", "Blender", "Headphones", "Speaker", "Microphone", "Desk lamp", "Ceiling lamp"],
        "Category": ["Kitchen", "Kitchen", "Kitchen", "Audio", "Audio", "Audio", "Lighting", "Lighting"],
        "Price": [39.90, 49.00, 89.50, 129.00, 199.00, 149.00, 34.50, 119.00],
    }).to_csv("products.csv", index=False)

products = pd.read_csv("products.csv")
averages = products["price"].groupby(products["category"]).mean().sort_values(ascending=False)
print(averages.round(2).to_string())
print(f"Highest: {averages.index[0]}, {averages.iloc[0]:,.2f} on average")
`;

const REPAIRED = `products = pd.read_csv("products.csv")
print("Columns:", ", ".join(products.columns))

names = {name.strip().lower(): name for name in products.columns}
averages = products.groupby(names["category"])[names["price"]].mean().sort_values(ascending=False)
print(averages.round(2).to_string())
print(f"Highest: {averages.index[0]}, {averages.iloc[0]:,.2f} on average")
`;
