/** A summary of the table that was attached, under the name the bot told. */
import { runOnce, type Scenario } from './scenario.ts';

const TABLE = /^- ([^\n]+\.(?:csv|tsv)) \(\d+ bytes, /im;

export const table: Scenario = {
  name: 'table',
  recognises: ({ task }) => /\b(summari[sz]e|describe)\b/i.test(task) && TABLE.test(task),
  answer: (conversation) => {
    const name = TABLE.exec(conversation.task)?.[1] ?? '';
    const begin = {
      words: 'I’ll read the attached table and summarise its columns.',
      run: { language: 'python' as const, code: code(name) },
    };
    return runOnce(conversation, begin, () => 'The summary of the attached table is in the output above.');
  },
};

/** A JSON string is a Python string, too. */
function code(name: string): string {
  const separator = name.toLowerCase().endsWith('.tsv') ? ', sep="\\t"' : '';
  return `import pandas as pd

table = pd.read_csv(${JSON.stringify(name)}${separator})
print(f"{len(table)} rows, {len(table.columns)} columns: {', '.join(map(str, table.columns))}")
print(table.describe(include="all").round(2).to_string())
`;
}
