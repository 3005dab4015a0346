/** The load on our scheduler: the one of the bot, unchanged. */
import { createEditBudget } from '../../src/slack/edit-budget.ts';
import { createPacedEditor } from '../../src/slack/paced-editor.ts';
import type { SendResult } from '../../src/slack/paced-editor-message.ts';
import type { Load } from './loads.ts';
import { random } from './random.ts';
import type { Run, Seen, Sent } from './record.ts';
import { SimClock } from './sim-clock.ts';
import { EDITS_PER_MINUTE, SimSlack } from './sim-slack.ts';

/** As the bot has it by default. */
export const PACE = { intervalMs: 1_200, refreshMs: 5_000 };

interface Content {
  readonly asOf: number;
  readonly final: boolean;
  readonly shows: string;
}

export async function runOurs(load: Load, seed: number, drainMs: number): Promise<Run> {
  const clock = new SimClock();
  const slack = new SimSlack(clock, random(seed));
  const scheduler = createPacedEditor(createEditBudget(EDITS_PER_MINUTE), PACE, clock);
  const seen: Seen[][] = load.turns.map(() => []);
  const sent: Sent[] = [];

  for (const [index, turn] of load.turns.entries()) {
    let printed = 0;
    let final = false;
    const compose = (): Content => ({ asOf: clock.now(), final, shows: `${printed} ${final}` });
    const send = async ({ asOf, final }: Content): Promise<SendResult> => {
      const edit = { at: clock.now(), answeredAt: Number.POSITIVE_INFINITY, turn: index };
      sent.push(edit);
      const answer = await slack.edit((at) => seen[index]?.push({ at, asOf, final }));
      edit.answeredAt = clock.now();
      return answer.ok ? { kind: 'landed' } : { kind: 'limited', retryAfterMs: answer.retryAfterMs };
    };
    clock.at(turn.from, () => {
      const message = { compose, same: (a: Content, b: Content) => a.shows === b.shows, send };
      const edits = scheduler.open<Content>(message, compose());
      const printAt = (next: number): void => {
        const at = turn.prints[next];
        if (at === undefined) return;
        clock.at(at, () => {
          printed += 1;
          edits.changed(printed === 1 ? 'first' : 'output');
          printAt(next + 1);
        });
      };
      printAt(0);
      clock.at(turn.until, () => {
        final = true;
        void edits.finish();
      });
    });
  }
  await clock.advanceTo(load.until + drainMs);
  scheduler.close();
  return { load, seen, sent, refused: slack.refused };
}
