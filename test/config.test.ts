import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError, type Env, loadConfig, SERVICE_VARIABLES } from '../src/config.ts';

const WHOLE: Env = {
  SLACK_BOT_TOKEN: 'xoxb-1-2-abc',
  SLACK_APP_TOKEN: 'xapp-1-A1-abc',
  ANTHROPIC_API_KEY: 'sk-ant-real',
  E2B_API_KEY: 'e2b_0123',
};

function faults(env: Env): readonly string[] {
  try {
    loadConfig(env, '/srv/bot');
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

describe('loadConfig', () => {
  it('needs no more than the four keys', () => {
    expect(loadConfig(WHOLE, '/srv/bot')).toEqual({
      slack: {
        botToken: 'xoxb-1-2-abc',
        connection: { kind: 'socket', appToken: 'xapp-1-A1-abc' },
        editsPerMinute: 50,
        editIntervalMs: 1200,
        postIntervalMs: 1000,
        mentionRequired: false,
      },
      model: { apiKey: 'sk-ant-real', name: 'claude-sonnet-5-5', plain: false, contextTokens: 100_000 },
      sandbox: {
        apiKey: 'e2b_0123',
        internet: 'packages',
        runTimeoutSeconds: 120,
        maxOutputMb: 20,
        idleMinutes: 15,
        maxDays: 30,
        maxRunning: 20,
        warm: 0,
      },
      turn: { maxAttempts: 3, maxSteps: 10, timeZone: 'UTC' },
      dataDir: '/srv/bot/data',
      logLevel: 'info',
    });
  });

  it('names every fault at once, each with where to get the value', () => {
    const found = faults({
      MAX_ATTEMPTS: 'many',
      SANDBOX_INTERNET: 'sometimes',
      TZ: 'Mars/Olympus',
      E2B_API_URL: 'localhost',
    });
    expect(found.map((fault) => fault.split(' ')[0]).sort()).toEqual([
      'ANTHROPIC_API_KEY',
      'E2B_API_KEY',
      'E2B_API_URL',
      'MAX_ATTEMPTS',
      'SANDBOX_INTERNET',
      'SLACK_APP_TOKEN',
      'SLACK_BOT_TOKEN',
      'TZ',
    ]);
    for (const name of ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'ANTHROPIC_API_KEY', 'E2B_API_KEY']) {
      expect(found.find((fault) => fault.startsWith(name))).toMatch(/https:\/\//);
    }
  });

  it.each<[string, Env, string]>([
    ['a user token for the bot', { SLACK_BOT_TOKEN: 'xoxp-1' }, 'SLACK_BOT_TOKEN should begin with "xoxb-"'],
    [
      'an untouched placeholder',
      { SLACK_BOT_TOKEN: 'xoxb-...' },
      'SLACK_BOT_TOKEN should begin with "xoxb-" and be a real token',
    ],
    ['a bot token for the app', { SLACK_APP_TOKEN: 'xoxb-1' }, 'SLACK_APP_TOKEN should begin with "xapp-"'],
    ['a fraction', { MAX_STEPS: '2.5' }, 'MAX_STEPS is "2.5". Runs in one turn'],
    ['zero attempts', { MAX_ATTEMPTS: '0' }, 'MAX_ATTEMPTS is "0"'],
    [
      'an address without a scheme',
      { ANTHROPIC_BASE_URL: 'localhost:11434', ANTHROPIC_MODEL: 'x' },
      'ANTHROPIC_BASE_URL is "localhost:11434"',
    ],
    ['a base URL without a model', { ANTHROPIC_BASE_URL: 'http://localhost:11434' }, 'ANTHROPIC_MODEL is missing'],
    ['half a price', { MODEL_INPUT_PRICE: '2' }, 'MODEL_OUTPUT_PRICE is missing. Give both'],
    [
      'a price of the cache alone',
      { MODEL_CACHE_READ_PRICE: '2' },
      'MODEL_INPUT_PRICE and MODEL_OUTPUT_PRICE are missing. Give both',
    ],
    [
      'a price in words',
      { MODEL_INPUT_PRICE: '$2', MODEL_OUTPUT_PRICE: '10' },
      'MODEL_INPUT_PRICE is "$2". US dollars for a million tokens',
    ],
    [
      'more spares than sandboxes',
      { WARM_SANDBOXES: '5', MAX_SANDBOXES: '5' },
      'WARM_SANDBOXES is 5 and MAX_SANDBOXES 5',
    ],
    ['a session without end', { SESSION_MAX_DAYS: 'never' }, 'SESSION_MAX_DAYS is "never". Days until an unused'],
    ['a word for a switch', { MENTION_REQUIRED: 'often' }, 'MENTION_REQUIRED is "often"'],
  ])('refuses %s in one sentence', (_name, env, sentence) => {
    const found = faults({ ...WHOLE, ...env });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(sentence);
  });

  it('takes prices, both or none, and a tenth for what the cache holds', () => {
    const prices = { MODEL_INPUT_PRICE: '2', MODEL_OUTPUT_PRICE: '10' };
    expect(loadConfig({ ...WHOLE, ...prices }, '/').model.prices).toEqual({
      inputUsd: 2,
      outputUsd: 10,
      cacheReadUsd: 0.2,
    });
    const cached = { ...prices, MODEL_CACHE_READ_PRICE: '0.1' };
    expect(loadConfig({ ...WHOLE, ...cached }, '/').model.prices?.cacheReadUsd).toBe(0.1);
  });

  it('takes the signing secret for HTTP mode, and prefers the socket where both are given', () => {
    const { SLACK_APP_TOKEN: _, ...http } = WHOLE;
    const secret = { SLACK_SIGNING_SECRET: 'shhh', PORT: '8080' };
    expect(loadConfig({ ...http, ...secret }, '/').slack.connection).toEqual({
      kind: 'http',
      signingSecret: 'shhh',
      port: 8080,
    });
    expect(loadConfig({ ...WHOLE, ...secret }, '/').slack.connection.kind).toBe('socket');
  });

  it('speaks plainly to a server of ones own, with a key only where one is given', () => {
    const own = {
      ...WHOLE,
      ANTHROPIC_API_KEY: '',
      ANTHROPIC_BASE_URL: 'http://localhost:11434',
      ANTHROPIC_MODEL: 'qwen',
    };
    expect(loadConfig(own, '/').model).toEqual({
      apiKey: 'none',
      baseURL: 'http://localhost:11434',
      name: 'qwen',
      plain: true,
      contextTokens: 100_000,
    });
  });

  it('ends an API address with a slash, as Slack clients expect', () => {
    expect(loadConfig({ ...WHOLE, SLACK_API_URL: 'http://127.0.0.1:1/api' }, '/').slack.apiUrl).toBe(
      'http://127.0.0.1:1/api/',
    );
  });

  it('never throws anything but a ConfigError, and never repeats a secret', () => {
    const names = [
      ...SERVICE_VARIABLES,
      'MAX_ATTEMPTS',
      'TZ',
      'DATA_DIR',
      'LOG_LEVEL',
      'PORT',
      'SLACK_EDITS_PER_MINUTE',
      'MODEL_INPUT_PRICE',
      'MODEL_OUTPUT_PRICE',
    ];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.string()), (env) => {
        faults(env);
      }),
    );
    const leaked = faults({ SLACK_BOT_TOKEN: 'my-secret-token', ANTHROPIC_API_KEY: 'x', E2B_API_KEY: 'y' }).join('\n');
    expect(leaked).not.toContain('my-secret-token');
  });
});
