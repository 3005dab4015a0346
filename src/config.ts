/** Environment in, configuration out: pure. Every fault is named at once, each with what to do and where to get it. */
import { isAbsolute, resolve } from 'node:path';
import { CACHE_READ_SHARE, type Prices } from './conversation/cost.ts';

export type Env = Readonly<Record<string, string | undefined>>;

export type SlackConnection =
  | { readonly kind: 'socket'; readonly appToken: string }
  | { readonly kind: 'http'; readonly signingSecret: string; readonly port: number };

export type SandboxInternet = 'packages' | 'on' | 'off';

export interface Config {
  readonly slack: {
    readonly botToken: string;
    readonly connection: SlackConnection;
    /** Only for a Slack that is not slack.com. Ends with a slash. */
    readonly apiUrl?: string;
    readonly editsPerMinute: number;
    readonly editIntervalMs: number;
    readonly postIntervalMs: number;
    readonly mentionRequired: boolean;
  };
  readonly model: {
    readonly apiKey: string;
    readonly baseURL?: string;
    readonly name: string;
    /** Nothing but plain Messages requests: for servers that only speak the common part of the API. */
    readonly plain: boolean;
    readonly contextTokens: number;
    /** Left out where nobody gave them: then no cost is shown. */
    readonly prices?: Prices;
  };
  readonly sandbox: {
    readonly apiKey: string;
    readonly apiUrl?: string;
    readonly sandboxUrl?: string;
    readonly template?: string;
    readonly internet: SandboxInternet;
    readonly runTimeoutSeconds: number;
    readonly maxOutputMb: number;
    /** Until an unused sandbox is paused. */
    readonly idleMinutes: number;
    /** Until an unused sandbox is ended. */
    readonly maxDays: number;
    /** Running at once. */
    readonly maxRunning: number;
    /** Spare ones, ready for a thread's first run. */
    readonly warm: number;
  };
  readonly turn: { readonly maxAttempts: number; readonly maxSteps: number; readonly timeZone: string };
  readonly dataDir: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

/** All that is wrong with the environment, a sentence each. */
export class ConfigError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`Threadbox cannot start with this configuration:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** Where an untouched `.env.example` line would otherwise pass for a value. */
const PLACEHOLDER = /^(xoxb|xapp|sk-ant|e2b)[-_]?(\.\.\.|…|your|x+$)/i;

const DEFAULT_MODEL = 'claude-sonnet-5-5';
/** Servers that ignore keys still want one on the wire. */
const NO_KEY = 'none';

/** Reads one environment; collects faults rather than stopping at the first. */
class Reader {
  readonly faults: string[] = [];
  private readonly env: Env;

  constructor(env: Env) {
    this.env = env;
  }

  text(name: string): string | undefined {
    const value = this.env[name]?.trim();
    return value ? value : undefined;
  }

  fault(sentence: string): void {
    this.faults.push(sentence);
  }

  required(name: string, how: string): string {
    const value = this.text(name);
    if (!value) this.fault(`${name} is missing. ${how}`);
    return value ?? '';
  }

  token(name: string, prefix: string, how: string): string {
    const value = this.required(name, how);
    if (value && (!value.startsWith(prefix) || PLACEHOLDER.test(value)))
      this.fault(`${name} should begin with "${prefix}" and be a real token. ${how}`);
    return value;
  }

  integer(name: string, fallback: number, min: number, max: number, what: string): number {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const number = Number(value);
    if (Number.isInteger(number) && number >= min && number <= max) return number;
    this.fault(`${name} is "${value}". ${what}: a whole number from ${min} to ${max}; leave it out for ${fallback}.`);
    return fallback;
  }

  /** US dollars for a million tokens. */
  price(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (Number.isFinite(number) && number >= 0 && number <= 10_000) return number;
    this.fault(
      `${name} is "${value}". US dollars for a million tokens, as a plain number such as 2.50, or leave it out.`,
    );
    return undefined;
  }

  choice<T extends string>(name: string, fallback: T, choices: readonly T[]): T {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const found = choices.find((choice) => choice === value.toLowerCase());
    if (found) return found;
    this.fault(`${name} is "${value}". Use one of: ${choices.join(', ')}; leave it out for ${fallback}.`);
    return fallback;
  }

  url(name: string): string | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value;
    this.fault(`${name} is "${value}". Give a whole address that begins with http:// or https://, or leave it out.`);
    return undefined;
  }

  flag(name: string): boolean {
    return this.choice(name, 'false', ['true', 'false', '1', '0']).replace('1', 'true') === 'true';
  }
}

const APP_PAGE = 'https://api.slack.com/apps → your app';
const BOT_TOKEN_HOW = `Copy the "Bot User OAuth Token" from ${APP_PAGE} → OAuth & Permissions.`;
const APP_TOKEN_HOW = `Make one with the scope connections:write at ${APP_PAGE} → Basic Information → App-Level Tokens.`;

function slackConfig(read: Reader): Config['slack'] {
  const apiUrl = read.url('SLACK_API_URL');
  return {
    botToken: read.token('SLACK_BOT_TOKEN', 'xoxb-', BOT_TOKEN_HOW),
    connection: slackConnection(read),
    ...(apiUrl && { apiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/` }),
    editsPerMinute: read.integer('SLACK_EDITS_PER_MINUTE', 50, 1, 1000, 'Message edits a minute, all threads together'),
    editIntervalMs: read.integer(
      'SLACK_EDIT_INTERVAL_MS',
      1200,
      100,
      60_000,
      'Milliseconds between edits of a message',
    ),
    postIntervalMs: read.integer(
      'SLACK_POST_INTERVAL_MS',
      1000,
      10,
      60_000,
      'Milliseconds between messages in a channel',
    ),
    mentionRequired: read.flag('MENTION_REQUIRED'),
  };
}

function slackConnection(read: Reader): SlackConnection {
  const signingSecret = read.text('SLACK_SIGNING_SECRET');
  if (signingSecret && !read.text('SLACK_APP_TOKEN')) {
    return { kind: 'http', signingSecret, port: read.integer('PORT', 3000, 0, 65_535, 'The port Slack calls') };
  }
  const how = `${APP_TOKEN_HOW} (For HTTP mode set SLACK_SIGNING_SECRET instead.)`;
  return { kind: 'socket', appToken: read.token('SLACK_APP_TOKEN', 'xapp-', how) };
}

function modelConfig(read: Reader): Config['model'] {
  const contextTokens = read.integer('MODEL_CONTEXT_TOKENS', 100_000, 4_000, 2_000_000, 'Tokens of a request at most');
  const baseURL = read.url('ANTHROPIC_BASE_URL');
  const prices = pricesOf(read);
  const limits = { contextTokens, ...(prices && { prices }) };
  const how = 'Make one at https://console.anthropic.com → API keys.';
  if (!baseURL) {
    const apiKey = read.required('ANTHROPIC_API_KEY', how);
    return { apiKey, name: read.text('ANTHROPIC_MODEL') ?? DEFAULT_MODEL, plain: false, ...limits };
  }
  const name = read.required('ANTHROPIC_MODEL', 'With ANTHROPIC_BASE_URL, name the model that server offers.');
  return { apiKey: read.text('ANTHROPIC_API_KEY') ?? NO_KEY, baseURL, name, plain: true, ...limits };
}

/** Both or none: half a price would show half a cost. */
function pricesOf(read: Reader): Prices | undefined {
  const [inputUsd, outputUsd] = [read.price('MODEL_INPUT_PRICE'), read.price('MODEL_OUTPUT_PRICE')];
  const cacheReadUsd = read.price('MODEL_CACHE_READ_PRICE');
  const given = (name: string) => read.text(name) !== undefined;
  const names = ['MODEL_INPUT_PRICE', 'MODEL_OUTPUT_PRICE'];
  const missing = names.filter((name) => !given(name));
  if (missing.length === 2 && !given('MODEL_CACHE_READ_PRICE')) return undefined;
  if (missing.length > 0) {
    read.fault(
      `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing. Give both MODEL_INPUT_PRICE and MODEL_OUTPUT_PRICE, or no price.`,
    );
  }
  if (inputUsd === undefined || outputUsd === undefined) return undefined;
  return { inputUsd, outputUsd, cacheReadUsd: cacheReadUsd ?? inputUsd * CACHE_READ_SHARE };
}

function sandboxConfig(read: Reader): Config['sandbox'] {
  const apiUrl = read.url('E2B_API_URL');
  const sandboxUrl = read.url('E2B_SANDBOX_URL');
  const template = read.text('E2B_TEMPLATE');
  const maxRunning = read.integer('MAX_SANDBOXES', 20, 1, 1_000, 'Sandboxes that run at once');
  const warm = read.integer('WARM_SANDBOXES', 0, 0, 100, 'Spare sandboxes that are kept ready');
  if (warm >= maxRunning)
    read.fault(`WARM_SANDBOXES is ${warm} and MAX_SANDBOXES ${maxRunning}: keep at least one sandbox for the threads.`);
  return {
    apiKey: read.required('E2B_API_KEY', 'Make one at https://e2b.dev/dashboard → API keys.'),
    ...(apiUrl && { apiUrl }),
    ...(sandboxUrl && { sandboxUrl }),
    ...(template && { template }),
    internet: read.choice('SANDBOX_INTERNET', 'packages', ['packages', 'on', 'off']),
    runTimeoutSeconds: read.integer('RUN_TIMEOUT_SECONDS', 120, 1, 3_600, 'Seconds one run may take'),
    maxOutputMb: read.integer('MAX_OUTPUT_MB', 20, 1, 1_000, 'Megabytes one run may print'),
    idleMinutes: read.integer('SESSION_IDLE_MINUTES', 15, 1, 60, 'Minutes until an unused sandbox is paused'),
    maxDays: read.integer('SESSION_MAX_DAYS', 30, 1, 3_650, 'Days until an unused sandbox is ended'),
    maxRunning,
    warm,
  };
}

function timeZoneOf(read: Reader): string {
  const zone = read.text('TZ') ?? 'UTC';
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    read.fault(`TZ is "${zone}". Use an IANA name such as Europe/Berlin, or leave it out for UTC.`);
    return 'UTC';
  }
}

/** The configuration, or a ConfigError with all faults. `cwd` is what a relative DATA_DIR is relative to. */
export function loadConfig(env: Env, cwd: string): Config {
  const read = new Reader(env);
  const dataDir = read.text('DATA_DIR') ?? 'data';
  const config: Config = {
    slack: slackConfig(read),
    model: modelConfig(read),
    sandbox: sandboxConfig(read),
    turn: {
      maxAttempts: read.integer('MAX_ATTEMPTS', 3, 1, 10, 'Failing runs in a row before giving up'),
      maxSteps: read.integer('MAX_STEPS', 10, 1, 100, 'Runs in one turn, whatever happens'),
      timeZone: timeZoneOf(read),
    },
    dataDir: isAbsolute(dataDir) ? dataDir : resolve(cwd, dataDir),
    logLevel: read.choice('LOG_LEVEL', 'info', ['debug', 'info', 'warn', 'error']),
  };
  if (read.faults.length > 0) throw new ConfigError(read.faults);
  return config;
}

/** The variables that hold keys or addresses: handed to their SDKs explicitly, then taken out of the environment. */
export const SERVICE_VARIABLES = [
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_API_URL',
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'ANTHROPIC_BASE_URL',
  'ANTHROPIC_MODEL',
  'E2B_API_KEY',
  'E2B_ACCESS_TOKEN',
  'E2B_API_URL',
  'E2B_SANDBOX_URL',
  'E2B_DOMAIN',
  'E2B_DEBUG',
  'E2B_TEMPLATE',
] as const;
