/** Tickets of Socket Mode addresses: each lets one connection in, soon. */
import type { Clock } from '../clock.ts';
import { newSecret } from '../ids.ts';

/** Milliseconds a ticket is good. */
const LIFETIME_MS = 30_000;

export interface Tickets {
  create(): string;
  /** True once for each ticket. */
  redeem(ticket: string): boolean;
}

export function createTickets(clock: Clock): Tickets {
  const known = new Map<string, number>();
  return {
    create: () => {
      for (const [old, until] of known) if (until < clock.now()) known.delete(old);
      const ticket = newSecret();
      known.set(ticket, clock.now() + LIFETIME_MS);
      return ticket;
    },
    redeem: (ticket) => {
      const until = known.get(ticket);
      known.delete(ticket);
      return until !== undefined && until >= clock.now();
    },
  };
}
