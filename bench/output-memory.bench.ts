/**
 * A run that prints 20 MB, through the whole bot and through a bare program of the SDK, on the same local sandboxes: by how
 * much each process grows at the most, until the thread has its file.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Env } from '../src/config.ts';
import type { TurnId } from '../src/conversation/events.ts';
import { cleanText } from '../src/conversation/output.ts';
import { RunOutput } from '../src/conversation/turn-output.ts';
import { fillMissingServices, type LocalServices } from '../src/local/services.ts';
import { localSettings } from '../src/main.ts';
import { type BotProcess, startBotProcess } from '../test/e2e/bot-process.ts';
import { finished, read } from '../test/e2e/world.ts';
import { memoryScratch } from '../test/fakes/memory-scratch.ts';
import { quietLog } from '../test/fakes/quiet-log.ts';
import { SlackControl } from '../test/fakes/slack-control.ts';
import { growthMib } from './memory.ts';
import { median, print, type Row } from './table.ts';

const ROUNDS = 3;
const MOST_MORE_MIB = 16;
const BYTES = 20_000_000;
/** As the network brings it. */
const PIECE_CHARS = 65_536;
/** As much as MAX_OUTPUT_MB lets through. */
const STREAMS: readonly { readonly name: string; readonly code: string }[] = [
  { name: '250,000 lines', code: 'for _ in range(250_000): print("x" * 79)' },
  { name: 'one line', code: `print("x" * ${BYTES - 1})` },
];
const FENCE = '```';

let dataDir: string;
let services: LocalServices;
let control: SlackControl;
let bot: BotProcess;
let bare: { readonly child: ChildProcess; next(): Promise<string> };

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'threadbox-bench-'));
  const env: Env = { DATA_DIR: dataDir, LOCAL_PORT: '0' };
  services = await fillMissingServices(env, localSettings(env, dataDir));
  const at = services.ready?.control;
  if (!at) throw new Error('the world has no workspace');
  control = new SlackControl({ url: at.url, controlKey: at.key });
  bot = startBotProcess(services.env, dataDir);
  bare = startBare({ apiKey: services.env['E2B_API_KEY'], url: services.env['E2B_API_URL'] });
  await Promise.all([bot.ready, bare.next()]);
});

afterAll(async () => {
  bare?.child.stdin?.end();
  await bot?.kill();
  await services?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

function startBare(where: object) {
  const script = fileURLToPath(new URL('bare-sdk.mjs', import.meta.url));
  const stdio: ['pipe', 'pipe', 'inherit'] = ['pipe', 'pipe', 'inherit'];
  const child = spawn(process.execPath, [script, JSON.stringify(where)], { stdio });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, next: async () => String((await lines.next()).value) };
}

async function throughTheBot(code: string): Promise<string> {
  const [ada, channel] = [(await control.person('ada')).id, (await control.channel('general')).id];
  const root = await control.say(
    ada,
    channel,
    `<@${(await control.state()).team.botUserId}> ${FENCE}python\n${code}\n${FENCE}`,
  );
  return read(await finished(control, channel, root));
}

async function throughTheSdk(code: string): Promise<string> {
  bare.child.stdin?.write(`${JSON.stringify(code)}\n`);
  return bare.next();
}

/** Of this process: what else the machine does is no part of it. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

it('cleans a long output in small steps', async () => {
  const line = `${'x'.repeat(79)}\n`;
  const piece = line.repeat(Math.floor(PIECE_CHARS / line.length));
  const count = Math.floor(BYTES / piece.length);
  const atOnce: number[] = [];
  const longest: number[] = [];
  const total: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const raw = piece.repeat(count);
    const start = cpuMs();
    cleanText(raw);
    atOnce.push(cpuMs() - start);
    const steps: number[] = [];
    const output = new RunOutput(
      () =>
        memoryScratch()
          .folder('bench' as TurnId)
          .create('output.txt'),
      quietLog(),
    );
    for (let i = 0; i < count; i += 1) {
      const begun = cpuMs();
      output.add({ stream: 'stdout', text: piece });
      steps.push(cpuMs() - begun);
    }
    longest.push(Math.max(...steps));
    total.push(steps.reduce((sum, step) => sum + step, 0));
  }
  const ok = median(longest) < median(atOnce);
  print(`Cleaning ${BYTES / 1_000_000} MB of lines, CPU time in which nothing else can run, median of ${ROUNDS}`, [
    { what: 'all at once', measured: `${median(atOnce).toFixed(0)} ms`, aim: '', ok: true },
    {
      what: 'as it comes, the longest step',
      measured: `${median(longest).toFixed(1)} ms`,
      aim: 'below that',
      ok,
    },
    { what: 'as it comes, all steps', measured: `${median(total).toFixed(0)} ms`, aim: '', ok: true },
  ]);
  expect(longest).toHaveLength(ROUNDS);
});

it('holds no more of a long output than a bare program does', async () => {
  // The first of each pays for what is loaded once.
  await throughTheBot('print(1)');
  await throughTheSdk('print(1)');
  const rows: Row[] = [];
  for (const { name, code } of STREAMS) {
    const grown = { bot: [] as number[], sdk: [] as number[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      grown.sdk.push(
        await growthMib(bare.child.pid ?? 0, async () => expect(await throughTheSdk(code)).toBe(`printed ${BYTES}`)),
      );
      grown.bot.push(
        await growthMib(bot.pid, async () => expect(await throughTheBot(code)).toContain('step-1-output.txt')),
      );
    }
    const [sdk, ours] = [Math.max(...grown.sdk), Math.max(...grown.bot)];
    const mib = (values: readonly number[]) =>
      `${Math.max(...values).toFixed(0)} MiB (median ${median(values).toFixed(0)})`;
    rows.push({ what: `${name}: bare SDK grows by`, measured: mib(grown.sdk), aim: '', ok: true });
    rows.push({
      what: `${name}: Threadbox grows by`,
      measured: mib(grown.bot),
      aim: `at most ${(sdk + MOST_MORE_MIB).toFixed(0)} MiB`,
      ok: ours <= sdk + MOST_MORE_MIB,
    });
  }
  print(`A run that prints ${BYTES / 1_000_000} MB, the most of ${ROUNDS}`, rows);
  expect(rows).toHaveLength(2 * STREAMS.length);
});
