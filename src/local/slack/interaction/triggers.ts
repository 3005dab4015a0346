/** Trigger ids: good for opening one modal, within three seconds of the gesture that made them. */
import type { Clock } from '../clock.ts';
import { newSecret } from '../ids.ts';

const LIFETIME_MS = 3000;
const REMEMBERED = 500;

export type TriggerUse =
  | { readonly ok: true; readonly user: string }
  | { readonly ok: false; readonly error: 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id' };

export interface Triggers {
  create(user: string): string;
  use(id: string): TriggerUse;
}

export function createTriggers(clock: Clock): Triggers {
  const known = new Map<string, { readonly user: string; readonly until: number; used: boolean }>();
  return {
    create: (user) => {
      const id = `${Math.floor(clock.now())}.${known.size}.${newSecret(16)}`;
      known.set(id, { user, until: clock.now() + LIFETIME_MS, used: false });
      const oldest = known.keys().next().value;
      if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
      return id;
    },
    use: (id) => {
      const trigger = known.get(id);
      if (!trigger) return { ok: false, error: 'invalid_trigger_id' };
      if (trigger.used) return { ok: false, error: 'exchanged_trigger_id' };
      if (trigger.until < clock.now()) return { ok: false, error: 'expired_trigger_id' };
      trigger.used = true;
      return { ok: true, user: trigger.user };
    },
  };
}
