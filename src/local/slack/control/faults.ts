/** Faults that tests ask for: the next calls of a method go wrong in a chosen way. */
export type FaultKind =
  | 'rate_limited'
  /** `ok: false` with a code. */
  | 'error'
  /** A status that is not 200, and no JSON. */
  | 'http500'
  /** A web page where JSON should be. */
  | 'html'
  /** Never answered. */
  | 'timeout'
  /** Done, and then the connection is cut: before the answer, or in the middle of it. */
  | 'drop-after-apply'
  | 'cut-mid-answer'
  | 'delay';

export interface Fault {
  /** A method's name, or `*`. */
  readonly method: string;
  readonly kind: FaultKind;
  /** Only calls about this channel. */
  readonly channel?: string;
  /** How many calls; one where it is left out. */
  readonly times?: number;
  /** A storm: every call for so many milliseconds, however many. */
  readonly forMs?: number;
  /** For `http500`, where it is another one. */
  readonly status?: number;
  /** Seconds, for `rate_limited`. */
  readonly retryAfter?: number;
  /** Slack's code, for `error`. */
  readonly error?: string;
  /** For `delay`. */
  readonly delayMs?: number;
}

export interface Faults {
  add(fault: Fault): void;
  /** The fault that a call meets; counted. */
  take(method: string, channel: string): Fault | undefined;
  clear(): void;
}

export function createFaults(now: () => number): Faults {
  let waiting: { readonly fault: Fault; left: number; readonly until: number }[] = [];
  return {
    add: (fault) => {
      const isStorm = fault.forMs !== undefined;
      const left = fault.times ?? (isStorm ? Number.POSITIVE_INFINITY : 1);
      waiting.push({ fault, left, until: isStorm ? now() + (fault.forMs ?? 0) : Number.POSITIVE_INFINITY });
    },
    take: (method, channel) => {
      waiting = waiting.filter(({ until }) => until > now());
      const isAbout = (fault: Fault) => fault.channel === undefined || fault.channel === channel;
      const entry = waiting.find(({ fault }) => (fault.method === method || fault.method === '*') && isAbout(fault));
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
