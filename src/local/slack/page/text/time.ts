/** Times as Slack writes them. `zone` is an IANA name; undefined means the browser's own. */
export function dateOfTs(ts: string): Date {
  return new Date(Number(ts) * 1000);
}

function format(date: Date, options: Intl.DateTimeFormatOptions, zone: string | undefined): string {
  return new Intl.DateTimeFormat('en-US', zone === undefined ? options : { ...options, timeZone: zone }).format(date);
}

/** "9:41 AM" */
export function clockTime(date: Date, zone?: string): string {
  return format(date, { hour: 'numeric', minute: '2-digit' }, zone);
}

/** "9:41", for the narrow column of a grouped message. */
export function shortClockTime(date: Date, zone?: string): string {
  return clockTime(date, zone).replace(/\s?[AP]M$/, '');
}

/** A key that is equal for two moments of the same day. */
export function dayKey(date: Date, zone?: string): string {
  return format(date, { year: 'numeric', month: '2-digit', day: '2-digit' }, zone);
}

/** "Today", "Yesterday", "Monday, March 2nd", and the year where it is not this one. */
export function dayLabel(date: Date, now: Date, zone?: string): string {
  const key = dayKey(date, zone);
  if (key === dayKey(now, zone)) return 'Today';
  if (key === dayKey(new Date(now.getTime() - 86_400_000), zone)) return 'Yesterday';
  const weekday = format(date, { weekday: 'long' }, zone);
  const month = format(date, { month: 'long' }, zone);
  const day = Number(format(date, { day: 'numeric' }, zone));
  const year = format(date, { year: 'numeric' }, zone);
  const suffix = year === format(now, { year: 'numeric' }, zone) ? '' : `, ${year}`;
  return `${weekday}, ${month} ${day}${ordinal(day)}${suffix}`;
}

function ordinal(day: number): string {
  if (day % 100 >= 11 && day % 100 <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th';
}

/** "Today at 9:41:07 AM": what hovering a time says. */
export function fullTime(date: Date, now: Date, zone?: string): string {
  return `${dayLabel(date, now, zone)} at ${format(date, { hour: 'numeric', minute: '2-digit', second: '2-digit' }, zone)}`;
}

const steps: readonly (readonly [limitSeconds: number, unitSeconds: number, name: string])[] = [
  [3600, 60, 'minute'],
  [86_400, 3600, 'hour'],
  [7 * 86_400, 86_400, 'day'],
];

/** "just now", "4 minutes ago", "2 hours ago", then the day. */
export function timeAgo(date: Date, now: Date, zone?: string): string {
  const seconds = Math.max(0, (now.getTime() - date.getTime()) / 1000);
  if (seconds < 60) return 'just now';
  for (const [limit, unit, name] of steps) {
    if (seconds >= limit) continue;
    const count = Math.floor(seconds / unit);
    return `${count} ${name}${count === 1 ? '' : 's'} ago`;
  }
  return dayLabel(date, now, zone);
}
