/** Looking into JSON that somebody else wrote: a wrong shape reads as absent, and nothing throws. */

export type Json = Readonly<Record<string, unknown>>;

/** The value as an object; an empty one if it is none. */
export function object(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** The value as a list of objects; an empty one if it is none. */
export function objects(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(object) : [];
}

/** The value as text; undefined if it is none, or empty. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
