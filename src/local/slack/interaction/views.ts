/** Open modals, in memory: a person's stack of at most three. */
import type { Hub } from '../browser/hub.ts';
import { newBlockId, newId } from '../ids.ts';
import { asList, asRecord, asText, type Json } from '../json.ts';
import type { Block, PageView } from '../protocol.ts';

export interface OpenView {
  readonly id: string;
  readonly user: string;
  /** As the app sent it, its blocks with ids. */
  readonly view: Json;
  readonly hash: string;
  readonly rootId: string;
  readonly previousId?: string;
  readonly externalId: string;
}

export interface Views {
  open(user: string, view: Json): OpenView;
  /** On top of the person's stack; undefined where it holds three already. */
  push(user: string, view: Json): OpenView | undefined;
  update(id: string, view: Json): OpenView | undefined;
  /** Closes it and every view above it. */
  close(id: string): void;
  clear(user: string): void;
  get(id: string): OpenView | undefined;
  byExternalId(id: string): OpenView | undefined;
  errors(id: string, errors: Readonly<Record<string, string>>): void;
  all(): readonly OpenView[];
}

const STACK_LIMIT = 3;

export function createViews(hub: Hub, now: () => number): Views {
  const known = new Map<string, OpenView>();
  const stackOf = (user: string) => [...known.values()].filter((view) => view.user === user);

  function add(user: string, view: Json, below: OpenView | undefined): OpenView {
    const id = newId('V');
    const opened: OpenView = {
      id,
      user,
      view: withBlockIds(view),
      hash: hashAt(now()),
      rootId: below?.rootId ?? id,
      ...(below ? { previousId: below.id } : {}),
      externalId: asText(view['external_id']),
    };
    known.set(id, opened);
    hub.push({ type: 'view.open', view: pageView(opened) });
    return opened;
  }

  function remove(id: string): void {
    const view = known.get(id);
    if (!view) return;
    for (const above of known.values()) if (above.previousId === id) remove(above.id);
    known.delete(id);
    hub.push({ type: 'view.close', viewId: id, user: view.user });
  }

  function clear(user: string): void {
    for (const view of stackOf(user).reverse()) remove(view.id);
  }

  return {
    open: (user, view) => {
      clear(user);
      return add(user, view, undefined);
    },
    push: (user, view) => {
      const stack = stackOf(user);
      return stack.length >= STACK_LIMIT ? undefined : add(user, view, stack.at(-1));
    },
    update: (id, view) => {
      const old = known.get(id);
      if (!old) return undefined;
      const next = { ...old, view: withBlockIds(view), hash: hashAt(now()), externalId: asText(view['external_id']) };
      known.set(id, next);
      hub.push({ type: 'view.update', view: pageView(next) });
      return next;
    },
    close: remove,
    clear,
    get: (id) => known.get(id),
    byExternalId: (id) => [...known.values()].find((view) => view.externalId !== '' && view.externalId === id),
    errors: (id, errors) => hub.push({ type: 'view.errors', viewId: id, errors }),
    all: () => [...known.values()],
  };
}

function hashAt(now: number): string {
  return `${Math.floor(now / 1000)}.${newBlockId()}`;
}

function withBlockIds(view: Json): Json {
  return { ...view, blocks: identified(asList(view['blocks']) as readonly Block[]) };
}

/** The blocks, each with a `block_id`. */
export function identified(blocks: readonly Block[]): readonly Block[] {
  return blocks.map((block) => (asText(block['block_id']) === '' ? { ...block, block_id: newBlockId() } : block));
}

function plainText(value: unknown): string {
  return asText(asRecord(value)['text']);
}

export function pageView({ id, user, view }: OpenView): PageView {
  const submit = plainText(view['submit']);
  const close = plainText(view['close']);
  return {
    id,
    user,
    callbackId: asText(view['callback_id']),
    title: plainText(view['title']),
    ...(submit === '' ? {} : { submit }),
    ...(close === '' ? {} : { close }),
    blocks: asList(view['blocks']) as readonly Block[],
  };
}
