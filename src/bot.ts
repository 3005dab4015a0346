/** The composition root: configuration in, running bot out. The only place where the adapters and the engine meet. */
import { join } from 'node:path';
import { steadyClock, systemClock } from './clock.ts';
import type { Config, SandboxInternet } from './config.ts';
import { within } from './conversation/aborting.ts';
import { type Conversations, type ConversationsDeps, createConversations } from './conversation/conversations.ts';
import type { Log } from './log.ts';
import { createModel } from './model/anthropic.ts';
import type { Store } from './ports.ts';
import { createSandboxes, type OwnSandboxes } from './sandbox/e2b.ts';
import { installFetch } from './sandbox/install-fetch.ts';
import { openSlack, type Slack } from './slack/app.ts';
import { type Listening, listen } from './slack/listeners.ts';
import { instanceId } from './store/instance.ts';
import { lockDataFolder } from './store/lock.ts';
import { openScratch } from './store/scratch.ts';
import { openStore } from './store/sqlite.ts';

export interface RunningBot {
  /** The port Slack calls, in HTTP mode. */
  readonly port: number | undefined;
  /** Resolves with a sentence when Slack does not let the bot in any more: the app token was revoked while it ran. */
  readonly lost: Promise<string>;
  /**
   * Stops taking requests, ends the turns that run (their messages say so) and closes everything. Takes no longer than
   * `deadlineMs`: what has not landed by then is left to the next start.
   */
  stop(deadlineMs: number): Promise<void>;
}

/** What the model is told about the network. */
const NETWORK: Readonly<Record<SandboxInternet, string>> = {
  packages:
    'The network reaches the package registries of PyPI, npm and Debian and nothing else; install what is missing from there.',
  on: 'The network is open; install what is missing.',
  off: 'There is no network: nothing can be downloaded or installed.',
};

const MINUTE_MS = 60_000;
/**
 * How long a stop waits for what only tidies up: the statuses under ended turns, which Slack takes away itself in two
 * minutes, and the last mark in a sandbox, without which it is checked against the one before.
 */
const LAST_PATIENCE_MS = 500;
const DAY_MS = 86_400_000;

/**
 * Starts the bot. Throws StorageError (the data folder cannot be used or is another process's) or SlackStartError; then
 * nothing is left running. A wrong model or sandbox key does not stop the start: the thread that meets it is told.
 */
export async function startBot(config: Config, log: Log): Promise<RunningBot> {
  const undo: (() => void)[] = [];
  const unwind = () => {
    for (const step of undo.splice(0).reverse()) step();
  };
  try {
    const lock = lockDataFolder(config.dataDir);
    undo.push(lock.release);
    const store = openStore(join(config.dataDir, 'threadbox.db'));
    undo.push(() => store.close());
    const scratch = openScratch(join(config.dataDir, 'tmp'));
    undo.push(installFetch());
    let reportLost: (sentence: string) => void = () => {};
    const lost = new Promise<string>((resolve) => {
      reportLost = resolve;
    });
    const onLost = (error: Error) => reportLost(error.message);
    const slack = await openSlack({ ...config.slack, store, clock: systemClock, steadyClock, log, onLost });
    undo.push(() => slack.close());
    const sandboxes = sandboxesOf(config, store, log);
    const conversations = converse(config, { store, scratch, sandboxes, replies: slack.replies }, log);
    const listening = listen(slack, { inbox: conversations, store, clock: systemClock, log });
    await conversations.resume();
    const port = await slack.start();
    sandboxes.start();
    const running = { slack, listening, conversations, sandboxes };
    return { port, lost, stop: (deadlineMs) => stopInOrder(running, unwind, deadlineMs) };
  } catch (error) {
    unwind();
    throw error;
  }
}

type Adapters = Pick<ConversationsDeps, 'store' | 'scratch' | 'sandboxes' | 'replies'>;

function converse(config: Config, adapters: Adapters, log: Log): Conversations {
  const { model, turn, sandbox } = config;
  return createConversations({
    ...adapters,
    model: createModel({
      apiKey: model.apiKey,
      model: model.name,
      plain: model.plain,
      log,
      ...(model.baseURL !== undefined && { baseURL: model.baseURL }),
    }),
    clock: systemClock,
    log,
    settings: {
      maxAttempts: turn.maxAttempts,
      maxSteps: turn.maxSteps,
      runTimeoutSeconds: sandbox.runTimeoutSeconds,
      contextTokens: model.contextTokens,
      modelLabel: modelLabel(model),
      ...(model.prices && { prices: model.prices }),
      timeZone: turn.timeZone,
      network: NETWORK[sandbox.internet],
    },
  });
}

/** The name, and the host where it is not Anthropic's: an address may hold a key, its host does not. */
function modelLabel({ name, baseURL }: Config['model']): string {
  return baseURL === undefined ? name : `${name} at ${new URL(baseURL).host}`;
}

function sandboxesOf({ sandbox, dataDir }: Config, store: Store, log: Log): OwnSandboxes {
  const { idleMinutes, maxDays, ...options } = sandbox;
  const times = { idleMs: idleMinutes * MINUTE_MS, maxAgeMs: maxDays * DAY_MS };
  return createSandboxes({
    ...options,
    ...times,
    instance: instanceId(dataDir),
    ledger: store,
    clock: systemClock,
    log,
  });
}

interface Running {
  readonly slack: Slack;
  readonly listening: Listening;
  readonly conversations: Conversations;
  readonly sandboxes: OwnSandboxes;
}

/**
 * At the same time nothing comes in any more, what came is handed over (it waits as a row for the next start), and the
 * turns end and say so; then the doors close.
 */
async function stopInOrder(
  { slack, listening, conversations, sandboxes }: Running,
  unwind: () => void,
  deadlineMs: number,
): Promise<void> {
  const handedOver = slack.stopReceiving().then(() => listening.idle());
  const ended = [conversations.stop(deadlineMs), sandboxes.stop(deadlineMs)];
  await Promise.all([...ended, within(handedOver, deadlineMs, systemClock)]);
  const last = Promise.all([slack.cleared(), sandboxes.atRest()]);
  await within(last, LAST_PATIENCE_MS, systemClock);
  unwind();
}
