/**
 * Fifty turns at once over the wire: the bot as a process of its own with its shipped pace, the local workspace with Slack's
 * tiers, a sandbox for each thread. Two of five print steadily, one of five counts for the model, one of five fails first and
 * repairs itself, one of five makes a chart. Absolute figures are this machine's; what is promised holds anywhere.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Env } from '../src/config.ts';
import { fillMissingServices, type LocalServices } from '../src/local/services.ts';
import type { LoggedRequest } from '../src/local/slack/control/request-log.ts';
import { localSettings } from '../src/main.ts';
import { type BotProcess, startBotProcess } from '../test/e2e/bot-process.ts';
import { answers, isFinal, mention, read } from '../test/e2e/world.ts';
import { type ControlMessage, SlackControl, until } from '../test/fakes/slack-control.ts';
import { median, print, quantile, type Row } from './table.ts';

const TURNS = 50;
const CHANNELS = 10;
const SLACK_DELAY_MS = 80;
const MOST_RSS_MIB = 300;
const PATIENCE_MS = 10 * 60_000;

const FENCE = '```';
const PRINTING = `${FENCE}python\nimport time\nfor i in range(120):\n    print("line", i, flush=True)\n    time.sleep(0.25)\nprint("the last line")\n${FENCE}`;

interface Kind {
  readonly task: string;
  /** What the last state must say. */
  readonly ends: RegExp;
  readonly files: number;
  readonly notices: number;
}

const KINDS: readonly Kind[] = [
  { task: PRINTING, ends: /the last line/, files: 0, notices: 0 },
  { task: 'Count slowly to 20', ends: /Done/, files: 0, notices: 0 },
  { task: PRINTING, ends: /the last line/, files: 0, notices: 0 },
  { task: 'Which product category has the highest average price?', ends: /2 attempts/, files: 0, notices: 1 },
  { task: 'Plot the first 20 Fibonacci numbers and save it as fibonacci.png', ends: /saved as/, files: 1, notices: 0 },
];

interface Talk {
  readonly kind: Kind;
  readonly channel: string;
  readonly root: string;
}

let dataDir: string;
let services: LocalServices;
let control: SlackControl;
let bot: BotProcess;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'threadbox-fifty-'));
  const env: Env = { DATA_DIR: dataDir, LOCAL_PORT: '0', MAX_SANDBOXES: '60' };
  const room = { maxSandboxes: 60, sandboxMemoryMb: 12_000 };
  services = await fillMissingServices(env, {
    ...localSettings(env, dataDir),
    ...room,
    slackDelayMs: SLACK_DELAY_MS,
  });
  const at = services.ready?.control;
  if (!at) throw new Error('the world has no workspace');
  control = new SlackControl({ url: at.url, controlKey: at.key });
  bot = startBotProcess(services.env, dataDir);
  await bot.ready;
}, 60_000);

afterAll(async () => {
  await bot?.kill();
  await services?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Kilobytes of a field in /proc; NaN where there is no such thing. */
function memoryMib(field: 'VmRSS' | 'VmHWM'): number {
  try {
    const found = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${bot.pid}/status`, 'utf8'));
    return Number(found?.[1] ?? Number.NaN) / 1_024;
  } catch {
    return Number.NaN;
  }
}

async function ask(): Promise<readonly Talk[]> {
  const ada = (await control.person('ada')).id;
  const channels: string[] = [];
  for (let i = 0; i < CHANNELS; i += 1) {
    await control.act({ as: ada, type: 'create-channel', name: `busy-${i}` });
    const { id } = await control.channel(`busy-${i}`);
    await control.act({ as: ada, type: 'invite-bot', channel: id });
    channels.push(id);
  }
  return Promise.all(
    Array.from({ length: TURNS }, async (_, i) => {
      const kind = KINDS[i % KINDS.length] ?? { task: '', ends: /x/, files: 0, notices: 0 };
      const channel = channels[Math.floor(i / KINDS.length) % CHANNELS] ?? '';
      return { kind, channel, root: await control.say(ada, channel, await mention(control, kind.task)) };
    }),
  );
}

/** Milliseconds from the mention to a moment of its answer. */
function since({ root }: Talk, at: number | undefined): number {
  return (at ?? Number.NaN) - Number(root) * 1_000;
}

function spread(values: readonly number[]): string {
  const seconds = (value: number) => `${(value / 1_000).toFixed(1)} s`;
  return `median ${seconds(median(values))}, p95 ${seconds(quantile(values, 0.95))}, last ${seconds(Math.max(...values))}`;
}

/** The most calls of a method in any minute, as Slack counts: those it did. */
function busiestMinute(requests: readonly LoggedRequest[], method: string): number {
  const times = requests.filter((each) => each.method === method && each.status === 200).map(({ at }) => at);
  return Math.max(0, ...times.map((at) => times.filter((other) => other >= at && other < at + 60_000).length));
}

it(
  'plays fifty turns at once',
  async () => {
    const idleMib = memoryMib('VmRSS');
    const talks = await ask();
    const begun = Date.now();
    const ends: { readonly talk: Talk; readonly all: readonly ControlMessage[]; readonly answer: ControlMessage }[] =
      [];
    for (const talk of talks) {
      const [answer] = await until(
        () => answers(control, talk.channel, talk.root),
        ([first]) => first !== undefined && isFinal(first),
        PATIENCE_MS,
      );
      if (answer) ends.push({ talk, all: [], answer });
    }
    const tookMs = Date.now() - begun;
    // What comes after a last state: the reply to who waited, and the status that is taken back.
    await until(
      () => control.statuses(),
      ({ current }) => current.length === 0,
      60_000,
    );
    const threads = await Promise.all(
      ends.map(async (end) => ({ ...end, all: (await control.thread(end.talk.channel, end.talk.root)).slice(1) })),
    );
    const requests = await control.requests();

    const wrong = threads.filter(({ talk, answer }) => !talk.kind.ends.test(read(answer)));
    const doubled = threads.filter(({ all }) => all.filter(isAnswer).length !== 1);
    const texts = (all: readonly ControlMessage[]) => all.flatMap(({ text }) => text.split('\n'));
    const notices = threads.filter(
      ({ talk, all }) => texts(all).filter((line) => line.startsWith('Attempt ')).length !== talk.kind.notices,
    );
    const files = threads.filter(({ talk, all }) => all.flatMap((message) => message.files).length < talk.kind.files);
    const limited = requests.filter(({ status }) => status === 429);
    const peakMib = memoryMib('VmHWM');
    const rows: readonly Row[] = [
      row('first message', spread(threads.map(({ talk, answer }) => since(talk, answer.versions[0]?.at)))),
      row('first words or output', spread(threads.map(({ talk, answer }) => since(talk, answer.versions[1]?.at)))),
      row('first printed output', spread(threads.map(({ talk, answer }) => since(talk, firstOutput(answer))))),
      row('last state', spread(threads.map(({ talk, answer }) => since(talk, answer.versions.at(-1)?.at)))),
      row('all of it', `${(tookMs / 1_000).toFixed(0)} s`),
      promise('last states that stand', `${ends.length - wrong.length} of ${TURNS}`, `${TURNS}`, wrong.length === 0),
      promise('threads without exactly one answer', `${doubled.length}`, '0', doubled.length === 0),
      promise(
        'notices lost or doubled, files lost',
        `${notices.length}, ${files.length}`,
        '0, 0',
        notices.length + files.length === 0,
      ),
      promise(
        'calls refused with 429',
        summaryOf(limited),
        '0 edits',
        limited.every(({ method }) => method !== 'chat.update'),
      ),
      promise(
        'edits in the busiest minute',
        `${busiestMinute(requests, 'chat.update')}`,
        'at most 50',
        busiestMinute(requests, 'chat.update') <= 50,
      ),
      row('posts in the busiest minute', `${busiestMinute(requests, 'chat.postMessage')}`),
      promise(
        'statuses in the busiest minute',
        `${busiestMinute(requests, 'assistant.threads.setStatus')}`,
        'at most 600',
        busiestMinute(requests, 'assistant.threads.setStatus') <= 600,
      ),
      promise(
        'memory of the bot',
        `${idleMib.toFixed(0)} MiB idle, ${peakMib.toFixed(0)} MiB at most`,
        `under ${MOST_RSS_MIB} MiB`,
        !(peakMib >= MOST_RSS_MIB),
      ),
    ];
    print(`${TURNS} turns at once in ${CHANNELS} channels, ${SLACK_DELAY_MS} ms added to every Slack call`, rows);
    for (const { talk, answer } of wrong)
      process.stdout.write(`\nNot as it should end: ${talk.kind.task}\n${read(answer)}\n`);
    expect({ wrong: wrong.length, doubled: doubled.length, notices: notices.length, files: files.length }).toEqual({
      wrong: 0,
      doubled: 0,
      notices: 0,
      files: 0,
    });
  },
  PATIENCE_MS + 120_000,
);

function isAnswer(message: ControlMessage): boolean {
  return message.metadata?.event_payload['kind'] === 'answer';
}

/** When a message first showed something a program printed. */
function firstOutput({ versions }: ControlMessage): number | undefined {
  return versions.find((version) => read(version).includes('Output'))?.at ?? versions.at(-1)?.at;
}

function summaryOf(limited: readonly LoggedRequest[]): string {
  const methods = [...new Set(limited.map(({ method }) => method))];
  const counts = methods.map((method) => `${method} ${limited.filter((each) => each.method === method).length}`);
  return counts.length === 0 ? 'none' : counts.join(', ');
}

function row(what: string, measured: string): Row {
  return { what, measured, aim: 'none', ok: true };
}

function promise(what: string, measured: string, aim: string, ok: boolean): Row {
  return { what, measured, aim, ok };
}
