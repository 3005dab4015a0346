/** The long version of what test/e2e/restart.test.ts does: `SOAK_POINTS` kills (50), from `SOAK_SEED` (the time). */
import { expect, it } from 'vitest';
import { openWorkspace, type Survived, survive, type Workspace } from '../e2e/kills.ts';
import { expectSurvival } from '../e2e/kills-expectations.ts';
import { finished, read } from '../e2e/world.ts';
import { until } from '../fakes/slack-control.ts';

const FENCE = '```';
const GONE = /earlier sandbox is gone/;

it('loses nothing, answers nothing twice, leaves no sandbox behind, and hides no loss', async () => {
  const points = Number(process.env['SOAK_POINTS'] ?? 50);
  const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 1_000_000);
  process.stdout.write(`${points} kills, SOAK_SEED=${seed}\n`);
  const workspace = await openWorkspace();
  try {
    const survival = await survive(workspace, points, seed);
    for (const { root, asked, answers, runs } of survival.threads) {
      process.stdout.write(`thread ${root}: ${asked} messages, ${answers.length} answers, ${runs.length} runs\n`);
    }
    const { given, lost, told } = survival.commands;
    process.stdout.write(`${given} commands, ${lost} lost, ${told} failures told\n`);
    expectSurvival(survival);
    expect(survival.threads.reduce((sum, { asked }) => sum + asked, 0)).toBe(points + given - lost);
    await leavesNoOrphan(workspace);
    await hidesNoLoss(workspace, survival.threads);
  } finally {
    await workspace.stop();
  }
});

/** Each sandbox is bound to a thread: what a kill left between making one and writing it down has been ended. */
async function leavesNoOrphan(workspace: Workspace): Promise<void> {
  const orphans = async () => {
    const bound = new Set(workspace.bindings().map(({ sandbox }) => sandbox));
    return (await workspace.sandboxes()).map(({ sandboxId }) => sandboxId).filter((id) => !bound.has(id));
  };
  await until(orphans, (found) => found.length === 0, 30_000);
  const all = await workspace.sandboxes();
  process.stdout.write(`${all.length} sandboxes, none without a thread\n`);
}

/** A thread whose sandbox is gone says so with its next run; one whose sandbox lives does not. One is ended, one paused. */
async function hidesNoLoss(workspace: Workspace, survived: readonly Survived[]): Promise<void> {
  const { control, ada, general, sdk } = workspace;
  const boundTo = (root: string) => workspace.bindings().find((binding) => binding.root === root)?.sandbox ?? null;
  const [first, second] = survived.map(({ root }) => boundTo(root));
  if (first) await sdk.kill(first);
  if (second) await sdk.pause(second).catch(() => false);
  const living = new Set((await workspace.sandboxes()).map(({ sandboxId }) => sandboxId));
  for (const { root, answers } of survived) {
    const bound = boundTo(root);
    await control.say(ada, general, `${FENCE}\nprint("still here")\n${FENCE}`, { threadTs: root });
    const end = read(await finished(control, general, root, answers.length));
    expect(end).toContain('still here');
    const isLost = bound !== null && !living.has(bound);
    process.stdout.write(`thread ${root}: sandbox ${bound ?? 'none'}, ${isLost ? 'gone, and said' : 'there'}\n`);
    expect(GONE.test(end)).toBe(isLost);
  }
}
