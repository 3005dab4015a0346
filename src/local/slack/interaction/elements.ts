/** Interactive elements: finding them in blocks, and what a payload says of a press or of a form's state. Pure. */
import { asList, asRecord, asText, isRecord, type Json } from '../json.ts';
import type { ViewState } from '../protocol.ts';
import { tsOfMicros } from '../state/timestamps.ts';
import { wireFile } from '../wire/files.ts';
import type { World } from '../world.ts';
import type { OpenView } from './views.ts';

export interface FoundElement {
  readonly blockId: string;
  readonly element: Json;
}

/** Everything in the blocks that can be pressed, typed into or chosen from. */
export function elementsIn(blocks: readonly Json[]): readonly FoundElement[] {
  return blocks.flatMap((block) => {
    const inner = [...asList(block['elements']), block['accessory'], block['element']].filter(isRecord);
    return inner.map((element) => ({ blockId: asText(block['block_id']), element }));
  });
}

export function findElement(blocks: readonly Json[], blockId: string, actionId: string): FoundElement | undefined {
  return elementsIn(blocks).find(
    (found) => found.blockId === blockId && asText(found.element['action_id']) === actionId,
  );
}

export interface Pressed {
  readonly value?: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** One entry of `actions` in a `block_actions` payload. */
export function actionOf({ blockId, element }: FoundElement, { value, now }: Pressed): Json {
  const type = asText(element['type']);
  const base = {
    type,
    action_id: asText(element['action_id']),
    block_id: blockId,
    action_ts: tsOfMicros(Math.floor(now) * 1000),
  };
  if (type === 'button' || type === 'icon_button') {
    const own = element['value'];
    return { ...base, text: element['text'], ...(own === undefined ? {} : { value: own }) };
  }
  if (type === 'feedback_buttons') return { ...base, value: value ?? '' };
  return { ...base, ...heldIn(element, value ?? '') };
}

/** What an element holds, in the fields its type uses. */
function heldIn(element: Json, value: string | readonly string[]): Json {
  const type = asText(element['type']);
  const one = typeof value === 'string' ? value : (value[0] ?? '');
  const all = typeof value === 'string' ? (value === '' ? [] : [value]) : value;
  switch (type) {
    case 'static_select':
    case 'external_select':
    case 'radio_buttons':
    case 'overflow':
      return { selected_option: optionOf(element, one) };
    case 'multi_static_select':
    case 'checkboxes':
      return { selected_options: all.map((entry) => optionOf(element, entry)).filter((option) => option !== null) };
    case 'users_select':
      return { selected_user: one || null };
    case 'multi_users_select':
      return { selected_users: all };
    case 'conversations_select':
      return { selected_conversation: one || null };
    case 'channels_select':
      return { selected_channel: one || null };
    case 'multi_conversations_select':
      return { selected_conversations: all };
    case 'multi_channels_select':
      return { selected_channels: all };
    case 'datepicker':
      return { selected_date: one || null };
    case 'timepicker':
      return { selected_time: one || null };
    case 'datetimepicker':
      return { selected_date_time: one === '' ? null : Number(one) };
    default:
      return { value: one === '' ? null : one };
  }
}

function optionOf(element: Json, value: string): Json | null {
  const groups = asList(element['option_groups']).flatMap((group) => asList(asRecord(group)['options']));
  const options = [...asList(element['options']), ...groups].filter(isRecord);
  return options.find((option) => option['value'] === value) ?? null;
}

export interface FormValues {
  /** `view.state.values`: block id → action id → value. */
  readonly values: Json;
  /** Blocks that must be filled in and are not. */
  readonly missing: readonly string[];
}

/** The state of a submitted modal, from what the page says its inputs hold. */
export function viewValues(view: OpenView, state: ViewState, world: World): FormValues {
  const values: Record<string, Json> = {};
  const missing: string[] = [];
  for (const block of asList(view.view['blocks']).filter(isRecord)) {
    const blockId = asText(block['block_id']);
    for (const { element } of elementsIn([block])) {
      const type = asText(element['type']);
      if (type === 'button' || type === 'image' || type === 'mrkdwn' || type === 'plain_text') continue;
      const actionId = asText(element['action_id']);
      const given = state[blockId]?.[actionId] ?? '';
      if (given.length === 0 && block['type'] === 'input' && block['optional'] !== true) missing.push(blockId);
      const held = type === 'file_input' ? { files: filesOf(given, world) } : heldIn(element, given);
      values[blockId] = { ...values[blockId], [actionId]: { type, ...held } };
    }
  }
  return { values, missing };
}

function filesOf(given: string | readonly string[], world: World): readonly Json[] {
  const { state } = world.workspace;
  const ids = typeof given === 'string' ? given.split(',') : given;
  const files = ids.map((id) => state.files.get(id)).filter((file) => file !== undefined);
  return files.map((file) => wireFile(state, file, world.url));
}
