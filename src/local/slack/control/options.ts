/** What the control interface can reach. */
import type { RateLimits } from '../limits/rate-limits.ts';
import type { World } from '../world.ts';
import type { Faults } from './faults.ts';
import type { RequestLog } from './request-log.ts';

export interface ControlOptions {
  readonly world: World;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly rateLimits: RateLimits | undefined;
  readonly pageUrl: () => string;
}
