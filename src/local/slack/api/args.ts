/** Reads a method's arguments: strings in a form, values in JSON. */
import { isRecord, type Json, parseJson } from '../json.ts';

export class Args {
  readonly #values: Json;

  constructor(values: Json) {
    this.#values = values;
  }

  /** The same arguments with one under another name. */
  renamed(from: string, to: string): Args {
    return new Args({ ...this.#values, [to]: this.#values[from] });
  }

  has(name: string): boolean {
    const value = this.#values[name];
    return value !== undefined && value !== null && value !== '';
  }

  text(name: string): string {
    const value = this.#values[name];
    if (typeof value === 'string') return value;
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  }

  flag(name: string): boolean {
    const value = this.#values[name];
    return value === true || value === 'true' || value === '1' || value === 1;
  }

  /** A whole number, or undefined where there is none. */
  number(name: string): number | undefined {
    const text = this.text(name);
    return /^\d{1,12}$/.test(text) ? Number(text) : undefined;
  }

  /** A list or record, given as a value or as JSON text. `malformed` where the text is no JSON. */
  json(name: string): { readonly value: unknown } | 'missing' | 'malformed' {
    if (!this.has(name)) return 'missing';
    const value = this.#values[name];
    if (typeof value !== 'string') return { value };
    const parsed = parseJson(value);
    return parsed === undefined ? 'malformed' : { value: parsed };
  }

  record(name: string): Json | 'missing' | 'malformed' {
    const read = this.json(name);
    if (typeof read === 'string') return read;
    return isRecord(read.value) ? read.value : 'malformed';
  }

  list(name: string): readonly unknown[] | 'missing' | 'malformed' {
    const read = this.json(name);
    if (typeof read === 'string') return read;
    return Array.isArray(read.value) ? read.value : 'malformed';
  }
}
