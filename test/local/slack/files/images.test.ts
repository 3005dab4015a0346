import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageSize } from '../../../../src/local/slack/files/image-size.ts';
import { kindOf, previewOf } from '../../../../src/local/slack/files/kinds.ts';

function png(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 0, 'latin1');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

/** A JPEG with an application segment before its frame. */
function jpeg(width: number, height: number): Buffer {
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xff, 0xc2, 0, 17, 8]);
  const size = Buffer.alloc(4);
  size.writeUInt16BE(height, 0);
  size.writeUInt16BE(width, 2);
  return Buffer.concat([head, size, Buffer.alloc(8)]);
}

describe('the size of an image', () => {
  it.each([
    ['PNG', png(640, 480), { width: 640, height: 480 }],
    ['JPEG', jpeg(320, 200), { width: 320, height: 200 }],
    ['GIF', Buffer.from([0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 10, 0, 20, 0]), { width: 10, height: 20 }],
    ['a PNG cut short', png(1, 1).subarray(0, 20), undefined],
    ['a PNG of no width', png(0, 1), undefined],
    ['text', Buffer.from('hello'), undefined],
    ['nothing', Buffer.alloc(0), undefined],
  ])('%s', (_name, bytes, expected) => {
    expect(imageSize(bytes)).toEqual(expected);
  });

  it('never throws, whatever follows a right beginning', () => {
    const heads = fc.constantFrom([0xff, 0xd8], [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10], [0x47, 0x49, 0x46, 0x38]);
    fc.assert(
      fc.property(heads, fc.uint8Array({ maxLength: 200 }), (head, rest) => {
        expect(() => imageSize(Uint8Array.from([...head, ...rest]))).not.toThrow();
      }),
    );
  });
});

describe('what a file is', () => {
  it.each([
    ['a.csv', 'a,b', 'text/csv', true],
    ['A.PY', 'x', 'text/x-python', true],
    ['notes', 'just words', 'text/plain', true],
    ['data.bin', '\0\x01', 'application/octet-stream', false],
    ['fake.png', '<script>', 'application/octet-stream', false],
    ['page.svg', '<svg/>', 'image/svg+xml', false],
    ['x.constructor', 'a', 'text/plain', true],
  ])('%s', (name, content, mimetype, isText) => {
    expect(kindOf(name, Buffer.from(content))).toMatchObject({ mimetype, isText });
  });

  it('believes the bytes before the name', () => {
    expect(kindOf('a.txt', png(1, 1)).mimetype).toBe('image/png');
  });

  it('previews the first lines', () => {
    expect(previewOf(Buffer.from('a\r\nb\nc'), 2)).toBe('a\nb');
    expect(previewOf(Buffer.from('x'.repeat(9000)))).toHaveLength(2000);
  });
});
