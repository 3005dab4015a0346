/**
 * The workspace on disk: a snapshot and a journal of the changes since, one JSON line each.
 *
 * A change is written before it is applied and before anyone hears of it. A torn last line (power loss) is cut off at the next
 * start. Compaction writes a new snapshot beside the old one and renames it; the snapshot's first line names the journal that
 * continues it, so a crash between the steps leaves either the old pair or the new one.
 */
import {
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { asRecord, isRecord, parseJson } from '../json.ts';
import type { Change } from './records.ts';

/** A journal longer than this, in bytes, is folded into a new snapshot. */
const COMPACT_AT_BYTES = 32 * 1024 * 1024;

const SNAPSHOT = 'snapshot.jsonl';
const journalName = (generation: number) => `journal-${generation}.jsonl`;

export interface OpenJournal {
  /** What the folder held, in order. */
  readonly changes: readonly Change[];
  /** Starts appending. `snapshot` gives the whole state whenever the journal is compacted. */
  start(snapshot: () => Iterable<Change>): Journal;
}

/** Reads what `folder` holds. Throws only where the folder itself cannot be read or written. */
export function openJournal(folder: string, compactAtBytes = COMPACT_AT_BYTES): OpenJournal {
  const [head, ...stored] = readLines(join(folder, SNAPSHOT));
  const generation = Number(asRecord(head)['journal'] ?? 0);
  const path = join(folder, journalName(generation));
  cutTornLine(path);
  return {
    changes: [...stored, ...readLines(path)].filter(isChange),
    start: (snapshot) => new Journal(folder, generation, snapshot, compactAtBytes),
  };
}

export class Journal {
  readonly #folder: string;
  readonly #snapshot: () => Iterable<Change>;
  readonly #compactAtBytes: number;
  #generation: number;
  #file: number | undefined;
  #bytes = 0;
  #compactAt: number;

  constructor(folder: string, generation: number, snapshot: () => Iterable<Change>, compactAtBytes: number) {
    this.#folder = folder;
    this.#generation = generation;
    this.#snapshot = snapshot;
    this.#compactAtBytes = compactAtBytes;
    this.#compactAt = compactAtBytes;
    this.#compact();
  }

  /** The whole line or nothing of it, then it throws: half a line would spoil the next one. */
  append(change: Change): void {
    if (this.#file === undefined) throw new Error('The workspace is closed.');
    const line = Buffer.from(`${JSON.stringify(change)}\n`);
    try {
      for (let written = 0; written < line.length; ) written += writeSync(this.#file, line, written);
    } catch (error) {
      ftruncateSync(this.#file, this.#bytes);
      throw error;
    }
    this.#bytes += line.length;
  }

  /** The state has every change appended so far: the moment to compact. Where that fails, the journal just grows on for a while. */
  settled(): void {
    if (this.#bytes <= this.#compactAt) return;
    try {
      this.#compact();
    } catch {
      this.#compactAt = this.#bytes + this.#compactAtBytes;
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #compact(): void {
    const next = this.#generation + 1;
    const temporary = join(this.#folder, `${SNAPSHOT}.new`);
    const snapshot = openSync(temporary, 'w', 0o600);
    writeSync(snapshot, `${JSON.stringify({ journal: next })}\n`);
    for (const change of this.#snapshot()) writeSync(snapshot, `${JSON.stringify(change)}\n`);
    closeSync(snapshot);
    const journal = openSync(join(this.#folder, journalName(next)), 'w', 0o600);
    renameSync(temporary, join(this.#folder, SNAPSHOT));
    this.close();
    this.#file = journal;
    this.#bytes = 0;
    this.#compactAt = this.#compactAtBytes;
    this.#generation = next;
    for (const name of readdirSync(this.#folder)) {
      if (/^journal-\d+\.jsonl$/.test(name) && name !== journalName(next)) rmSync(join(this.#folder, name));
    }
  }
}

/** The parsed lines; damaged ones are left out. */
function readLines(path: string): readonly unknown[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.map(parseJson).filter((value) => value !== undefined);
}

function cutTornLine(path: string): void {
  if (!existsSync(path)) return;
  const bytes = readFileSync(path);
  const whole = bytes.lastIndexOf(0x0a) + 1;
  if (whole < bytes.length) truncateSync(path, whole);
}

function isChange(value: unknown): value is Change {
  return isRecord(value) && (typeof value['put'] === 'string' || typeof value['remove'] === 'string');
}
