/** Faults that tests ask for: the next calls of a method go wrong in a chosen way. */
export type FaultKind = 'rate_limited' | 'error' | 'http500' | 'timeout' | 'drop-after-apply' | 'delay';

export interface Fault {
  /** A method's name, or `*`. */
  readonly method: string;
  readonly kind: FaultKind;
  /** How many calls; one where it is left out. */
  readonly times?: number;
  /** Seconds, for `rate_limited`. */
  readonly retryAfter?: number;
  /** Slack's code, for `error`. */
  readonly error?: string;
  /** For `delay`. */
  readonly delayMs?: number;
}

export interface Faults {
  add(fault: Fault): void;
  /** The fault the next call of the method meets; counted. */
  take(method: string): Fault | undefined;
  clear(): void;
}

export function createFaults(): Faults {
  let waiting: { readonly fault: Fault; left: number }[] = [];
  return {
    add: (fault) => {
      waiting.push({ fault, left: fault.times ?? 1 });
    },
    take: (method) => {
      const entry = waiting.find(({ fault }) => fault.method === method || fault.method === '*');
      if (!entry) return undefined;
      entry.left -= 1;
      if (entry.left <= 0) waiting = waiting.filter((other) => other !== entry);
      return entry.fault;
    },
    clear: () => {
      waiting = [];
    },
  };
}
