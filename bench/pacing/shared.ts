/** Processes that share one budget without knowing of each other: each has a scheduler of its own. */
import { createEditBudget } from '../../src/slack/edit-budget.ts';
import { createPacedEditor } from '../../src/slack/paced-editor.ts';
import type { SendResult } from '../../src/slack/paced-editor-message.ts';
import { PACE } from './ours.ts';
import { random } from './random.ts';
import { SimClock } from './sim-clock.ts';
import { EDITS_PER_MINUTE, MINUTE_MS, SimSlack } from './sim-slack.ts';

export interface Shared {
  /** By process and minute. */
  readonly landed: readonly (readonly number[])[];
  /** By minute, all processes together. */
  readonly refused: readonly number[];
}

/** Every process has `turns` messages that always have something new. */
export async function share(
  processes: number,
  turns: number,
  minutes: number,
  limit = EDITS_PER_MINUTE,
): Promise<Shared> {
  const clock = new SimClock();
  const slack = new SimSlack(clock, random(processes * 100 + turns), limit);
  const landed = Array.from({ length: processes }, () => Array.from({ length: minutes }, () => 0));
  const refused = Array.from({ length: minutes }, () => 0);
  const count = (counts: number[] | undefined) => {
    const minute = Math.floor(clock.now() / MINUTE_MS);
    if (counts && minute < minutes) counts[minute] = (counts[minute] ?? 0) + 1;
  };
  const schedulers = landed.map((counts, process) => {
    const scheduler = createPacedEditor(createEditBudget(EDITS_PER_MINUTE), PACE, clock);
    for (let turn = 0; turn < turns; turn += 1) {
      const send = async (): Promise<SendResult> => {
        const answer = await slack.edit(() => count(counts));
        if (answer.ok) return { kind: 'landed' };
        count(refused);
        return { kind: 'limited', retryAfterMs: answer.retryAfterMs };
      };
      const edits = scheduler.open({ compose: () => clock.now(), same: (a, b) => a === b, send }, -1);
      const print = (): void => {
        edits.changed('output');
        clock.after(200 + ((turn * 7 + process * 3) % 10), print);
      };
      print();
    }
    return scheduler;
  });
  await clock.advanceTo(minutes * MINUTE_MS);
  for (const scheduler of schedulers) scheduler.close();
  return { landed, refused };
}
