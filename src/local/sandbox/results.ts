/** A kernel's mime bundle as E2B's result line: pure. */

/** What Jupyter calls it, and what E2B calls it. */
const TEXTS: Readonly<Record<string, string>> = {
  'text/plain': 'text',
  'text/html': 'html',
  'text/markdown': 'markdown',
  'image/svg+xml': 'svg',
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'application/pdf': 'pdf',
  'text/latex': 'latex',
  'application/javascript': 'javascript',
};
const VALUES: Readonly<Record<string, string>> = {
  'application/json': 'json',
  'e2b/data': 'data',
  'e2b/chart': 'chart',
};

export interface ResultEvent {
  readonly type: 'result';
  readonly is_main_result: boolean;
  readonly [field: string]: unknown;
}

/** Kinds that E2B has no field for are nested in `extra`; a text where another type stands is left out. */
export function resultEvent(bundle: Readonly<Record<string, unknown>>, main: boolean): ResultEvent {
  const fields: Record<string, unknown> = {};
  const extra: Record<string, unknown> = {};
  for (const [mime, value] of Object.entries(bundle)) {
    const text = Object.hasOwn(TEXTS, mime) ? TEXTS[mime] : undefined;
    const structured = Object.hasOwn(VALUES, mime) ? VALUES[mime] : undefined;
    if (text && typeof value === 'string') fields[text] = value;
    else if (structured) fields[structured] = value;
    else if (!text) extra[mime] = value;
  }
  if (typeof fields['text'] === 'string') fields['text'] = withoutQuotes(fields['text']);
  if (Object.keys(extra).length > 0) fields['extra'] = extra;
  return { type: 'result', is_main_result: main, ...fields };
}

/** The representation of a string is shown as the string. */
function withoutQuotes(text: string): string {
  const quote = text[0];
  const quoted = text.length >= 2 && (quote === "'" || quote === '"') && text.endsWith(quote);
  return quoted ? text.slice(1, -1) : text;
}
