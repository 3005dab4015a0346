/** A traceback in the room there is: where the person's own code stood and what went wrong stay, libraries go first. */
import { messageSize } from '../conversation/output-size.ts';
import { lineCount, type Room, withoutMiddle } from './render-excerpt.ts';
import { counted } from './render-words.ts';

/** A frame in a file of the interpreter or of a package; the person's own code stands in a "Cell In [n]". */
const FOREIGN_FRAME = /^File /;

/** `note` says what is missing and stands where it was. */
export function traceExcerpt(trace: string, room: Room, note: (missing: string) => string): string {
  if (fits(trace, room)) return trace;
  const own = withoutLibraries(trace, note);
  return fits(own, room) ? own : withoutMiddle(trace, room, note);
}

function fits(text: string, room: Room): boolean {
  return messageSize(text) <= room.chars && lineCount(text) <= room.lines;
}

function withoutLibraries(trace: string, note: (missing: string) => string): string {
  const frames = trace.split(/\n\s*\n/);
  const kept = frames.filter((frame) => !FOREIGN_FRAME.test(frame));
  const last = kept.pop();
  if (last === undefined || kept.length + 1 === frames.length) return trace;
  const missing = lineCount(trace) - lineCount([...kept, last].join('\n\n'));
  return [...kept, note(counted(missing, 'line')), last].join('\n');
}

/** IPython draws a rule above a traceback and stretches its head to 75 columns; the name in it is said again at the end. */
export function withoutFrame(trace: string): string {
  return trace.replace(/^\s*-{20,}\n/, '').replace(/^\w+ {2,}(?=Traceback \(most recent call last\))/, '');
}
