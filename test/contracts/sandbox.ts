/**
 * What every sandbox promises, told through small programs: a real kernel runs their Python, a scripted fake plays them.
 * Each test names the programs it runs, in order.
 */
import { describe, expect, it } from 'vitest';
import type { Code, OutputChunk, RunResult, SandboxId, ThreadRef } from '../../src/conversation/events.ts';
import type { Sandbox, Sandboxes } from '../../src/ports.ts';

export const PROGRAMS = {
  speaks: 'import sys\nprint("one")\nprint("two")\nprint("careful", file=sys.stderr)',
  setsX: 'x = 41',
  showsX: 'x + 1',
  missesX: 'x',
  raises: '{}["price"]',
  /** Until it is stopped. */
  lasts: 'import time\nprint("started", flush=True)\nwhile True: time.sleep(0.05)',
  /** Until its time is over. */
  outlasts: 'while True: pass',
  floods: 'while True: print("x" * 9_999)',
  dies: 'import os\nos._exit(1)',
  draws: 'import matplotlib.pyplot as plt\n_ = plt.plot([1, 2, 3])\nplt.show()',
  writes: 'import os\nos.makedirs("out", exist_ok=True)\nwith open("out/table.csv", "w") as f: f.write("a,b")',
} as const;

export type Program = keyof typeof PROGRAMS;

export interface SandboxesUnderTest {
  readonly sandboxes: Sandboxes;
  /** Of a run; the limit of output is 1 MB. */
  readonly timeoutSeconds: number;
}

export interface Scene {
  readonly programs: readonly Program[];
  /** No sandbox of before lives any more. */
  readonly forgetful?: boolean;
}

const NEVER = new AbortController().signal;
const GONE = 'inosuchsandbox000000' as SandboxId;

class Stage {
  private readonly made: SandboxesUnderTest;
  private threads = 0;

  constructor(made: SandboxesUnderTest) {
    this.made = made;
  }

  thread(): ThreadRef {
    this.threads += 1;
    return { team: 'T1', channel: 'C1', threadTs: `${Date.now()}.${String(this.threads).padStart(6, '0')}` };
  }

  async open(thread = this.thread(), last?: SandboxId): Promise<Sandbox> {
    const opened = await this.made.sandboxes.open(thread, last, NEVER);
    if (!opened.ok) throw new Error(opened.failure.message);
    return opened.sandbox;
  }

  get sandboxes(): Sandboxes {
    return this.made.sandboxes;
  }

  get limitSeconds(): number {
    return this.made.timeoutSeconds;
  }
}

interface Played {
  readonly result: RunResult;
  readonly stdout: string;
  readonly stderr: string;
}

async function play(sandbox: Sandbox, program: Program, signal = NEVER, onChunk = () => {}): Promise<Played> {
  const chunks: OutputChunk[] = [];
  const code: Code = { language: 'python', source: PROGRAMS[program] };
  const take = (chunk: OutputChunk) => {
    chunks.push(chunk);
    onChunk();
  };
  const result = await sandbox.run(code, take, signal);
  const text = (stream: OutputChunk['stream']) =>
    chunks.map((chunk) => (chunk.stream === stream ? chunk.text : '')).join('');
  return { result, stdout: text('stdout'), stderr: text('stderr') };
}

function mainText({ result }: Played): string | undefined {
  return result.results.find((value) => value.isMain)?.text;
}

export function sandboxContract(name: string, make: (scene: Scene) => Promise<SandboxesUnderTest>): void {
  const onStage = async (...programs: Program[]) => new Stage(await make({ programs }));

  describe(`${name}: running code`, () => {
    it('streams stdout and stderr and ends ok', async () => {
      const stage = await onStage('speaks');
      const { result, stdout, stderr } = await play(await stage.open(), 'speaks');
      expect([result.kind, stdout, stderr]).toEqual(['ok', 'one\ntwo\n', 'careful\n']);
    });

    it('keeps variables between runs, also past a failure', async () => {
      const stage = await onStage('setsX', 'raises', 'showsX');
      const sandbox = await stage.open();
      await play(sandbox, 'setsX');
      expect((await play(sandbox, 'raises')).result).toMatchObject({
        kind: 'failed',
        error: { name: 'KeyError', value: "'price'", traceback: expect.stringContaining('KeyError') },
      });
      expect(mainText(await play(sandbox, 'showsX'))).toBe('42');
    });

    it('keeps two sandboxes apart', async () => {
      const stage = await onStage('setsX', 'missesX');
      const [one, other] = [await stage.open(), await stage.open()];
      expect(one.id).not.toBe(other.id);
      await play(one, 'setsX');
      expect((await play(other, 'missesX')).result).toMatchObject({ kind: 'failed', error: { name: 'NameError' } });
    });

    it('hands over a figure as image bytes', async () => {
      const stage = await onStage('draws');
      const { result } = await play(await stage.open(), 'draws');
      const png = result.results.find((value) => value.png)?.png;
      expect(Buffer.from(png ?? []).toString('latin1', 1, 4)).toBe('PNG');
    });

    it('runs one after the other what is asked for at once', async () => {
      const stage = await onStage('setsX', 'showsX');
      const sandbox = await stage.open();
      const [, shown] = await Promise.all([play(sandbox, 'setsX'), play(sandbox, 'showsX')]);
      expect(mainText(shown)).toBe('42');
    });
  });

  describe(`${name}: halting code`, () => {
    it('stops at an abort and keeps the variables', async () => {
      const stage = await onStage('setsX', 'lasts', 'showsX');
      const sandbox = await stage.open();
      await play(sandbox, 'setsX');
      const stop = new AbortController();
      const { result, stdout } = await play(sandbox, 'lasts', stop.signal, () => stop.abort());
      expect(result).toMatchObject({ kind: 'stopped', variables: 'kept' });
      expect(stdout).toBe('started\n');
      expect(mainText(await play(sandbox, 'showsX'))).toBe('42');
    });

    it('ends what takes too long', async () => {
      const stage = await onStage('outlasts');
      const { result } = await play(await stage.open(), 'outlasts');
      expect(result).toMatchObject({ kind: 'timedOut', limitSeconds: stage.limitSeconds, variables: 'kept' });
    });

    it('ends what prints too much, and passes on no more than the limit', async () => {
      const stage = await onStage('floods');
      const { result, stdout } = await play(await stage.open(), 'floods');
      expect(result).toMatchObject({ kind: 'flooded', limitMb: 1 });
      expect(stdout).toHaveLength(1_000_000);
    });

    it('says that a kernel died; files stay, and the next run works', async () => {
      const stage = await onStage('setsX', 'writes', 'dies', 'missesX');
      const sandbox = await stage.open();
      await play(sandbox, 'setsX');
      await play(sandbox, 'writes');
      expect((await play(sandbox, 'dies')).result.kind).toBe('died');
      expect((await play(sandbox, 'missesX')).result.kind).toBe('failed');
      expect((await sandbox.list(NEVER)).map((file) => file.path)).toEqual(['out/table.csv']);
    });
  });

  describe(`${name}: files`, () => {
    it('go in and come out as they are', async () => {
      const sandbox = await (await onStage()).open();
      const bytes = Uint8Array.from({ length: 300 }, (_, i) => i % 256);
      await sandbox.put('in/raw.bin', bytes, NEVER);
      expect(await sandbox.get('in/raw.bin', 300, NEVER)).toEqual(bytes);
    });

    it('that code writes are listed with their size', async () => {
      const sandbox = await (await onStage('writes')).open();
      expect(await sandbox.list(NEVER)).toEqual([]);
      await play(sandbox, 'writes');
      expect(await sandbox.list(NEVER)).toMatchObject([{ path: 'out/table.csv', sizeBytes: 3 }]);
      expect(Buffer.from((await sandbox.get('out/table.csv', 3, NEVER)) ?? []).toString()).toBe('a,b');
    });

    it('that are hidden are not listed, and can be read', async () => {
      const sandbox = await (await onStage()).open();
      await sandbox.put('.hidden/a', new Uint8Array(1), NEVER);
      await sandbox.put('kept.txt', new Uint8Array(1), NEVER);
      expect((await sandbox.list(NEVER)).map((file) => file.path)).toEqual(['kept.txt']);
      expect(await sandbox.get('.hidden/a', 1, NEVER)).toHaveLength(1);
    });

    it('that are missing or larger than asked for are undefined', async () => {
      const sandbox = await (await onStage()).open();
      await sandbox.put('two.bin', new Uint8Array(2), NEVER);
      expect(await sandbox.get('none.bin', 10, NEVER)).toBeUndefined();
      expect(await sandbox.get('two.bin', 1, NEVER)).toBeUndefined();
    });
  });

  describe(`${name}: opening`, () => {
    it('gives the same sandbox again, variables and all', async () => {
      const stage = await onStage('setsX', 'showsX');
      const thread = stage.thread();
      const first = await stage.open(thread);
      expect(first.fresh).toBe(true);
      await play(first, 'setsX');
      const again = await stage.open(thread, first.id);
      expect([again.id, again.fresh]).toEqual([first.id, false]);
      expect(mainText(await play(again, 'showsX'))).toBe('42');
    });

    it('gives it again after its release, whole', async () => {
      const stage = await onStage('setsX', 'showsX');
      const thread = stage.thread();
      const first = await stage.open(thread);
      await play(first, 'setsX');
      first.release();
      first.release();
      const again = await stage.open(thread, first.id);
      expect([again.id, again.losses]).toEqual([first.id, { variables: [], files: false }]);
      expect(mainText(await play(again, 'showsX'))).toBe('42');
      again.release();
    });

    it('finds nothing to take over where nothing was left running', async () => {
      const stage = await onStage('setsX');
      const sandbox = await stage.open();
      await play(sandbox, 'setsX');
      sandbox.release();
      expect(await stage.sandboxes.takeOver(sandbox.id, NEVER)).toEqual({ kind: 'none' });
    });

    it('gives a fresh one for one that is gone', async () => {
      const stage = new Stage(await make({ programs: [], forgetful: true }));
      const sandbox = await stage.open(stage.thread(), GONE);
      expect(sandbox.fresh).toBe(true);
      expect(sandbox.id).not.toBe(GONE);
    });

    it('gives a fresh one for one that was ended, and ends it once', async () => {
      const stage = await onStage();
      const thread = stage.thread();
      const { id } = await stage.open(thread);
      expect(await stage.sandboxes.state(id, NEVER)).toBe('running');
      await stage.sandboxes.end(id, NEVER);
      await stage.sandboxes.end(id, NEVER);
      expect(await stage.sandboxes.state(id, NEVER)).toBe('gone');
      const again = await stage.open(thread, id);
      expect([again.fresh, again.id === id]).toEqual([true, false]);
    });

    it('rejects with the reason of an abort', async () => {
      const { sandboxes } = await make({ programs: [] });
      const thread = new Stage({ sandboxes, timeoutSeconds: 1 }).thread();
      const opening = sandboxes.open(thread, undefined, AbortSignal.abort(new Error('stopped')));
      await expect(opening).rejects.toThrow('stopped');
    });
  });
}
