/** A look at a table in the sandbox, beside the kernels: no variable of a person's is touched. */
import { posix } from 'node:path';
import type { Sandbox as SdkSandbox } from '@e2b/code-interpreter';
import { HOME } from './files.ts';

const DEADLINE_MS = 10_000;
/** Of what the script prints; it keeps below this itself. */
const MAX_CHARS = 2_000;

/** Every line it prints is JSON after its label, so that no cell can pass for another line. No single quotes in it. */
const SCRIPT = `
import csv, json, sys
path, kind = sys.argv[1], sys.argv[1].rsplit(".", 1)[-1].lower()
csv.field_size_limit(10**8)
def cut(value):
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:40] + "…"
def row(values):
    return json.dumps([cut(value) for value in values[:30]], ensure_ascii=False)
with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
    if kind in ("jsonl", "ndjson"):
        rows = (json.loads(line) for line in file if line.strip())
        first = next(rows, None)
        if first is None: sys.exit()
        names = list(first) if isinstance(first, dict) else []
        get = lambda record: [record.get(name) for name in names] if isinstance(record, dict) and names else [record]
        head, count = [get(first)], 1
    else:
        sample = file.read(65536)
        file.seek(0)
        delimiter = "\\t" if kind == "tsv" else max(",;\\t|", key=sample.split("\\n")[0].count)
        rows = (record for record in csv.reader(file, delimiter=delimiter) if record)
        names, head, count, get = next(rows, []), [], 0, list
        if delimiter != ",": print("delimiter: " + json.dumps(delimiter))
    for record in rows:
        count += 1
        if len(head) < 3: head.append(get(record))
size = 0
lines = ["columns (%d): %s" % (len(names), row(names)), "rows: %d" % count] + ["row %d: %s" % (i + 1, row(r)) for i, r in enumerate(head)]
for line in lines:
    line = line[:900]
    size += len(line) + 1
    if size > 1900: break
    print(line)
`;

/** The columns, row count and first rows of a CSV, TSV or JSON lines file; undefined when it cannot be read as one. */
export async function previewTable(sdk: SdkSandbox, path: string, signal: AbortSignal): Promise<string | undefined> {
  signal.throwIfAborted();
  const target = posix.join(HOME, path);
  try {
    const command = `python3 -I -X utf8 -c ${shellWord(SCRIPT)} ${shellWord(target)}`;
    const { stdout } = await sdk.commands.run(command, { timeoutMs: DEADLINE_MS, requestTimeoutMs: DEADLINE_MS });
    return stdout.trim().slice(0, MAX_CHARS) || undefined;
  } catch {
    return undefined;
  }
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
