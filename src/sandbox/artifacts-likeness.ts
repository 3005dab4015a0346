/**
 * Whether two PNG files show the same figure. A figure that is both displayed and saved comes twice, as different bytes:
 * the saved one has another resolution and wider margins. Without margins, and seen as soft 24 × 24 grey fields, it is the
 * same. Measured on matplotlib figures of seven kinds at 72 to 300 dpi, with and without tight margins and transparency:
 * the same figure differs by at most 10 of 255 in a field and 0.06 of its ink in all; another figure by at least 67 (one
 * bar of ten drawn one unit higher) or 0.33 (a thin sine for a thin cosine).
 */
import { decodePng, type Picture } from './artifacts-png.ts';

const FIELDS = 24;
const LARGEST_FIELD_DIFFERENCE = 30;
const LARGEST_INK_DIFFERENCE = 0.15;
const LARGEST_ASPECT_DIFFERENCE = 0.02;
/** Fainter than this against the corner pixel counts as margin. */
const MARGIN_CONTRAST = 24;

/** A figure as somebody sees it from afar. */
export interface Look {
  /** How far each field is from the paper's grey, row by row, softened. */
  readonly ink: readonly number[];
  readonly aspect: number;
}

export function sameLook(a: Look, b: Look): boolean {
  if (Math.abs(Math.log(a.aspect / b.aspect)) > LARGEST_ASPECT_DIFFERENCE) return false;
  const differences = a.ink.map((ink, i) => Math.abs(ink - (b.ink[i] ?? 0)));
  const inks = (sumOf(a.ink) + sumOf(b.ink)) / 2;
  return Math.max(...differences) <= LARGEST_FIELD_DIFFERENCE && sumOf(differences) <= inks * LARGEST_INK_DIFFERENCE;
}

/** Undefined for what is no plain PNG, or too small or too large to be compared. */
export function lookOf(png: Uint8Array): Look | undefined {
  const picture = decodePng(png);
  const box = picture && contentBox(picture);
  if (!box || box.width < FIELDS || box.height < FIELDS) return undefined;
  const paper = picture.grey[0] ?? 0;
  const ink = greyFields(picture, box).map((grey) => Math.abs(grey - paper));
  return { ink: soften(ink), aspect: box.width / box.height };
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The smallest box around everything that stands out from the corner's colour. */
function contentBox({ grey, width, height }: Picture): Box | undefined {
  const paper = grey[0] ?? 0;
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (Math.abs((grey[y * width + x] ?? 0) - paper) <= MARGIN_CONTRAST) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** The mean grey of each field, row by row. */
function greyFields({ grey, width }: Picture, box: Box): number[] {
  const sums = new Array<number>(FIELDS * FIELDS).fill(0);
  const counts = new Array<number>(FIELDS * FIELDS).fill(0);
  for (let y = 0; y < box.height; y++) {
    const row = Math.floor((y * FIELDS) / box.height) * FIELDS;
    for (let x = 0; x < box.width; x++) {
      const field = row + Math.floor((x * FIELDS) / box.width);
      sums[field] = (sums[field] ?? 0) + (grey[(box.top + y) * width + box.left + x] ?? 0);
      counts[field] = (counts[field] ?? 0) + 1;
    }
  }
  return sums.map((sum, i) => sum / (counts[i] ?? 1));
}

/** Each field with its neighbours: an edge may fall on either side of a border between fields. */
function soften(fields: readonly number[]): number[] {
  const at = (x: number, y: number) => {
    const inside = (n: number) => Math.min(FIELDS - 1, Math.max(0, n));
    return fields[inside(y) * FIELDS + inside(x)] ?? 0;
  };
  return fields.map((_, i) => {
    const [x, y] = [i % FIELDS, Math.floor(i / FIELDS)];
    return sumOf([-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => at(x + dx, y + dy)))) / 9;
  });
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
