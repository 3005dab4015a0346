/** A stream that stops talking must not hold a turn for ever. */

export interface Patience {
  /** How long nothing at all may come. */
  readonly silenceMs: number;
  /** How long only signs of life (pings) may come: a model may think that long without a word. */
  readonly thinkingMs: number;
}

export class Silence extends Error {}

/**
 * Waits for `work` until the time is up. `onGiveUp` is called before Silence is thrown, to end the work; its own end is
 * then ignored.
 */
export async function within<T>(work: Promise<T>, ms: number, onGiveUp: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const alarm = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      onGiveUp();
      reject(new Silence(`nothing came for ${ms} ms`));
    }, ms);
  });
  try {
    return await Promise.race([work, alarm]);
  } finally {
    clearTimeout(timer);
  }
}

/** The items of a stream, as long as neither silence nor mere signs of life last too long. */
export async function* impatient<T>(
  items: AsyncIterator<T>,
  isSignOfLife: (item: T) => boolean,
  patience: Patience,
  onGiveUp: () => void,
): AsyncGenerator<T, void, undefined> {
  let lastWord = Date.now();
  for (;;) {
    const left = lastWord + patience.thinkingMs - Date.now();
    const item = await within(items.next(), Math.max(0, Math.min(patience.silenceMs, left)), onGiveUp);
    if (item.done) return;
    if (!isSignOfLife(item.value)) lastWord = Date.now();
    yield item.value;
  }
}
