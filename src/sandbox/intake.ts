/**
 * What a run prints and shows, as it arrives: bounded, with characters whole. Its methods are the SDK's callbacks and
 * return at once, since the SDK waits for them and may then never settle.
 */
import type { OutputChunk, RichResult, StreamName } from '../conversation/events.ts';

export interface Intake {
  /** `text` comes from the sandbox: what is no text is nothing. */
  output(stream: StreamName, text: unknown): void;
  result(result: RichResult): void;
  /** No chunk is passed on after this. */
  close(): void;
  readonly results: readonly RichResult[];
}

export interface IntakeOptions {
  readonly maxOutputBytes: number;
  readonly onOutput: (chunk: OutputChunk) => void;
  /** Called once, when the run has printed or shown more than it may. */
  readonly onFlood: () => void;
}

/** Pictures are larger than text and never become part of a message: they get several times the room. */
const RESULTS_FACTOR = 5;
const LONE_HIGH_SURROGATE = /[\ud800-\udbff]$/;

function sizeOf(result: RichResult): number {
  return Object.values(result).reduce((sum: number, value: string | Uint8Array | boolean) => {
    return typeof value === 'boolean' ? sum : sum + value.length;
  }, 0);
}

export function createIntake({ maxOutputBytes, onOutput, onFlood }: IntakeOptions): Intake {
  const halves: Record<StreamName, string> = { stdout: '', stderr: '' };
  const results: RichResult[] = [];
  let outputBytes = 0;
  let resultBytes = 0;
  let open = true;

  const flood = () => {
    open = false;
    onFlood();
  };
  /** A pair of UTF-16 halves may come in two chunks: the first half waits for the second. */
  const whole = (stream: StreamName, text: string): string => {
    const joined = halves[stream] + text;
    const endsInHalf = (joined.charCodeAt(joined.length - 1) & 0xfc00) === 0xd800;
    halves[stream] = endsInHalf ? joined.slice(-1) : '';
    return endsInHalf ? joined.slice(0, -1) : joined;
  };

  return {
    results,
    output(stream, chunk) {
      if (!open || typeof chunk !== 'string') return;
      const text = whole(stream, chunk);
      if (text === '') return;
      const room = maxOutputBytes - outputBytes;
      outputBytes += Buffer.byteLength(text);
      const fits = outputBytes <= maxOutputBytes;
      // A first chunk may be the whole flood: what there is room for is still shown.
      const shown = fits ? text : text.slice(0, room).replace(LONE_HIGH_SURROGATE, '');
      if (shown) onOutput({ stream, text: shown });
      if (!fits) flood();
    },
    result(result) {
      if (!open) return;
      resultBytes += sizeOf(result);
      if (resultBytes > maxOutputBytes * RESULTS_FACTOR) flood();
      else results.push(result);
    },
    close() {
      open = false;
    },
  };
}
