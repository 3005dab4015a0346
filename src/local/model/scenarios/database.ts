/** Data that is not there: three honest tries that fail in three ways, then a summary that does not pretend. */
import type { Answer, Conversation } from '../conversation.ts';
import { errorLine, firstLine, quoted } from '../reading.ts';
import type { Scenario } from './scenario.ts';

interface Try {
  readonly words: string;
  readonly code: string;
  /** What was tried, for the summary. */
  readonly was: string;
}

export const database: Scenario = {
  name: 'database',
  recognises: ({ task }) =>
    /\bmissing\.csv\b/i.test(task) || /\b(sales|orders|customer|company) (data ?base|db)\b/i.test(task),
  answer,
};

function answer({ task, runs, closed }: Conversation): Answer {
  const last = runs.at(-1);
  if (last && !last.failed) return { words: `That worked after all: ${firstLine(last.result)}` };
  const tries = /\bmissing\.csv\b/i.test(task) ? FILE_TRIES : DATABASE_TRIES;
  const next = closed ? undefined : tries[runs.length];
  if (next) return { words: next.words, run: { language: 'python', code: next.code } };
  const failures = runs.map((run, i) => {
    const error = errorLine(run.result) ?? firstLine(run.result);
    return `${i + 1}. ${tries[i]?.was ?? 'another try'}: ${quoted(error)}`;
  });
  const need = /\bmissing\.csv\b/i.test(task)
    ? 'Attach the file to a message in this thread, and I can read it.'
    : 'Attach an export of the data (a CSV will do), or tell me where the database is and that this sandbox may reach it.';
  return { words: `I could not get at the data. I tried:\n${failures.join('\n')}\n\n${need}` };
}

const FILE_TRIES: readonly Try[] = [
  {
    words: "I'll read the file.",
    was: 'reading it from the home folder',
    code: `import pandas as pd

table = pd.read_csv("missing.csv")
print(table.head())
`,
  },
  {
    words: "It isn't in the home folder. Perhaps it is in a folder below.",
    was: 'looking for it in every folder below',
    code: `from pathlib import Path

found = sorted(Path.home().rglob("missing.csv"))
print(len(found), "files of that name")
table = pd.read_csv(found[0])
print(table.head())
`,
  },
  {
    words: 'There is no such file anywhere here. One last idea: its path may have been given as a variable.',
    was: 'looking for its path in the environment',
    code: `import os

table = pd.read_csv(os.environ["DATA_FILE"])
print(table.head())
`,
  },
];

const DATABASE_TRIES: readonly Try[] = [
  {
    words: "I'll look for a local copy of the database first.",
    was: 'opening a local copy',
    code: `import sqlite3

connection = sqlite3.connect("file:sales.db?mode=ro", uri=True)
for row in connection.execute("select * from sales limit 5"):
    print(row)
`,
  },
  {
    words: 'There is no local copy. Perhaps a database server runs beside this sandbox.',
    was: 'connecting to a server on this machine',
    code: `import socket

with socket.create_connection(("127.0.0.1", 5432), timeout=5):
    print("A server answers on port 5432")
`,
  },
  {
    words: 'Nothing answers there. One last idea: its address may have been given as a variable.',
    was: 'looking for its address in the environment',
    code: `import os

print("Connecting to", os.environ["DATABASE_URL"])
`,
  },
];
