/** How proofs are played: in one world, one after the other. */
import { afterAll, afterEach, beforeAll, it } from 'vitest';
import { describeWithWall } from '../../fakes/wall.ts';
import type { Proofs } from './proof.ts';
import { entries } from './proofs.ts';
import { type Mode, Stage } from './stage.ts';
import { ROWS } from './table.ts';

export function play(mode: Mode, name: string, proofs: readonly Proofs[]): void {
  describeWithWall(name, () => {
    let stage: Stage;
    beforeAll(async () => {
      stage = await Stage.open(mode);
    }, 60_000);
    afterAll(async () => {
      await stage?.close();
    });

    afterEach(async () => {
      await stage?.clear();
    });

    for (const [id, proof] of entries(proofs)) it(`${id}: ${ROWS[id]}`, () => proof(stage), 60_000);
  });
}
