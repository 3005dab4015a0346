/** What proves a row: a part played on the stage, asserted on what then stands in the workspace. */
import type { Stage } from './stage.ts';
import type { RowId } from './table.ts';

export type Proof = (stage: Stage) => Promise<void>;
export type Proofs = Readonly<Partial<Record<RowId, Proof>>>;
