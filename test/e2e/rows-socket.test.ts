/** Every row of what a user does and what must happen, in Socket Mode; those that only HTTP mode could change besides. */
import { play } from './rows/play.ts';
import { IN_BOTH_MODES, IN_ONE_MODE } from './rows/proofs.ts';

play('socket', 'in Socket Mode', [...IN_BOTH_MODES, ...IN_ONE_MODE]);
