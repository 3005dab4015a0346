/** Rows whose proof needs a world of its own, or time: where it stands, file and name. */
import type { RowId } from './table.ts';

export const ELSEWHERE: Readonly<Partial<Record<RowId, readonly [file: string, test: string]>>> = {
  'message.done-late': [
    'test/conversation/delivery.test.ts',
    'tells the person who asked when a turn took longer than a minute',
  ],
  'bad.root-deleted': [
    'test/e2e/bad-days.test.ts',
    "goes on where the thread's root is deleted by somebody else, and answers there again",
  ],
  'bad.removed': [
    'test/e2e/bad-days.test.ts',
    'removed from the channel in mid-turn, it ends the turn and posts nothing; invited again, it answers',
  ],
  'bad.archived': [
    'test/e2e/bad-days.test.ts',
    'ends the turn of an archived channel in its store, tries no more, and answers elsewhere at once',
  ],
  'buttons.checked': ['test/conversation/again.test.ts', 'is refused in another thread than the turn’s'],
  'buttons.retry': [
    'test/e2e/restart.test.ts',
    'ends the message of a turn that was killed, and does its task anew on Retry, once',
  ],
  'restart.stop': [
    'test/e2e/restart.test.ts',
    'says on a stop that it was restarted, with what had been printed, and ends in time',
  ],
  'restart.gesture': [
    'test/e2e/restart.test.ts',
    'does after a kill what a shortcut asked for and was told is coming, once',
  ],
  'restart.kill': ['test/e2e/restart.test.ts', 'loses nothing and answers nothing twice, killed at random moments'],
};
