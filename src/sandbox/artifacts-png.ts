/**
 * PNG to grey, for comparing figures: eight bits a sample, not interlaced, which is what drawing libraries write. Anything
 * else, anything broken and anything huge is no picture here. Format: W3C PNG specification, sections 9 and 11.
 */
import { inflateSync } from 'node:zlib';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** One byte a pixel, row by row, as seen on white paper. */
  readonly grey: Uint8Array;
}

const SIGNATURE = '89504e470d0a1a0a';
/** Larger ones take longer than a comparison is worth; the cap also stops files that unpack without end. */
const MAX_UNPACKED_BYTES = 40_000_000;

/** Bytes a pixel, by colour type: grey, RGB, grey with alpha, RGB with alpha. Palettes are left out. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 4: 2, 6: 4 };

interface Header {
  readonly width: number;
  readonly height: number;
  readonly samples: number;
}

export function decodePng(bytes: Uint8Array): Picture | undefined {
  const png = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readHeader(png);
  if (!header || header.width * header.height * header.samples > MAX_UNPACKED_BYTES) return undefined;
  try {
    const packed = Buffer.concat(chunksNamed(png, 'IDAT'));
    const raw = inflateSync(packed, { maxOutputLength: MAX_UNPACKED_BYTES + header.height });
    if (raw.length < (header.width * header.samples + 1) * header.height) return undefined;
    return toGrey(unfilter(raw, header), header);
  } catch {
    return undefined;
  }
}

function readHeader(png: Buffer): Header | undefined {
  if (png.length < 33 || png.subarray(0, 8).toString('hex') !== SIGNATURE) return undefined;
  if (png.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  const samples = SAMPLES[png.readUInt8(25)];
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const plain = png.readUInt8(24) === 8 && png.readUInt8(28) === 0;
  return plain && samples !== undefined && width > 0 && height > 0 ? { width, height, samples } : undefined;
}

function chunksNamed(png: Buffer, name: string): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 8; at + 12 <= png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === name) chunks.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return chunks;
}

/** Each row says how its bytes were predicted from the left, from above, from both; this takes the prediction back. */
function unfilter(raw: Buffer, { width, height, samples }: Header): Uint8Array {
  const stride = width * samples;
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)] ?? 0;
    const [from, to] = [y * (stride + 1) + 1, y * stride];
    for (let x = 0; x < stride; x++) {
      const left = x < samples ? 0 : (out[to + x - samples] ?? 0);
      const above = y === 0 ? 0 : (out[to + x - stride] ?? 0);
      const corner = y === 0 || x < samples ? 0 : (out[to + x - stride - samples] ?? 0);
      out[to + x] = (raw[from + x] ?? 0) + predicted(filter, left, above, corner);
    }
  }
  return out;
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  return filter === 4 ? paeth(left, above, corner) : 0;
}

/** Whichever of the three is nearest to left + above - corner. */
function paeth(left: number, above: number, corner: number): number {
  const [toLeft, toAbove] = [Math.abs(above - corner), Math.abs(left - corner)];
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

function toGrey(pixels: Uint8Array, { width, height, samples }: Header): Picture {
  const grey = new Uint8Array(width * height);
  const coloured = samples > 2;
  for (let i = 0; i < grey.length; i++) {
    const at = i * samples;
    const red = pixels[at] ?? 0;
    const [green, blue] = coloured ? [pixels[at + 1] ?? 0, pixels[at + 2] ?? 0] : [red, red];
    const alpha = samples % 2 === 0 ? (pixels[at + samples - 1] ?? 0) : 255;
    const luma = 0.299 * red + 0.587 * green + 0.114 * blue;
    grey[i] = 255 + ((luma - 255) * alpha) / 255;
  }
  return { width, height, grey };
}
