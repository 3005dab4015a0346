/** How times, numbers and names read in our messages. */
import type { Language } from '../conversation/events.ts';

const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { python: 'Python', javascript: 'JavaScript', bash: 'Bash' };

export function languageName(language: Language): string {
  return LANGUAGE_NAMES[language];
}

/** A finished time: "23 ms", "0.4 s", "12 s", "2 min 5 s", "1 h 3 min". */
export function duration(ms: number): string {
  if (ms < 95) return `${Math.max(1, Math.round(ms))} ms`;
  const seconds = ms / 1_000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  return wholeSeconds(Math.round(seconds));
}

/** A time that still runs, in whole seconds, so that it does not flicker; empty in the first second. */
export function elapsed(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  return seconds < 1 ? '' : wholeSeconds(seconds);
}

function wholeSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** "1 line", "1,204 lines". */
export function counted(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

export function number(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Tokens, short: "340", "1.2k", "85k". */
export function short(count: number): string {
  if (count < 1_000) return String(count);
  return count < 9_950 ? `${(count / 1_000).toFixed(1)}k` : `${Math.round(count / 1_000)}k`;
}

/** US dollars: "under $0.001", "$0.004", "$0.12", "$1.40". */
export function dollars(usd: number): string {
  if (usd < 0.001) return 'under $0.001';
  return `$${usd.toFixed(usd < 0.0995 ? 3 : 2)}`;
}

/** Parts of a line, the empty ones left out. */
export function dotted(parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part) => part).join(' · ');
}
