/** What an adapter is made with in tests, but for its address and its clock. */
import type { SandboxesOptions } from '../../src/sandbox/e2b.ts';
import { memoryStore } from '../fakes/memory-store.ts';
import { quietLog } from '../fakes/quiet-log.ts';

export const INSTANCE = 'instance-a';
const DAY_MS = 86_400_000;

export function sandboxesOptions(
  own: Partial<SandboxesOptions> & Pick<SandboxesOptions, 'apiKey' | 'clock'>,
): SandboxesOptions {
  return {
    runTimeoutSeconds: 120,
    maxOutputMb: 1,
    idleMs: 900_000,
    maxAgeMs: 30 * DAY_MS,
    maxRunning: 20,
    warm: 0,
    internet: 'off',
    instance: INSTANCE,
    ledger: memoryStore(),
    log: quietLog(),
    ...own,
  };
}
