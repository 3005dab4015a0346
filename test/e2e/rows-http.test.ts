/** The rows that come in by another way when Slack calls the bot with signed requests. */
import { play } from './rows/play.ts';
import { IN_BOTH_MODES } from './rows/proofs.ts';

play('http', 'in HTTP mode', IN_BOTH_MODES);
