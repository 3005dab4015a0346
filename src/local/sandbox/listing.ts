/** `GET /v2/sandboxes`: filters, order and pages. Pure. */
import type { Sandbox, SandboxState } from './sandbox.ts';

export interface ListQuery {
  readonly metadata: Readonly<Record<string, string>>;
  readonly states: readonly SandboxState[];
  readonly template: string | undefined;
  /** Epoch milliseconds. */
  readonly startedAfter: number | undefined;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly token: string | undefined;
}

export type ParsedQuery =
  | { readonly ok: true; readonly query: ListQuery }
  | { readonly ok: false; readonly message: string };

/** E2B's default, and its maximum. */
const MAX_LIMIT = 100;
const BOTH: readonly SandboxState[] = ['running', 'paused'];

/**
 * The SDK encodes a metadata filter three times: each key and value, then all of them as a query, then that as one
 * parameter. `parameter` has been decoded once.
 */
export function decodeMetadata(parameter: string): Record<string, string> {
  const decode = (text: string) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  return Object.fromEntries([...new URLSearchParams(parameter)].map(([key, value]) => [decode(key), decode(value)]));
}

export function parseListQuery(parameters: URLSearchParams): ParsedQuery {
  const names = parameters
    .getAll('state')
    .flatMap((value) => value.split(','))
    .filter(Boolean);
  const states = BOTH.filter((state) => names.includes(state));
  if (states.length !== new Set(names).size) return { ok: false, message: 'state must be running or paused' };
  const limit = Number(parameters.get('limit') ?? MAX_LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    return { ok: false, message: `limit must be between 1 and ${MAX_LIMIT}` };
  const order = parameters.get('order') ?? 'desc';
  if (order !== 'asc' && order !== 'desc') return { ok: false, message: `unknown order "${order}"` };
  const after = parameters.get('startedAfter');
  const startedAfter = after === null ? undefined : Date.parse(after);
  if (Number.isNaN(startedAfter)) return { ok: false, message: 'startedAfter is not a date' };
  return {
    ok: true,
    query: {
      metadata: decodeMetadata(parameters.get('metadata') ?? ''),
      states: names.length === 0 ? BOTH : states,
      template: parameters.get('template') ?? undefined,
      startedAfter,
      order,
      limit,
      token: parameters.get('nextToken') ?? undefined,
    },
  };
}

export type Listed = Pick<Sandbox, 'id' | 'startedAt' | 'state' | 'settings'>;

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken: string | undefined;
}

/** A page goes on after the sandbox that the token names by its place, whether or not that one still lives. */
export function listPage<Item extends Listed>(all: readonly Item[], query: ListQuery): Page<Item> {
  const direction = query.order === 'asc' ? 1 : -1;
  const sorted = all
    .filter((item) => matches(item, query))
    .map((item) => ({ item, place: placeOf(item) }))
    .sort((a, b) => direction * compare(a.place, b.place));
  const { token } = query;
  const rest = token === undefined ? sorted : sorted.filter(({ place }) => direction * compare(place, token) > 0);
  const page = rest.slice(0, query.limit);
  return {
    items: page.map(({ item }) => item),
    nextToken: rest.length > query.limit ? page.at(-1)?.place : undefined,
  };
}

function matches(item: Listed, query: ListQuery): boolean {
  return (
    query.states.includes(item.state) &&
    (query.template === undefined || item.settings.templateId === query.template) &&
    (query.startedAfter === undefined || item.startedAt >= query.startedAfter) &&
    Object.entries(query.metadata).every(([key, value]) => item.settings.metadata[key] === value)
  );
}

/** Sorts like the start time; the id makes it unique. */
function placeOf(item: Listed): string {
  return `${String(item.startedAt).padStart(16, '0')}-${item.id}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
