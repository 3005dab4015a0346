/** All proofs, by where they are played. */
import { asking } from './asking.ts';
import { attempts } from './attempts.ts';
import { buttons } from './buttons.ts';
import { code } from './code.ts';
import { command } from './command.ts';
import { direct } from './direct.ts';
import { files } from './files.ts';
import { message } from './message.ts';
import type { Proof, Proofs } from './proof.ts';
import { sight } from './sight.ts';
import type { RowId } from './table.ts';
import { waiting } from './waiting.ts';
import { words } from './words.ts';
import { writing } from './writing.ts';

/** What people do comes in as events, commands and interactions, which the two modes carry in ways of their own. */
export const IN_BOTH_MODES: readonly Proofs[] = [asking, waiting, command, code, words, buttons, direct, files];

/** What becomes of it inside and goes out through the Web API is the same for both. */
export const IN_ONE_MODE: readonly Proofs[] = [writing, message, attempts, sight];

export function entries(proofs: readonly Proofs[]): readonly (readonly [RowId, Proof])[] {
  return proofs.flatMap((each) => Object.entries(each) as [RowId, Proof][]);
}
