/** A conversation with a bot that is killed over and over: every message must have exactly one end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { E2B, type SandboxInfo } from '@e2b/code-interpreter';
import Sqlite from 'better-sqlite3';
import type { Env } from '../../src/config.ts';
import { fillMissingServices } from '../../src/local/services.ts';
import { localSettings } from '../../src/main.ts';
import { type ControlMessage, SlackControl, until } from '../fakes/slack-control.ts';
import { type BotProcess, startBotProcess } from './bot-process.ts';
import { answers, isFinal, mention } from './world.ts';

export interface Binding {
  /** The root message of the thread. */
  readonly root: string;
  readonly sandbox: string | null;
}

/** The local world alone, which lives on while bots come and go. */
export interface Workspace {
  readonly control: SlackControl;
  readonly ada: string;
  readonly general: string;
  /** Starts a bot. Whatever still runs is killed at the end. */
  bot(change?: Env): BotProcess;
  /** The service of the sandboxes, as its owner sees it. */
  readonly sdk: E2B['Sandbox'];
  /** All sandboxes, running and paused. */
  sandboxes(): Promise<readonly SandboxInfo[]>;
  /** The threads and the sandbox each is bound to, as the bot has written it down. */
  bindings(): readonly Binding[];
  stop(): Promise<void>;
}

export async function openWorkspace(): Promise<Workspace> {
  const dataDir = mkdtempSync(join(tmpdir(), 'threadbox-kills-'));
  const given: Env = {
    SLACK_EDITS_PER_MINUTE: '1000',
    SLACK_EDIT_INTERVAL_MS: '150',
    SLACK_POST_INTERVAL_MS: '20',
    DATA_DIR: dataDir,
    LOCAL_PORT: '0',
  };
  // Room for the bot's, and for the paused ones that the test wakes beside them to look inside.
  const maxSandboxes = 60;
  const settings = { ...localSettings(given, dataDir), maxSandboxes, slackRateLimits: false, modelPaceMs: 5 };
  const services = await fillMissingServices(given, settings);
  const at = services.ready?.control;
  if (!at) throw new Error('the world has no workspace');
  const control = new SlackControl({ url: at.url, controlKey: at.key });
  const [ada, general] = await Promise.all([control.person('ada'), control.channel('general')]);
  const address = {
    apiKey: services.env['E2B_API_KEY'] ?? '',
    apiUrl: services.env['E2B_API_URL'] ?? '',
    sandboxUrl: services.env['E2B_SANDBOX_URL'] ?? '',
  };
  const sdk = new E2B({ ...address, domain: 'e2b.invalid', debug: false }).Sandbox;
  const running = new Set<BotProcess>();
  return {
    control,
    ada: ada.id,
    general: general.id,
    sdk,
    bot: (change = {}) => {
      const started = startBotProcess({ ...services.env, ...change }, dataDir);
      running.add(started);
      return started;
    },
    sandboxes: async () => {
      const pages = sdk.list();
      const all: SandboxInfo[] = [];
      while (pages.hasNext) all.push(...(await pages.nextItems()));
      return all;
    },
    bindings: () => bindingsIn(join(dataDir, 'threadbox.db')),
    stop: async () => {
      await Promise.all([...running].map((bot) => bot.kill()));
      await services.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A reader beside the bot: in WAL mode neither waits for the other. */
function bindingsIn(path: string): readonly Binding[] {
  const db = new Sqlite(path, { readonly: true });
  try {
    return db.prepare<[], Binding>("SELECT substr(key, instr(key, '.') - 10) AS root, sandbox FROM threads").all();
  } finally {
    db.close();
  }
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
/** Where each run leaves the number of its message: what stands there twice ran twice. */
const RUNS = 'runs.txt';
const python = (number: number, source: string) =>
  `${FENCE}\nopen("${RUNS}", "a").write("${number}\\n")\n${source}\n${FENCE}`;

/** What people say, over and over: code, code that takes a while, code that fails, a task for the model. */
const SAID: readonly ((number: number) => string)[] = [
  (number) => python(number, `print("message ${number}")`),
  (number) =>
    python(number, `import time\nfor i in range(5):\n    print(${number}, i, flush=True)\n    time.sleep(0.1)`),
  () => 'compute the first 20 Fibonacci numbers with statistics',
  (number) => python(number, `raise ValueError("message ${number}")`),
  (number) =>
    `${FENCE}bash\necho ${number} >> ${RUNS}\nfor i in 1 2 3 4 5; do echo ${number} $i; sleep 0.2; done\n${FENCE}`,
];

/** A kill falls between this and `MOST_MS` after the bot would be ready: before it is, while it takes up what was left, or later. */
const LEAST_MS = 200;
const MOST_MS = 2_400;
const THREADS = 3;
const RESET_EVERY = 4;
/** So often a command is given besides. */
const COMMANDS = 0.4;

interface Talk {
  readonly root: string;
  asked: number;
}

export interface Survived {
  readonly root: string;
  readonly asked: number;
  /** The bot's answers of the thread when everything had come to rest. */
  readonly answers: readonly ControlMessage[];
  /** The numbers of the messages whose code has run there. */
  readonly runs: readonly string[];
}

export interface Survival {
  /** Those that a message opened, then those that a command did. */
  readonly threads: readonly Survived[];
  /** Commands that came to nothing, and how often a person was told so. */
  readonly commands: { readonly given: number; readonly lost: number; readonly told: number };
}

const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** How long a bot takes to be ready on this machine now. */
async function startTime(workspace: Workspace): Promise<number> {
  const begun = Date.now();
  const bot = workspace.bot();
  await bot.ready;
  const tookMs = Date.now() - begun;
  await bot.terminate();
  return tookMs;
}

/** Kills a bot at `points` random moments of a conversation, starts it a last time, and waits until nothing moves. */
export async function survive(workspace: Workspace, points: number, seed: number): Promise<Survival> {
  const { control, ada, general } = workspace;
  const random = seeded(seed);
  const talks: Talk[] = [];
  let given = 0;
  const command = async (bot: BotProcess, number: number, inMs: number) => {
    await bot.ready;
    await after(inMs);
    given += 1;
    const text = python(number, `print("command ${number} is done")`);
    await control.act({ as: ada, type: 'command', channel: general, command: '/run', text });
  };
  const readyMs = await startTime(workspace);
  for (let point = 0; point < points; point += 1) {
    const bot = workspace.bot();
    const lifeMs = LEAST_MS + random() * (readyMs + MOST_MS - LEAST_MS);
    const death = after(lifeMs).then(() => bot.kill());
    // A bot that is killed before it is ready rejects here.
    if (random() < COMMANDS) void command(bot, point, random() * Math.max(0, lifeMs - readyMs)).catch(() => {});
    const text = (SAID[point % SAID.length] ?? String)(point);
    const talk = talks.length < THREADS ? undefined : talks[Math.floor(random() * talks.length)];
    if (talk) {
      // A fresh sandbox is made, and the old one ended, under the kills too.
      if (point % RESET_EVERY === 0) await control.say(ada, general, 'reset', { threadTs: talk.root });
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
  await rest(workspace, talks);
  const opened = (await control.messages(general)).filter(({ text }) => /ran: .*command \d+ is done/s.test(text));
  talks.push(...opened.map(({ ts }) => ({ root: ts, asked: 1 })));
  await rest(workspace, talks);
  // What would be said twice is said by a process that starts on the same state.
  await bot.terminate();
  await workspace.bot().ready;
  const threads: Survived[] = [];
  for (const { root, asked } of talks) {
    const found = await answers(control, general, root);
    threads.push({ root, asked, answers: found, runs: await runsIn(workspace, root) });
  }
  const told = (await control.notices()).filter((notice) => JSON.stringify(notice).includes('/run failed')).length;
  return { threads, commands: { given, lost: given - opened.length, told } };
}

/** Waits until every thread has the answers it should have, each in its last state. */
async function rest({ control, general }: Workspace, talks: readonly Talk[]): Promise<void> {
  for (const { root, asked } of talks) {
    const isOver = (all: readonly ControlMessage[]) => all.length >= asked && all.every(isFinal);
    await until(() => answers(control, general, root), isOver, 90_000);
  }
}

async function runsIn({ bindings, sdk }: Workspace, root: string): Promise<readonly string[]> {
  const bound = bindings().find((binding) => binding.root === root)?.sandbox;
  if (!bound) return [];
  const { files } = await sdk.connect(bound);
  return (await files.exists(RUNS)) ? (await files.read(RUNS)).split('\n').filter((line) => line !== '') : [];
}
