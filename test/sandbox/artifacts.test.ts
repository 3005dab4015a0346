/** What is sent to the thread after a run, and what is not. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Artifact } from '../../src/conversation/events.ts';
import {
  changedFiles,
  type FileStamp,
  figuresOf,
  MAX_ARTIFACT_BYTES,
  mimetypeOf,
  withoutDuplicates,
} from '../../src/sandbox/artifacts.ts';
import { decodePng } from '../../src/sandbox/artifacts-png.ts';

const stamp = (path: string, sizeBytes = 1, modifiedMs = 1): FileStamp => ({ path, sizeBytes, modifiedMs });
/** Matplotlib figures: "show" at 72 dpi with tight margins as a notebook displays them, "save" as savefig writes them. */
const figure = (name: string) => new Uint8Array(readFileSync(new URL(`figures/${name}.png`, import.meta.url)));
const png = (name: string, bytes: Uint8Array): Artifact => ({ name, mimetype: 'image/png', bytes });

describe('changed files', () => {
  it('are the new ones and the written ones', () => {
    const before = [stamp('same'), stamp('touched'), stamp('grown'), stamp('gone')];
    const after = [stamp('same'), stamp('touched', 1, 2), stamp('grown', 2), stamp('new')];
    expect(changedFiles(before, after).send.map((file) => file.path)).toEqual(['grown', 'new', 'touched']);
  });

  it('of one listing against itself are none', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 })), (paths) => {
        const files = paths.map((path) => stamp(path));
        expect(changedFiles(files, files)).toEqual({ send: [], leftOut: [] });
      }),
    );
  });

  it('are at most ten, the nearest first; the others are named', () => {
    const names = 'abcdefghijkl'.split('');
    const { send, leftOut } = changedFiles([], [stamp('deep/a'), ...names.map((name) => stamp(name))]);
    expect(send.map((file) => file.path)).toEqual(names.slice(0, 10));
    expect(leftOut).toEqual([
      { path: 'k', reason: 'too-many' },
      { path: 'l', reason: 'too-many' },
      { path: 'deep/a', reason: 'too-many' },
    ]);
  });

  it('leave out what is too large by name, and what is empty without a word', () => {
    const after = [stamp('huge', MAX_ARTIFACT_BYTES + 1), stamp('full', MAX_ARTIFACT_BYTES), stamp('empty', 0)];
    const { send, leftOut } = changedFiles([], after);
    expect(send.map((file) => file.path)).toEqual(['full']);
    expect(leftOut).toEqual([{ path: 'huge', reason: 'too-large' }]);
  });
});

describe('figures', () => {
  it('take the best format of each value, number on, and say what they are', () => {
    const one = new Uint8Array([1]);
    const figures = figuresOf(
      [
        { isMain: true, text: '[<Line2D>]' },
        { isMain: false, text: '<Figure size 640x480>', png: one, pdf: one },
        { isMain: false, svg: '<svg/>', text: 'A map of the town' },
        { isMain: false, jpeg: one },
        { isMain: false, pdf: one },
        { isMain: false, png: new Uint8Array() },
      ],
      3,
    );
    expect(figures).toEqual([
      { name: 'figure-3.png', mimetype: 'image/png', bytes: one, altText: 'Figure 3, drawn by the code' },
      {
        name: 'figure-4.svg',
        mimetype: 'image/svg+xml',
        bytes: new TextEncoder().encode('<svg/>'),
        altText: 'Figure 4, drawn by the code: A map of the town',
      },
      { name: 'figure-5.jpg', mimetype: 'image/jpeg', bytes: one, altText: 'Figure 5, drawn by the code' },
      { name: 'figure-6.pdf', mimetype: 'application/pdf', bytes: one },
    ]);
  });
});

describe('duplicates', () => {
  it('by bytes are sent once, under the name somebody gave', () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const list = [png('figure-1.png', bytes), png('other.png', new Uint8Array([4])), png('fibonacci.png', bytes)];
    expect(withoutDuplicates(list).map((artifact) => artifact.name)).toEqual(['fibonacci.png', 'other.png']);
  });

  it('a figure that is displayed and saved is sent once, as saved', () => {
    const list = [png('figure-1.png', figure('bar-show')), png('fibonacci.png', figure('bar-save'))];
    expect(withoutDuplicates(list)).toEqual([list[1]]);
    expect(withoutDuplicates([...list].reverse())).toEqual([list[1]]);
  });

  it.each([
    ['one bar is a unit higher', 'bar-show', 'bar2-save'],
    ['the line is another', 'cos-show', 'sin-save'],
  ])('a displayed figure stays beside another saved one: %s', (_name, shown, saved) => {
    const list = [png('figure-1.png', figure(shown)), png('saved.png', figure(saved))];
    expect(withoutDuplicates(list)).toEqual(list);
  });

  it('two saved files stay two, even if they look alike', () => {
    const list = [png('low.png', figure('bar-show')), png('high.png', figure('bar-save'))];
    expect(withoutDuplicates(list)).toEqual(list);
  });

  it('never lose or double a file, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('figure-1.png', 'a.png', 'b'), fc.uint8Array({ maxLength: 2 }))),
        (items) => {
          const list = items.map(([name, bytes]) => png(name, bytes));
          const kept = withoutDuplicates(list);
          const seen = (artifacts: readonly Artifact[]) => new Set(artifacts.map((artifact) => artifact.bytes.join()));
          expect(seen(kept)).toEqual(seen(list));
          expect(kept).toHaveLength(seen(list).size);
        },
      ),
    );
  });
});

describe('a PNG', () => {
  it('is read as the eye sees it', () => {
    const picture = decodePng(figure('bar-save'));
    expect([picture?.width, picture?.height, picture?.grey[0]]).toEqual([640, 480, 255]);
  });

  it('that is broken is no picture, and breaks nothing', () => {
    const good = figure('bar-show');
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const broken = Uint8Array.from(good);
        broken[at] = byte;
        const picture = decodePng(broken);
        expect(picture === undefined || picture.grey.length === picture.width * picture.height).toBe(true);
      }),
      { numRuns: 50 },
    );
    expect(decodePng(good.subarray(0, 40))).toBeUndefined();
    expect(decodePng(new Uint8Array())).toBeUndefined();
  });
});

describe('media types', () => {
  it.each([
    ['a.png', 'image/png'],
    ['A.CSV', 'text/csv'],
    ['archive.tar.gz', 'application/gzip'],
    ['dir/.hidden', 'application/octet-stream'],
    ['Makefile', 'application/octet-stream'],
    ['x.constructor', 'application/octet-stream'],
  ])('of %s is %s', (name, type) => {
    expect(mimetypeOf(name)).toBe(type);
  });
});
