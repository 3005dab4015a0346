/** The scripted stand-in for a model: recognises a handful of tasks, and says plainly what it is for all others. */
import type { Answer, Conversation } from './conversation.ts';
import { database } from './scenarios/database.ts';
import { fibonacci } from './scenarios/fibonacci.ts';
import { bash, javascript } from './scenarios/languages.ts';
import { misspelt } from './scenarios/misspelt.ts';
import { plot } from './scenarios/plot.ts';
import { prices } from './scenarios/prices.ts';
import { giveUp, type Scenario } from './scenarios/scenario.ts';
import { counting, endless } from './scenarios/slow.ts';
import { table } from './scenarios/table.ts';
import { courtesy, unknownTask } from './scenarios/talk.ts';

/** The first that recognises a task answers it: the narrower come first, and a courtesy must not hide a task. */
const SCENARIOS: readonly Scenario[] = [
  misspelt,
  table,
  endless,
  counting,
  plot,
  javascript,
  fibonacci,
  prices,
  database,
  bash,
  courtesy,
];

export function scenarioFor(conversation: Conversation): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.recognises(conversation));
}

export function think(conversation: Conversation): Answer {
  const answer = scenarioFor(conversation)?.answer(conversation) ?? unknownTask();
  return answer.run && conversation.closed ? giveUp(conversation) : answer;
}
