/** Width and height of PNG, JPEG and GIF images, in pixels. Pure. */

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Undefined where the bytes are no such image or end too early. */
export function imageSize(bytes: Uint8Array): ImageSize | undefined {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = data.subarray(0, 8).toString('latin1');
  if (head === '\x89PNG\r\n\x1a\n')
    return data.length < 24 ? undefined : size(data.readUInt32BE(16), data.readUInt32BE(20));
  if (head.startsWith('GIF8')) return data.length < 10 ? undefined : size(data.readUInt16LE(6), data.readUInt16LE(8));
  if (head.startsWith('\xff\xd8')) return jpegSize(data);
  return undefined;
}

/** Walks the segments up to the frame header, which holds the size. */
function jpegSize(data: Buffer): ImageSize | undefined {
  let at = 2;
  while (at + 9 <= data.length) {
    if (data[at] !== 0xff) return undefined;
    const marker = data[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isStandalone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
    if (isStandalone) {
      at += 2;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return size(data.readUInt16BE(at + 7), data.readUInt16BE(at + 5));
    at += 2 + data.readUInt16BE(at + 2);
  }
  return undefined;
}

function size(width: number, height: number): ImageSize | undefined {
  return width > 0 && height > 0 ? { width, height } : undefined;
}
