/** `views.*`, and the check of a modal that answers to submissions go through too. */
import { viewBlockFaults } from '../blocks/check.ts';
import { plainText } from '../blocks/elements.ts';
import { Faults, string } from '../blocks/rules.ts';
import type { OpenView } from '../interaction/views.ts';
import { asList, asRecord, asText, type Json } from '../json.ts';
import { wireView } from '../wire/views.ts';
import type { World } from '../world.ts';
import { type Answer, done, missing, refuse } from './answer.ts';
import type { Args } from './args.ts';

/** Bytes of a whole view. */
const VIEW_LIMIT = 250_000;

export function viewsOpen(args: Args, world: World): Answer {
  return withTrigger(args, world, (user, view) => world.views.open(user, view));
}

export function viewsPush(args: Args, world: World): Answer {
  return withTrigger(args, world, (user, view) => world.views.push(user, view) ?? refuse('push_limit_reached'));
}

/** Checks the view before it spends the trigger. */
function withTrigger(args: Args, world: World, open: (user: string, view: Json) => OpenView | Answer): Answer {
  if (!args.has('trigger_id')) return missing('trigger_id');
  const view = readView(args, world);
  if ('ok' in view) return view;
  const use = world.triggers.use(args.text('trigger_id'));
  if (!use.ok) return refuse(use.error);
  const opened = open(use.user, view.view);
  return 'ok' in opened ? opened : done({ view: wireView(world.workspace.state, opened) });
}

export function viewsUpdate(args: Args, world: World): Answer {
  const old = args.has('view_id')
    ? world.views.get(args.text('view_id'))
    : world.views.byExternalId(args.text('external_id'));
  if (!old) return refuse('not_found');
  if (args.has('hash') && args.text('hash') !== old.hash) return refuse('hash_conflict');
  const view = readView(args, world);
  if ('ok' in view) return view;
  const updated = world.views.update(old.id, view.view);
  return updated ? done({ view: wireView(world.workspace.state, updated) }) : refuse('not_found');
}

function readView(args: Args, world: World): { readonly view: Json } | Answer {
  const view = args.record('view');
  if (view === 'missing') return missing('view');
  if (view === 'malformed') return refuse('invalid_arguments', ['[ERROR] view must be a valid JSON object']);
  return checkView(view, world) ?? { view };
}

/** The refusal of a modal that Slack would not show. */
export function checkView(view: Json, world: World): Answer | undefined {
  if (Buffer.byteLength(JSON.stringify(view)) > VIEW_LIMIT) return refuse('view_too_large');
  const faults = new Faults();
  if (view['type'] !== 'modal') faults.add('unsupported type', '/view/type');
  const titleRule = plainText(24);
  titleRule(view['title'] ?? {}, '/view/title', faults);
  for (const name of ['submit', 'close']) {
    if (view[name] !== undefined) plainText(24)(view[name], `/view/${name}`, faults);
  }
  if (view['callback_id'] !== undefined) string({ max: 255, min: 0 })(view['callback_id'], '/view/callback_id', faults);
  if (view['private_metadata'] !== undefined) {
    string({ max: 3000, min: 0 })(view['private_metadata'], '/view/private_metadata', faults);
  }
  const { files } = world.workspace.state;
  const blockFaults = viewBlockFaults(view['blocks'], { isFileReady: (id) => files.get(id)?.processed === true });
  const hasInput = asList(view['blocks']).some((block) => asText(asRecord(block)['type']) === 'input');
  if (hasInput && view['submit'] === undefined) faults.add('missing required field: submit', '/view');
  const messages = [...faults.messages, ...blockFaults];
  return messages.length > 0 ? refuse('invalid_arguments', messages) : undefined;
}
