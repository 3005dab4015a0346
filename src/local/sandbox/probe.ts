/** Tries the wall before anything stands on it: a sandbox with the real options, and the real libraries inside. */
import { release } from 'node:os';
import { z } from 'zod';
import { type Bwrap, startBwrap } from './bwrap.ts';
import { AGENT_DIR, type Layout } from './bwrap-options.ts';
import { explain } from './explain.ts';
import { type Fonts, guestFiles } from './guest-files.ts';
import { readLayout } from './host-layout.ts';
import { defaultLimits, type Limits } from './limits.ts';

/** What sandboxes are made of on this machine. */
export interface Wall {
  readonly layout: Layout;
  readonly limits: Limits;
  readonly fonts: Fonts | undefined;
}

export type Probe =
  | { readonly ok: true; readonly note: string; readonly wall: Wall }
  | { readonly ok: false; readonly reason: string };

/** The libraries come from a cold disk the first time, and matplotlib makes its list of fonts. */
const DEADLINE_MS = 120_000;
const MAX_ANSWER_CHARS = 16 * 1024 * 1024;

const reportSchema = z.object({
  python: z.string(),
  node: z.string(),
  versions: z.record(z.string(), z.string()),
  fonts: z.object({ name: z.string().regex(/^[\w.-]+$/), content: z.string(), wide: z.string().nullable() }).nullable(),
});
type Report = z.infer<typeof reportSchema>;

/** `hide`: folders below /usr that sandboxes must not see. Takes about a second; never rejects. */
export async function probeWall(hide: readonly string[] = []): Promise<Probe> {
  if (process.platform !== 'linux') return { ok: false, reason: explain('', process.platform) };
  const layout = readLayout(hide);
  const first = await tryLayout(layout);
  // A container may mask parts of /proc, and then no other may be mounted. Sandboxes can do without.
  const hasProc = first.ok || !/Can't mount proc/.test(first.said);
  const outcome = hasProc ? first : await tryLayout({ ...layout, proc: false });
  return outcome.ok ? success(outcome.layout, outcome.report) : { ok: false, reason: explain(outcome.said, 'linux') };
}

type Outcome =
  | { readonly ok: true; readonly layout: Layout; readonly report: Report }
  | { readonly ok: false; readonly said: string };

async function tryLayout(layout: Layout): Promise<Outcome> {
  const limits = defaultLimits(release());
  try {
    const command = ['/usr/bin/python3', `${AGENT_DIR}/probe.py`];
    const bwrap = startBwrap({ layout, limits, files: guestFiles(undefined), slot: 0 }, command);
    const answer = await readAll(bwrap);
    if (answer === undefined) return { ok: false, said: `no answer within ${DEADLINE_MS / 1000} seconds` };
    const report = reportSchema.safeParse(parse(answer));
    return report.success ? { ok: true, layout, report: report.data } : { ok: false, said: bwrap.said() };
  } catch (error) {
    return { ok: false, said: error instanceof Error ? error.message : '' };
  }
}

/** Undefined when it takes too long. */
async function readAll(bwrap: Bwrap): Promise<string | undefined> {
  let late = false;
  const deadline = setTimeout(() => {
    late = true;
    bwrap.kill();
  }, DEADLINE_MS);
  let answer = '';
  bwrap.output.on('data', (data: Buffer) => {
    answer += data.toString();
    if (answer.length > MAX_ANSWER_CHARS) bwrap.kill();
  });
  await bwrap.ended;
  clearTimeout(deadline);
  return late ? undefined : answer;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A Node.js that does not start inside is as good as none. */
function success(layout: Layout, report: Report): Probe {
  const { node, ...withoutNode } = layout;
  const usable = node !== undefined && report.node !== '' ? { ...withoutNode, node } : withoutNode;
  const languages = `Python ${report.python}, ${report.node ? `Node.js ${report.node.replace(/^v/, '')}, ` : ''}bash`;
  const libraries = Object.entries(report.versions).map(([name, version]) => `${name} ${version}`);
  const note = `Code runs in bubblewrap sandboxes on this machine: ${languages}; ${libraries.join(', ')}; no network.`;
  return {
    ok: true,
    note: report.node ? note : `${note} JavaScript is off: no Node.js that a sandbox can read.`,
    wall: { layout: usable, limits: defaultLimits(release()), fonts: report.fonts ?? undefined },
  };
}
