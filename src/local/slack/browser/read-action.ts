/** The page's actions, checked: what comes over the wire may be anything. */
import { z } from 'zod';
import type { PageAction } from '../protocol.ts';

const text = z.string().max(200_000);
const id = z.string().min(1).max(100);
const as = { as: id };
const place = { ...as, channel: id };
const at = { ...place, ts: id };
const value = z.string().max(200_000).exactOptional();
const control = { blockId: z.string().max(255), actionId: z.string().max(255), value };

const action = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('say'),
    ...place,
    threadTs: id.exactOptional(),
    text,
    files: z.array(id).max(100).exactOptional(),
    broadcast: z.boolean().exactOptional(),
  }),
  z.object({ type: z.literal('command'), ...place, command: id, text }),
  z.object({ type: z.literal('edit'), ...at, text }),
  z.object({ type: z.literal('delete'), ...at }),
  z.object({ type: z.enum(['react', 'unreact']), ...at, name: id }),
  z.object({ type: z.literal('press'), ...at, ...control }),
  z.object({
    type: z.literal('view.submit'),
    ...as,
    viewId: id,
    state: z.record(z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string())]))),
  }),
  z.object({ type: z.literal('view.close'), ...as, viewId: id }),
  z.object({ type: z.literal('view.press'), ...as, viewId: id, ...control }),
  z.object({ type: z.literal('shortcut'), ...as, callbackId: id, channel: id.exactOptional(), ts: id.exactOptional() }),
  z.object({ type: z.enum(['join', 'invite-bot', 'remove-bot']), ...place }),
  z.object({ type: z.literal('create-channel'), ...as, name: z.string().max(200) }),
  z.object({ type: z.literal('open-dm'), ...as, with: id }),
]);

/** The action, or undefined where it is none. */
export function readAction(value: unknown): PageAction | undefined {
  return action.safeParse(value).data;
}
