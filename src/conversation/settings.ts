/** What the configuration decides about a turn. */
import type { Prices } from './cost.ts';
import type { RetryLimits } from './retry.ts';

export interface TurnSettings extends RetryLimits {
  readonly runTimeoutSeconds: number;
  /** Tokens of a model request at most. */
  readonly contextTokens: number;
  /** Who writes the code, in words for a person: the model's name and, for a server of one's own, its host. */
  readonly modelLabel: string;
  /** Where nobody gave them, no cost is shown. */
  readonly prices?: Prices;
  /** IANA zone, for "today". */
  readonly timeZone: string;
  /** One sentence on network and packages, for the model. */
  readonly network: string;
}
