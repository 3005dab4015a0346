/** What is written down before it is acknowledged: whatever asks for work, and would be lost with the process. Pure. */
import { RUN_SHORTCUT, understandForm, understandPress, understandShortcut } from './gestures.ts';
import { type InboundContext, understand } from './inbound.ts';
import { type Json, object, objects, text } from './inbound-json.ts';
import { DIRECT_ACTION } from './render-offer.ts';

/** What tells a command or a press from every other, and from itself when it comes again: neither has another id. */
export function triggerOf(body: unknown): string | undefined {
  return text(object(body)['trigger_id']);
}

/** The key to record a delivery under; undefined for what asks for no work, or can be answered only now. */
export function recordKey(payload: unknown, context: InboundContext): string | undefined {
  const body = object(payload);
  const trigger = triggerOf(body);
  switch (body['type']) {
    case 'event_callback':
      return understand(body, context).kind === 'ignored' ? undefined : text(body['event_id']);
    case 'block_actions':
      return trigger !== undefined && startsWork(body, context) ? `press:${trigger}` : undefined;
    case 'view_submission':
      return formKey(body);
    case 'message_action':
      return trigger !== undefined && findsCode(body, context) ? `shortcut:${trigger}` : undefined;
    default:
      // A command that asks for no work is answered at once or not at all.
      return trigger !== undefined && understand(body, context).kind === 'task' ? `command:${trigger}` : undefined;
  }
}

/** A stop ends with the process, and a form opens within seconds of the press or never. */
function startsWork(body: Json, { teamId }: InboundContext): boolean {
  if (objects(body['actions']).some((action) => action['action_id'] === DIRECT_ACTION)) return true;
  const gesture = understandPress(body, teamId)?.gesture;
  return gesture !== undefined && gesture !== 'edit' && gesture !== 'code';
}

/** A form that stays open with a mistake in it is sent again, with the same id. */
function formKey(body: Json): string | undefined {
  const sent = understandForm(body);
  const id = text(object(body['view'])['id']);
  return sent && sent.kind !== 'wrong' && id ? `form:${id}` : undefined;
}

function findsCode(body: Json, { teamId }: InboundContext): boolean {
  if (body['callback_id'] !== RUN_SHORTCUT) return false;
  const use = understandShortcut(body, teamId);
  return use?.kind === 'code' || use?.kind === 'snippet';
}
