/** A displayed value of a run, from the SDK's form to ours. What a sandbox sends is untrusted: any field may be any JSON. */
import { stripVTControlCharacters } from 'node:util';
import type { Result } from '@e2b/code-interpreter';
import type { RichResult } from '../conversation/events.ts';

type Binary = 'png' | 'jpeg' | 'pdf';
type Text = 'html' | 'markdown' | 'latex' | 'svg';

const BINARY: readonly Binary[] = ['png', 'jpeg', 'pdf'];
const TEXT: readonly Text[] = ['html', 'markdown', 'latex', 'svg'];

export function toRichResult(result: Result): RichResult {
  // The declared types promise strings; the values come straight from the sandbox's JSON.
  const fields: { readonly [name: string]: unknown } = { ...result };
  const rich: { -readonly [K in keyof RichResult]: RichResult[K] } = { isMain: result.isMainResult === true };
  const { text, json } = fields;
  if (typeof text === 'string') rich.text = stripVTControlCharacters(text);
  for (const name of TEXT) {
    const value = fields[name];
    if (typeof value === 'string') rich[name] = value;
  }
  for (const name of BINARY) {
    const value = fields[name];
    if (typeof value === 'string') rich[name] = Buffer.from(value, 'base64');
  }
  if (json !== undefined && json !== null) rich.json = typeof json === 'string' ? json : JSON.stringify(json);
  return rich;
}
