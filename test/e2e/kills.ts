/** A conversation with a bot that is killed over and over: every message must have exactly one end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Env } from '../../src/config.ts';
import { fillMissingServices } from '../../src/local/services.ts';
import { localSettings } from '../../src/main.ts';
import { type ControlMessage, SlackControl, until } from '../fakes/slack-control.ts';
import { type BotProcess, startBotProcess } from './bot-process.ts';
import { answers, isFinal, mention } from './world.ts';

/** The local world alone, which lives on while bots come and go. */
export interface Workspace {
  readonly control: SlackControl;
  readonly ada: string;
  readonly general: string;
  /** Starts a bot. Whatever still runs is killed at the end. */
  bot(): BotProcess;
  stop(): Promise<void>;
}

export async function openWorkspace(): Promise<Workspace> {
  const dataDir = mkdtempSync(join(tmpdir(), 'threadbox-kills-'));
  const given: Env = {
    SLACK_EDITS_PER_MINUTE: '1000',
    SLACK_EDIT_INTERVAL_MS: '150',
    DATA_DIR: dataDir,
    LOCAL_PORT: '0',
  };
  const settings = { ...localSettings(given, dataDir), slackRateLimits: false, modelPaceMs: 5 };
  const services = await fillMissingServices(given, settings);
  const at = services.ready?.control;
  if (!at) throw new Error('the world has no workspace');
  const control = new SlackControl({ url: at.url, controlKey: at.key });
  const [ada, general] = await Promise.all([control.person('ada'), control.channel('general')]);
  const running = new Set<BotProcess>();
  return {
    control,
    ada: ada.id,
    general: general.id,
    bot: () => {
      const started = startBotProcess(services.env, dataDir);
      running.add(started);
      return started;
    },
    stop: async () => {
      await Promise.all([...running].map((bot) => bot.kill()));
      await services.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A sequence of numbers from 0 to 1 that is the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const FENCE = '```';

/** What people say, over and over: code, code that takes a while, code that fails, a task for the model. */
const SAID: readonly ((number: number) => string)[] = [
  (number) => `${FENCE}\nprint("message ${number}")\n${FENCE}`,
  (number) =>
    `${FENCE}\nimport time\nfor i in range(5):\n    print(${number}, i, flush=True)\n    time.sleep(0.1)\n${FENCE}`,
  () => 'compute the first 20 Fibonacci numbers with statistics',
  (number) => `${FENCE}\nraise ValueError("message ${number}")\n${FENCE}`,
];

/** A kill falls this long after the start of the process: before it is ready, while it takes up what was left, or later. */
const LIFE_MS = { least: 200, most: 2_600 };
const THREADS = 3;

interface Talk {
  readonly root: string;
  asked: number;
}

export interface Survived {
  readonly root: string;
  readonly asked: number;
  /** The bot's answers of the thread when everything had come to rest. */
  readonly answers: readonly ControlMessage[];
}

/** Kills a bot at `points` random moments of a conversation, starts it a last time, and waits until nothing moves. */
export async function survive(workspace: Workspace, points: number, seed: number): Promise<readonly Survived[]> {
  const { control, ada, general } = workspace;
  const random = seeded(seed);
  const talks: Talk[] = [];
  for (let point = 0; point < points; point += 1) {
    const bot = workspace.bot();
    const lifeMs = LIFE_MS.least + random() * (LIFE_MS.most - LIFE_MS.least);
    const death = new Promise((resolve) => setTimeout(resolve, lifeMs)).then(() => bot.kill());
    const text = (SAID[point % SAID.length] ?? String)(point);
    const talk = talks.length < THREADS ? undefined : talks[Math.floor(random() * talks.length)];
    if (talk) {
      await control.say(ada, general, text, { threadTs: talk.root });
      talk.asked += 1;
    } else {
      talks.push({ root: await control.say(ada, general, await mention(control, text)), asked: 1 });
    }
    await death;
  }
  const bot = workspace.bot();
  await bot.ready;
  // Slack delivers what was not acknowledged at once, after a minute and after five: the last two come now.
  await control.advance(61_000);
  await control.advance(301_000);
  const ends: Survived[] = [];
  for (const { root, asked } of talks) {
    const found = await until(
      () => answers(control, general, root),
      (all) => all.length >= asked && all.every(isFinal),
      90_000,
    );
    ends.push({ root, asked, answers: found });
  }
  // What would be said twice is said by a process that starts on the same state.
  await bot.terminate();
  await workspace.bot().ready;
  const again: Survived[] = [];
  for (const end of ends) again.push({ ...end, answers: await answers(control, general, end.root) });
  return again;
}
