/** The product as a newcomer runs it, for tests: an empty environment over the bridge, free ports, a folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningBot, startBot } from '../../src/bot.ts';
import { type Env, loadConfig } from '../../src/config.ts';
import { fillMissingServices, type LocalServices, type LocalSettings } from '../../src/local/services.ts';
import { createLog } from '../../src/log.ts';
import { localSettings } from '../../src/main.ts';
import { type ControlMessage, SlackControl, until } from '../fakes/slack-control.ts';

export interface World {
  readonly control: SlackControl;
  readonly services: LocalServices;
  readonly dataDir: string;
  /** The people's ids. */
  readonly ada: string;
  readonly grace: string;
  readonly general: string;
  readonly random: string;
  /** Ends the bot; the workspace and the sandboxes live on. */
  stopBot(): Promise<void>;
  /** Starts a bot on the same world, with other variables if given. */
  startBot(change?: Env): Promise<void>;
  stop(): Promise<void>;
}

/** Quick edits and no tiers: what is tested is what arrives, not the pace. `change` overrides. */
const QUICK: Env = {
  SLACK_EDITS_PER_MINUTE: '1000',
  SLACK_EDIT_INTERVAL_MS: '150',
  SLACK_POST_INTERVAL_MS: '20',
  LOG_LEVEL: 'error',
};
const STOP_DEADLINE_MS = 8_000;

export async function startWorld(change: Env = {}, settings: Partial<LocalSettings> = {}): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'threadbox-'));
  const env: Env = { ...QUICK, DATA_DIR: dataDir, LOCAL_PORT: '0', ...change };
  const quick = { slackRateLimits: false, modelPaceMs: 2 };
  const services = await fillMissingServices(env, { ...localSettings(env, dataDir), ...quick, ...settings });
  let bot: RunningBot | undefined;
  const stopBot = async () => {
    await bot?.stop(STOP_DEADLINE_MS);
    bot = undefined;
  };
  const start = async (more: Env = {}) => {
    const config = loadConfig({ ...services.env, ...more }, dataDir);
    bot = await startBot(config, createLog(config.logLevel));
  };
  const stop = async () => {
    await stopBot();
    await services.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await start();
    const at = services.ready?.control;
    if (!at) throw new Error('the world has no workspace');
    const control = new SlackControl({ url: at.url, controlKey: at.key });
    const [ada, grace] = await Promise.all([control.person('ada'), control.person('grace')]);
    const [general, random] = await Promise.all([control.channel('general'), control.channel('random')]);
    const ids = { ada: ada.id, grace: grace.id, general: general.id, random: random.id };
    return { control, services, dataDir, ...ids, stopBot, startBot: start, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The bot as people mention it. */
export async function mention(control: SlackControl, text: string): Promise<string> {
  const { team } = await control.state();
  return `<@${team.botUserId}>${text ? ` ${text}` : ''}`;
}

function isAnswer(message: ControlMessage): boolean {
  return message.metadata?.event_type === 'threadbox_turn' && message.metadata.event_payload['kind'] === 'answer';
}

export function isFinal(message: ControlMessage): boolean {
  return !JSON.stringify(message.blocks).includes('turn.stop');
}

/** The bot's answers of a thread, oldest first. */
export async function answers(
  control: SlackControl,
  channel: string,
  root: string,
): Promise<readonly ControlMessage[]> {
  return (await control.thread(channel, root)).filter(isAnswer);
}

/** Waits until the thread's nth answer (the first is 0) has its last state. */
export async function finished(
  control: SlackControl,
  channel: string,
  root: string,
  nth = 0,
  timeoutMs = 60_000,
): Promise<ControlMessage> {
  const all = await until(
    () => answers(control, channel, root),
    (found) => {
      const answer = found[nth];
      return answer !== undefined && isFinal(answer);
    },
    timeoutMs,
  );
  const answer = all[nth];
  if (!answer) throw new Error('no answer');
  return answer;
}

/** What a person reads of a message's blocks, in order, as one text. */
export function read(message: { readonly blocks: readonly unknown[] }): string {
  const texts: string[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const inner of value) walk(inner);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'text' && typeof inner === 'string') texts.push(inner);
      else walk(inner);
    }
  };
  walk(message.blocks);
  return texts.join('\n');
}
