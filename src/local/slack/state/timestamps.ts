/** Slack's message timestamps: seconds, a dot, six digits of microseconds; unique and rising within a channel. */

const SHAPE = /^(\d{1,12})\.(\d{6})$/;

/** Microseconds of a ts, or undefined where the text is no ts. */
export function microsOf(ts: string): number | undefined {
  const match = SHAPE.exec(ts);
  return match ? Number(match[1]) * 1e6 + Number(match[2]) : undefined;
}

export function tsOfMicros(micros: number): string {
  return `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;
}

/** The ts for `now` (epoch milliseconds), later than `last` by at least a microsecond. */
export function nextTs(now: number, last: string | undefined): string {
  const wanted = Math.floor(now) * 1000;
  const after = last === undefined ? 0 : (microsOf(last) ?? 0) + 1;
  return tsOfMicros(Math.max(wanted, after));
}

export function compareTs(a: string, b: string): number {
  return (microsOf(a) ?? 0) - (microsOf(b) ?? 0);
}
