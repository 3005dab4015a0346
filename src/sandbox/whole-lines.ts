/**
 * Makes the body of a run safe for the SDK to read. The SDK decodes every network chunk by itself, so a character split
 * between two chunks is lost; it takes a body that simply ends for a run that succeeded; and it keeps a line of any
 * length in memory. Here chunks end at line ends, a body must close with its last event, and a line has a limit.
 */

/** The body of a run ended before its last event: whether the code finished is not known. */
export class CutStreamError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CutStreamError';
  }
}

const NEWLINE = 0x0a;
/** The last event is about 30 bytes long; a longer line is not it and is not parsed. */
const LONGEST_END_BYTES = 200;

function isEnd(line: Uint8Array): boolean {
  if (line.length > LONGEST_END_BYTES) return false;
  try {
    const event: unknown = JSON.parse(new TextDecoder().decode(line));
    return typeof event === 'object' && event !== null && 'type' in event && event.type === 'end_of_execution';
  } catch {
    return false;
  }
}

/** The last line of `lines`, which ends with a newline. */
function lastLine(lines: Uint8Array): Uint8Array {
  const start = lines.length < 2 ? 0 : lines.lastIndexOf(NEWLINE, lines.length - 2) + 1;
  return lines.subarray(start, lines.length - 1);
}

/** A transform that passes whole lines only. It fails with CutStreamError at a missing end or past `maxLineBytes`. */
export function wholeLines(maxLineBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let ended = false;
  return new TransformStream({
    transform(chunk, controller) {
      const end = chunk.lastIndexOf(NEWLINE) + 1;
      if (end > 0) {
        const lines = Buffer.concat([...held, chunk.subarray(0, end)]);
        ended = isEnd(lastLine(lines));
        controller.enqueue(lines);
        held = [];
        heldBytes = 0;
      }
      if (end < chunk.length) {
        held.push(chunk.subarray(end));
        heldBytes += chunk.length - end;
      }
      if (heldBytes > maxLineBytes) controller.error(new CutStreamError(`a line of more than ${maxLineBytes} bytes`));
    },
    flush(controller) {
      const rest = Buffer.concat(held);
      if (rest.length > 0) controller.enqueue(rest);
      if (rest.length > 0 ? !isEnd(rest) : !ended) controller.error(new CutStreamError('the run has no last event'));
    },
  });
}
