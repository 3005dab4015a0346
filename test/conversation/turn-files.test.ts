/** Files in both directions: what a run makes goes to the thread, what people attach goes into the sandbox. */
import { posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attachment, InboundFile, RunResult } from '../../src/conversation/events.ts';
import { named, sandboxName } from '../../src/conversation/turn-file-names.ts';
import { MAX_FILES } from '../../src/conversation/turn-uploads.ts';
import { type FakeRun, fakeSandboxes, OK } from '../fakes/fake-sandboxes.ts';
import { memoryScratch } from '../fakes/memory-scratch.ts';
import { runs, says, scriptedModel } from '../fakes/scripted-model.ts';
import { CODE, play, python, steps, TURN, world } from './turn-harness.ts';

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const content = (file: Attachment | undefined): string => text(file && 'bytes' in file ? file.bytes : undefined);

function running(...script: FakeRun[]) {
  const replies = [...script.map(() => runs(CODE)), says('Done.')];
  return world({ replies, sandboxes: fakeSandboxes({ runs: script }) });
}

function shows(...figures: Uint8Array[]): RunResult {
  return { ...OK, results: figures.map((png) => ({ isMain: false, png })) };
}

const RED = new Uint8Array([1, 1, 1]);
const BLUE = new Uint8Array([2, 2, 2]);

describe('artifacts.files', () => {
  it('new and changed files go to the thread, others do not', async () => {
    const one = running(
      { writes: { 'a.csv': 'a,b\n1,2\n', 'out/b.txt': 'two' } },
      { writes: { 'a.csv': 'a,b\n1,2\n3,4\n' } },
      {},
    );
    one.sandboxes.files.set('old.txt', new Uint8Array([7]));
    const events = await play(one);
    expect(steps(events).filter((line) => line.startsWith('artifacts'))).toEqual([
      'artifacts.found a.csv b.txt',
      'artifacts.found a.csv',
    ]);
    expect(one.attached.map((file) => [file.name, file.mimetype, content(file)])).toEqual([
      ['a.csv', 'text/csv', 'a,b\n1,2\n'],
      ['b.txt', 'text/plain', 'two'],
      ['a.csv', 'text/csv', 'a,b\n1,2\n3,4\n'],
    ]);
  });

  it('two files of one name in two folders keep apart', async () => {
    const one = running({ writes: { 'x/a.csv': '1', 'y/a.csv': '2' } });
    await play(one);
    expect(one.attached.map(({ name }) => name)).toEqual(['a.csv', 'y-a.csv']);
  });

  it('the model is told their names, and never their bytes', async () => {
    const model = scriptedModel([runs(CODE), says('Done.')]);
    const sandboxes = fakeSandboxes({
      runs: [{ prints: ['hi\n'], writes: { 'a.csv': 'secret' }, result: shows(RED) }],
    });
    await play(world({ model, sandboxes }));
    expect(model.requests[1]?.messages.at(-1)?.text).toBe('hi\nSent to the thread: figure-1.png, a.csv');
  });

  it('more than ten are left in the sandbox, and that is said', async () => {
    const writes = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`f${index + 10}.txt`, `${index}`]));
    const one = running({ writes });
    const events = await play(one);
    expect(one.attached).toHaveLength(10);
    expect(steps(events)).toContain('turn.note Left in the sandbox (more than 10 files in one run): f20.txt, f21.txt.');
  });

  it('a file over 20 MB is left in the sandbox, and that is said', async () => {
    const one = running({ writes: { 'big.bin': new Uint8Array(20_000_001) } });
    const events = await play(one);
    expect(one.attached).toEqual([]);
    expect(steps(events)).toContain('turn.note Left in the sandbox (over 20 MB): big.bin.');
  });

  it('files that cannot be listed cost nothing but themselves', async () => {
    const sandboxes = fakeSandboxes({ brokenFiles: true, runs: [{ result: shows(RED) }] });
    const one = world({ replies: [runs(CODE), says('Done.')], sandboxes });
    const events = await play(one);
    expect(steps(events).at(-1)).toBe('turn.finished done');
    expect(one.attached.map(({ name }) => name)).toEqual(['figure-1.png']);
  });
});

describe('artifacts.figures', () => {
  it('are numbered through the turn', async () => {
    const one = running({ result: shows(RED, BLUE) }, { result: shows(new Uint8Array([3])) });
    const events = await play(one);
    expect(steps(events).filter((line) => line.startsWith('artifacts'))).toEqual([
      'artifacts.found figure-1.png figure-2.png',
      'artifacts.found figure-3.png',
    ]);
    expect(one.attached[0]).toMatchObject({ altText: 'Figure 1, drawn by the code' });
  });

  it('that are both shown and saved are sent once, under the name they were saved with', async () => {
    const one = running({ result: shows(RED), writes: { 'plot.png': RED } });
    await play(one);
    expect(one.attached.map(({ name }) => name)).toEqual(['plot.png']);
  });

  it('come with a run that failed, too', async () => {
    const error = { name: 'E', value: 'v', traceback: '' };
    const one = running({ result: { ...shows(RED), kind: 'failed', error } as RunResult });
    await play(one);
    expect(one.attached.map(({ name }) => name)).toEqual(['figure-1.png']);
  });
});

describe('artifacts.overflow', () => {
  const lines = Array.from({ length: 3_000 }, (_, index) => `line ${index}`);

  it('output too long for the message arrives whole as a file, clean', async () => {
    const one = running({ prints: ['\u001b[31mred\u001b[0m\n', ...lines.map((line) => `${line}\n`)] });
    await play(one);
    expect(one.attached.map(({ name }) => name)).toEqual(['step-1-output.txt']);
    expect(content(one.attached[0])).toBe(`red\n${lines.join('\n')}\n`);
  });

  it('and the model sees its ends, and where the whole is', async () => {
    const model = scriptedModel([runs(CODE), says('Done.')]);
    const sandboxes = fakeSandboxes({ runs: [{ prints: lines.map((line) => `${line}\n`) }] });
    await play(world({ model, sandboxes }));
    const told = model.requests[1]?.messages.at(-1)?.text ?? '';
    expect(told).toMatch(/^line 0\n[\s\S]*whole in \/home\/user\/\.threadbox\/turn-1-step-1\.txt\][\s\S]*line 2999$/);
    expect(Buffer.byteLength(told)).toBeLessThanOrEqual(16_000);
    expect(text(sandboxes.files.get('.threadbox/turn-1-step-1.txt'))).toBe(lines.join('\n'));
  });

  it('output too long for memory goes to the thread and to the sandbox from the disk', async () => {
    const printed = Array.from({ length: 90 }, (_, n) => `${'x'.repeat(999)}${n % 10}\n`);
    const one = running({ prints: printed });
    const events = await play(one);
    const [file] = one.attached;
    expect(file && 'file' in file && (await file.file.text())).toBe(printed.join(''));
    expect(text(one.sandboxes.files.get('.threadbox/turn-1-step-1.txt'))).toContain(printed.join(''));
    const [record = ''] = one.written.filter((line) => line.startsWith('run 1 ok'));
    expect(record).toContain('bytes left out');
    expect(record.length).toBeLessThan(17_000);
    expect(events.some(({ type }) => type === 'turn.note')).toBe(false);
  });

  it('output too long for memory and for the disk keeps its ends, and the thread is told', async () => {
    const printed = Array.from({ length: 90 }, () => `${'x'.repeat(1_000)}\n`);
    const scratch = memoryScratch({ isFull: true }).folder(TURN);
    const one = world({
      replies: [runs(CODE), says('Done.')],
      sandboxes: fakeSandboxes({ runs: [{ prints: printed }] }),
      scratch,
    });
    const events = await play(one);
    expect(content(one.attached[0])).toContain('bytes left out');
    expect(one.sandboxes.files.size).toBe(0);
    expect(events.find(({ type }) => type === 'turn.note')).toMatchObject({
      text: expect.stringContaining('disk is full'),
    });
  });

  it('code too long for the message arrives whole as a file', async () => {
    const source = lines.map((line) => `# ${line}`).join('\n');
    const one = world({ replies: [runs(python(source)), says('Done.')] });
    await play(one);
    expect(one.attached.map((file) => [file.name, content(file)])).toEqual([['step-1.py', source]]);
  });

  it('is not mistaken for a file the code made', async () => {
    const one = running({ prints: lines.map((line) => `${line}\n`) }, {});
    const events = await play(one);
    expect(steps(events).filter((line) => line.startsWith('artifacts'))).toEqual(['artifacts.found step-1-output.txt']);
  });
});

function file(id: string, name: string): InboundFile {
  return { id, name, mimetype: 'text/csv', sizeBytes: 3, url: 'https://files.test/secret' };
}

describe('uploads', () => {
  it('are in the sandbox before the code runs, and the model knows them by name', async () => {
    const model = scriptedModel([runs(CODE), says('Done.')]);
    const one = world({ model });
    one.stored.set('F1', new Uint8Array([1, 2, 3]));
    const events = await play(one, { files: [file('F1', 'data.csv')] });
    expect(one.sandboxes.files.get('data.csv')).toEqual(new Uint8Array([1, 2, 3]));
    expect(model.requests[0]?.messages.at(-1)?.text).toBe(
      'Do it.\n\nAttached files, in /home/user:\n- data.csv (3 bytes, text/csv)\n  columns of data.csv',
    );
    expect(steps(events).filter((line) => line.startsWith('artifacts'))).toEqual([]);
  });

  it('have the names that Slack gives when it is asked, apart from each other', async () => {
    const one = world({ replies: [runs(CODE), says('Done.')] });
    const download = async () => ({ ok: true, bytes: new Uint8Array([1]), name: 'data.csv' }) as const;
    const deps = { ...one.deps, download };
    await play({ ...one, deps }, { files: [file('F1', 'F1'), file('F2', 'F2')] });
    expect([...one.sandboxes.files.keys()].filter((name) => name.endsWith('.csv'))).toEqual([
      'data.csv',
      'data (2).csv',
    ]);
  });

  it('that could not be fetched are named to the person and to the model', async () => {
    const model = scriptedModel([runs(CODE), says('Done.')]);
    const events = await play(world({ model }), { files: [file('F1', 'data.csv')] });
    const note = 'The attached file data.csv is not in the sandbox: it could not be fetched.';
    expect(steps(events)).toContain(`turn.note ${note}`);
    expect(model.requests[0]?.messages.at(-1)?.text).toBe(`Do it.\n\n[${note}]`);
  });

  it('that the sandbox does not take are named too', async () => {
    const one = world({ replies: [says('Hi.')], sandboxes: fakeSandboxes({ brokenFiles: true }) });
    one.stored.set('F1', new Uint8Array([1]));
    const events = await play(one, { files: [file('F1', 'data.csv')] });
    expect(steps(events)).toContain(
      'turn.note The attached file data.csv could not be put into the sandbox. Attach it again to retry.',
    );
  });

  it.each([
    ['data.csv', 'data.csv'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\my data.csv', 'my data.csv'],
    ['.bashrc', 'bashrc'],
    ['..', 'file'],
    [' .bashrc', 'bashrc'],
    ['\u202Egnp.exe', 'gnp.exe'],
    ['', 'file'],
    ['a\u0000b\nc.txt', 'abc.txt'],
    ['\u{1F600}.png', '\u{1F600}.png'],
    [`${'x'.repeat(300)}.csv`, `${'x'.repeat(116)}.csv`],
  ])('a file called %j is put at %j', (name, safe) => {
    expect(sandboxName(name)).toBe(safe);
  });

  it('two of one name keep apart', () => {
    const files = ['a.csv', 'b/a.csv', 'a.csv'].map((name, index) => file(`F${index}`, name));
    expect(named(files).map(([name]) => name)).toEqual(['a.csv', 'a (2).csv', 'a (3).csv']);
  });

  it('any names stay in the home folder, seen, and apart', () => {
    const anyName = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('a.csv', '../a.csv', 'a (2).csv', '.a', '/'),
    );
    fc.assert(
      fc.property(fc.array(anyName, { maxLength: 12 }), (names) => {
        const given = named(names.map((name, index) => file(`F${index}`, name))).map(([name]) => name);
        expect(new Set(given).size).toBe(names.length);
        for (const name of given) {
          expect(posix.dirname(posix.join('/home/user', name))).toBe('/home/user');
          expect(name).toMatch(/^[^.\s/]/u);
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
        }
      }),
    );
  });

  it('without a preview are there all the same', async () => {
    const model = scriptedModel([runs(CODE), says('Done.')]);
    const one = world({ model, sandboxes: fakeSandboxes({ brokenPreviews: true }) });
    one.stored.set('F1', new Uint8Array([1]));
    await play(one, { files: [file('F1', 'data.csv')] });
    expect(model.requests[0]?.messages.at(-1)?.text).toMatch(/- data\.csv \(1 bytes, text\/csv\)$/);
  });

  it('are there for code that runs as it is, and an empty one is named', async () => {
    const one = world();
    one.stored.set('F1', new Uint8Array());
    const events = await play(one, { files: [file('F1', 'e.csv')], task: { kind: 'code', code: CODE } });
    expect([...one.sandboxes.files.keys()]).toEqual(['e.csv']);
    expect(steps(events)).toContain('turn.note The attached file e.csv is empty (0 bytes).');
    expect(one.messages[2]?.text).toContain('- e.csv (0 bytes');
  });

  it('more than the limit leaves the rest out, and names it', async () => {
    const one = world({ replies: [says('Hi.')] });
    const files = Array.from({ length: 22 }, (_, index) => file(`F${index}`, `${index}.txt`));
    for (const { id } of files) one.stored.set(id, new Uint8Array([1]));
    const events = await play(one, { files });
    expect(one.sandboxes.files.size).toBe(MAX_FILES);
    expect(steps(events)).toContain(
      'turn.note I take 20 files at once, so these are not in the sandbox: 20.txt, 21.txt.',
    );
  });

  it('that come while the model writes its code are there before it runs, and are no files of the run', async () => {
    const model = scriptedModel([runs(CODE), says('Done.')]);
    const one = world({ model });
    one.stored.set('F2', new Uint8Array([1]));
    let now: InboundFile[] = [];
    const deps = { ...one.deps, filesNow: () => now };
    const events = await play(
      { ...one, deps },
      {
        onEvent: ({ type }) => {
          if (type === 'model.started') now = [file('F2', 'late.csv')];
        },
      },
    );
    expect(one.sandboxes.files.has('late.csv')).toBe(true);
    expect(model.requests[1]?.messages.at(-1)?.text).toContain('- late.csv (1 bytes, text/csv)');
    expect(one.attached).toEqual([]);
    expect(steps(events).at(-1)).toBe('turn.finished done');
  });

  it('of earlier turns are put back into a new sandbox, and that is said', async () => {
    const one = world({ replies: [runs(CODE), says('Done.')], sandboxes: fakeSandboxes({ forgetful: true }) });
    one.stored.set('F1', new Uint8Array([1]));
    one.stored.set('F2', new Uint8Array([2]));
    const earlierFiles = () => [[file('F1', 'a.csv'), file('F3', 'c.csv')], [file('F2', 'b.csv')]];
    const events = await play({ ...one, deps: { ...one.deps, earlierFiles } }, { lastSandbox: 'old' });
    expect([...one.sandboxes.files.keys()].sort()).toEqual(['a.csv', 'b.csv']);
    expect(steps(events)).toContain('turn.note Put back into the sandbox: a.csv, b.csv.');
    expect(steps(events)).toContain('turn.note Not put back: c.csv. Attach what you still need again.');
    expect(one.attached).toEqual([]);
  });
});
