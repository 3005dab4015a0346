/** One run over the wire: its output, its end, and everything that can go wrong on the way. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Code, OutputChunk, RunResult } from '../../src/conversation/events.ts';
import type { Sandbox } from '../../src/ports.ts';
import { NEVER, startWorld, textOf, type World } from './e2b-world.ts';
import type { RunStream } from './stub-wire.ts';

let world: World;
let sandbox: Sandbox;
let chunks: OutputChunk[];
beforeEach(async () => {
  world = await startWorld();
  sandbox = await world.sandbox();
  chunks = [];
});
afterEach(async () => {
  expect(world.stub.violations).toEqual([]);
  await world.stop();
});

const python = (source: string): Code => ({ language: 'python', source });
const run = (code: Code = python('work()'), signal = NEVER): Promise<RunResult> =>
  sandbox.run(code, (chunk) => chunks.push(chunk), signal);
/** What the server does with the next run. */
const whenRun = (answer: (stream: RunStream) => void) => {
  world.stub.onExecute = answer;
};
/** A run that goes on until the kernel is interrupted; the kernel answers the question after it. */
const runsUntilInterrupted = () => {
  whenRun((stream) => {
    if (stream.code === 'pass') return stream.finish();
    stream.event({ type: 'stdout', text: 'working\n' });
    world.stub.onInterrupt = () => {
      stream.event({ type: 'error', name: 'KeyboardInterrupt', value: '', traceback: 'Traceback …' });
      stream.finish();
      return 0;
    };
  });
};
/** Lets the time pass that an interrupted kernel is given before it is asked whether it takes code again. */
const settleAfterInterrupt = async () => {
  await world.clock.nextTimer(100);
  await world.clock.advance(100);
};
const INTERRUPT = 'POST :49983/process.Process/Start';
const RESTART = 'POST :49999/contexts/kernel-python/restart';
const KILL = 'DELETE /sandboxes/isandbox1';
const EXECUTE = 'POST :49999/execute';

describe('a run', () => {
  it('streams both outputs, keeps displayed values, and ends ok', async () => {
    whenRun((stream) => {
      stream.event({ type: 'number_of_executions', execution_count: 1 });
      stream.event({ type: 'stdout', text: 'a' });
      stream.event({ type: 'stderr', text: 'warn\n' });
      stream.event({ type: 'stdout', text: 'b\n' });
      stream.event({
        type: 'result',
        is_main_result: false,
        png: Buffer.from('png').toString('base64'),
        text: '<Figure>',
      });
      stream.event({ type: 'result', is_main_result: true, text: '\u001b[33m42\u001b[39m', json: { a: 1 } });
      stream.finish();
    });
    const result = await run();
    expect(textOf(chunks)).toBe('ab\n');
    expect(textOf(chunks, 'stderr')).toBe('warn\n');
    expect(result).toMatchObject({
      kind: 'ok',
      results: [
        { isMain: false, text: '<Figure>', png: Buffer.from('png') },
        { isMain: true, text: '42', json: '{"a":1}' },
      ],
    });
  });

  it('ends failed with the error and its traceback, colours taken out', async () => {
    whenRun((stream) => {
      stream.event({ type: 'error', name: 'KeyError', value: "'price'", traceback: '\u001b[31mKeyError\u001b[0m' });
      stream.finish();
    });
    expect(await run()).toMatchObject({
      kind: 'failed',
      error: { name: 'KeyError', value: "'price'", traceback: 'KeyError' },
    });
  });

  it('keeps characters whole that the network splits', async () => {
    whenRun((stream) => {
      const line = Buffer.from(`{"type":"stdout","text":"🎲"}\n`);
      const inside = line.indexOf('🎲') + 2;
      stream.bytes(line.subarray(0, inside));
      // A whole conversation later the first half has been read by itself.
      void sandbox.list(NEVER).then(() => {
        stream.bytes(line.subarray(inside));
        stream.finish();
      });
    });
    await run();
    expect(textOf(chunks)).toBe('🎲');
  });

  it('uses the kernel that is there, and makes one where there is none', async () => {
    const seen: string[] = [];
    whenRun((stream) => {
      seen.push(stream.contextId);
      stream.finish();
    });
    await run();
    await run({ language: 'bash', source: ':' });
    await run({ language: 'bash', source: ':' });
    expect(seen).toEqual(['kernel-python', 'kernel-bash', 'kernel-bash']);
    expect(world.stub.count('POST :49999/contexts')).toBe(1);
  });

  it('waits for the one before it', async () => {
    const streams: RunStream[] = [];
    whenRun((stream) => streams.push(stream));
    const first = run();
    const second = run();
    await world.stub.called(EXECUTE);
    // A whole conversation with the sandbox later, the second has still not been sent.
    await sandbox.list(NEVER);
    expect(streams).toHaveLength(1);
    streams[0]?.finish();
    await first;
    world.stub.onExecute = (stream) => stream.finish();
    expect(await second).toMatchObject({ kind: 'ok' });
  });

  it('extends the life of a sandbox that would end in the middle', async () => {
    await world.clock.advance(14 * 60_000);
    await run();
    expect((await world.stub.called('POST /sandboxes/isandbox1/timeout')).body).toEqual({ timeout: 900 });
  });
});

describe('stopping', () => {
  it('interrupts the kernel: the variables stay', async () => {
    runsUntilInterrupted();
    const stop = new AbortController();
    const running = run(python('loop()'), stop.signal);
    await world.stub.called(EXECUTE);
    stop.abort();
    await settleAfterInterrupt();
    expect(await running).toMatchObject({ kind: 'stopped', variables: 'kept', by: 'interrupt' });
    expect([world.stub.count(EXECUTE), world.stub.count(RESTART)]).toEqual([2, 0]);
  });

  it('asks an interrupted kernel twice before it is given up: the first question may be dropped', async () => {
    runsUntilInterrupted();
    const stop = new AbortController();
    const running = run(python('loop()'), stop.signal);
    await world.stub.called(EXECUTE);
    let asked = 0;
    const answer = world.stub.onExecute;
    whenRun((stream) => {
      asked += 1;
      if (asked > 1) answer(stream);
    });
    stop.abort();
    await settleAfterInterrupt();
    await world.clock.advance(1_000);
    await world.clock.advance(1_000);
    expect(await running).toMatchObject({ kind: 'stopped', variables: 'kept', by: 'interrupt' });
    expect(asked).toBe(2);
  });

  it('restarts a kernel that took the interrupt and answers nothing afterwards', async () => {
    runsUntilInterrupted();
    const stop = new AbortController();
    const running = run(python('loop()'), stop.signal);
    await world.stub.called(EXECUTE);
    whenRun(() => {});
    stop.abort();
    await settleAfterInterrupt();
    for (const ms of [1_000, 1_000, 3_000]) await world.clock.advance(ms);
    expect(await running).toMatchObject({ kind: 'stopped', variables: 'lost', by: 'restart' });
    expect([world.stub.count(RESTART), world.stub.count(KILL)]).toEqual([1, 0]);
  });

  it('lets no code in before the kernel answers, whatever ended the run', async () => {
    whenRun(() => {});
    world.stub.onInterrupt = () => 1;
    const stop = new AbortController();
    const running = run(python('loop()'), stop.signal);
    await world.stub.called(EXECUTE);
    stop.abort();
    expect(await running).toMatchObject({ by: 'restart' });
    const sources: string[] = [];
    whenRun((stream) => {
      sources.push(stream.code);
      if (sources.length === 2) stream.finish();
      if (sources.length === 3) stream.finish();
    });
    const next = run(python('print(1)'));
    // The first question is dropped, the second answered.
    for (const ms of [1_000, 1_000, 1_000]) await world.clock.advance(ms);
    expect(await next).toMatchObject({ kind: 'ok' });
    expect(sources).toEqual(['pass', 'pass', 'print(1)']);
  });

  it('that meets a run which is just ending waits for its interrupt to arrive before it asks', async () => {
    whenRun((stream) => {
      if (stream.code === 'pass') return stream.finish();
      world.stub.onInterrupt = () => {
        stream.finish();
        return 'hang';
      };
    });
    const stop = new AbortController();
    const running = run(python('short()'), stop.signal);
    await world.stub.called(EXECUTE);
    const order: string[] = [];
    void world.clock.nextTimer(100).then(() => order.push('asking'));
    stop.abort();
    await world.stub.called(INTERRUPT);
    // A whole conversation later the run has ended, and the command has not.
    await sandbox.list(NEVER);
    await sandbox.list(NEVER);
    expect(order).toEqual([]);
    await world.clock.advance(3_000);
    await world.clock.advance(100);
    expect(await running).toMatchObject({ kind: 'stopped', by: 'interrupt' });
  });

  it('restarts a kernel that ignores the interrupt: the variables go', async () => {
    whenRun(() => {});
    const stop = new AbortController();
    const running = run(python('loop()'), stop.signal);
    await world.stub.called(EXECUTE);
    stop.abort();
    await world.stub.called(INTERRUPT);
    await world.clock.advance(3_000);
    expect(await running).toMatchObject({ kind: 'stopped', variables: 'lost', by: 'restart' });
    expect([world.stub.count(RESTART), world.stub.count(KILL)]).toEqual([1, 0]);
  });

  it('ends the sandbox when nothing else helps', async () => {
    whenRun(() => {});
    world.stub.onInterrupt = () => 1;
    world.stub.answers.set(RESTART, 'hang');
    const stop = new AbortController();
    const running = run(python('loop()'), stop.signal);
    await world.stub.called(EXECUTE);
    stop.abort();
    await world.stub.called(RESTART);
    await world.clock.advance(3_000);
    expect(await running).toMatchObject({ kind: 'stopped', variables: 'lost', by: 'kill' });
    expect(world.stub.alive.size).toBe(0);
    expect(await run()).toMatchObject({ kind: 'lost', reason: 'The sandbox has ended.' });
  });

  it('of a run that still waits takes it out of the line', async () => {
    whenRun(() => {});
    const [first, second] = [new AbortController(), new AbortController()];
    const running = run(python('one()'), first.signal);
    const waiting = run(python('two()'), second.signal);
    second.abort();
    expect(await waiting).toMatchObject({ kind: 'stopped', variables: 'kept' });
    await world.stub.called(EXECUTE);
    world.stub.onInterrupt = () => 1;
    first.abort();
    expect(await running).toMatchObject({ kind: 'stopped' });
    expect(world.stub.count(EXECUTE)).toBe(1);
  });

  it('before it begins runs nothing', async () => {
    expect(await run(python('x'), AbortSignal.abort())).toMatchObject({ kind: 'stopped', variables: 'kept' });
    expect(world.stub.count(EXECUTE)).toBe(0);
  });
});

describe('a limit', () => {
  it('of time interrupts the run', async () => {
    runsUntilInterrupted();
    const running = run();
    await world.stub.called(EXECUTE);
    await world.clock.advance(120_000);
    await settleAfterInterrupt();
    expect(await running).toMatchObject({
      kind: 'timedOut',
      limitSeconds: 120,
      variables: 'kept',
      by: 'interrupt',
      durationMs: 120_100,
    });
  });

  it('of output interrupts the run and passes nothing on after it', async () => {
    whenRun((stream) => {
      if (stream.code === 'pass') return stream.finish();
      world.stub.onInterrupt = () => {
        stream.event({ type: 'stdout', text: 'too late' });
        stream.finish();
        return 0;
      };
      for (let i = 0; i < 3; i++) stream.event({ type: 'stdout', text: 'x'.repeat(400_000) });
    });
    const running = run();
    await settleAfterInterrupt();
    expect(await running).toMatchObject({ kind: 'flooded', limitMb: 1, variables: 'kept', by: 'interrupt' });
    expect(textOf(chunks)).toBe('x'.repeat(1_000_000));
  });

  it('holds where the promise of the SDK never settles, even once the sandbox has been ended', async () => {
    whenRun((stream) => stream.event({ type: 'stdout', text: 'on\n' }));
    world.stub.answers.set(INTERRUPT, 'hang');
    world.stub.answers.set(RESTART, 'hang');
    world.stub.answers.set(KILL, 'hang');
    const running = run();
    await world.stub.called(EXECUTE);
    await world.clock.advance(120_000);
    await world.stub.called(INTERRUPT);
    await world.clock.advance(3_000);
    await world.stub.called(RESTART);
    await world.clock.advance(3_000);
    await world.stub.called(KILL);
    await world.clock.advance(3_000);
    expect(await running).toMatchObject({ kind: 'timedOut', variables: 'lost', by: 'kill', durationMs: 129_000 });
    // The end of the sandbox hangs too: nothing more is asked of it.
    expect(await run()).toMatchObject({ kind: 'lost', reason: 'The sandbox has ended.', begun: false });
    expect(world.stub.count(EXECUTE)).toBe(1);
  });
});

describe('trouble', () => {
  it.each(['ContextRestarting', 'UnexpectedEndOfExecution'])('%s: the kernel died', async (name) => {
    whenRun((stream) => {
      stream.event({ type: 'error', name, value: 'Context was restarted', traceback: '' });
      stream.finish();
    });
    expect(await run()).toMatchObject({ kind: 'died' });
  });

  it('with a kernel that died lets nothing in until the next one answers', async () => {
    whenRun((stream) => {
      stream.event({ type: 'error', name: 'ContextRestarting', value: '', traceback: '' });
      stream.finish();
    });
    await run();
    const sources: string[] = [];
    whenRun((stream) => {
      sources.push(stream.code);
      stream.finish();
    });
    const next = run(python('print(1)'));
    await world.clock.advance(1_000);
    await next;
    expect(sources).toEqual(['pass', 'print(1)']);
  });

  it('raised by code under the name of a death is a failure like any other', async () => {
    whenRun((stream) => {
      stream.event({ type: 'error', name: 'ContextRestarting', value: 'ha', traceback: 'Traceback: line 1' });
      stream.finish();
    });
    expect(await run()).toMatchObject({ kind: 'failed' });
  });

  it('when the sandbox ended before the first run: lost, and not begun', async () => {
    world.stub.alive.clear();
    expect(await run()).toMatchObject({ kind: 'lost', reason: 'The sandbox has ended.', begun: false });
  });

  it('when the sandbox ended between two runs: lost, and not begun', async () => {
    await run();
    world.stub.alive.clear();
    expect(await run()).toMatchObject({ kind: 'lost', reason: 'The sandbox has ended.', begun: false });
    expect(world.stub.count(EXECUTE)).toBeGreaterThan(1);
  });

  it('when the sandbox ends during the run: lost, and it may have begun, though nothing was printed', async () => {
    whenRun((stream) => {
      world.stub.alive.clear();
      stream.cut();
    });
    const end = await run();
    expect(end).toMatchObject({ kind: 'lost', reason: 'The sandbox has ended.' });
    expect(end).not.toHaveProperty('begun');
  });

  it.each([
    ['breaks', (stream: RunStream) => stream.cut()],
    ['ends cleanly without the last event', (stream: RunStream) => stream.close()],
    ['carries something else than events', (stream: RunStream) => stream.bytes(Buffer.from('<html>\n'))],
  ])('when the stream %s: never taken for success', async (_name, end) => {
    const sources: string[] = [];
    whenRun((stream) => {
      sources.push(stream.code);
      if (sources.length > 1) return stream.finish();
      stream.event({ type: 'stdout', text: 'half\n' });
      end(stream);
    });
    const running = run();
    await world.stub.called(INTERRUPT);
    while (sources.length < 2) await world.clock.advance(100);
    expect(await running).toMatchObject({
      kind: 'lost',
      reason: expect.stringContaining('its variables are still there'),
    });
    expect(sources).toEqual(['work()', 'pass']);
  });

  it('when the kernel is not there any more: died, and the next run finds another', async () => {
    world.stub.answers.set(EXECUTE, { status: 404, body: 'Context kernel-python not found' });
    expect(await run()).toMatchObject({ kind: 'died' });
    world.stub.answers.delete(EXECUTE);
    expect(await run()).toMatchObject({ kind: 'ok' });
    expect(world.stub.count('GET :49999/contexts')).toBe(2);
  });

  it('when the service refuses the run: lost, and says so', async () => {
    world.stub.answers.set(EXECUTE, { status: 429 });
    expect(await run()).toMatchObject({
      kind: 'lost',
      reason: 'The sandbox service refused to run the code.',
      refused: true,
    });
  });

  it('when there is no kernel of the language: a failure the model can act on', async () => {
    world.stub.answers.set('POST :49999/contexts', { status: 500, body: 'no such kernel' });
    expect(await run({ language: 'bash', source: 'ls' })).toMatchObject({
      kind: 'failed',
      error: { name: 'KernelUnavailable', value: 'This sandbox cannot run bash.' },
    });
  });

  it('with ids that are no ids: they never reach a command line', async () => {
    world.stub.contexts = [{ id: "'; rm -rf /; '", language: 'python', cwd: '/home/user' }];
    expect(await run()).toMatchObject({ kind: 'lost' });
    expect(world.stub.count(EXECUTE)).toBe(0);
  });
});
