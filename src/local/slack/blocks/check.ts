/**
 * Checks blocks as Slack does before it shows them. Stricter than any emulator on purpose: what passes here should pass there.
 * Numbers are from the Block Kit reference; the sum over all blocks is measured by others (bolt-js issue 2509). Pure.
 */
import { asRecord, isRecord } from '../json.ts';
import type { Block } from '../protocol.ts';
import {
  alert,
  card,
  countData,
  dataTable,
  dataVisualization,
  plan,
  table,
  tableCharacters,
  taskCard,
  video,
} from './data.ts';
import {
  accessory,
  actionElement,
  anyText,
  contextActionElement,
  contextElement,
  inputElement,
  plainText,
} from './elements.ts';
import { richText } from './rich-text.ts';
import { anything, boolean, byType, either, Faults, list, type Rule, shape, string, url } from './rules.ts';
import { sizeOfBlocks } from './size.ts';

export type BlocksChecked =
  | { readonly ok: true; readonly blocks: readonly Block[] }
  | { readonly ok: false; readonly error: string; readonly messages: readonly string[] };

export interface CheckContext {
  /** Whether a block may show this file by now: it exists, its kind is known, the app may see it. */
  isFileReady(id: string): boolean;
}

/** Blocks in a message and in a modal. */
export const BLOCKS_PER_MESSAGE = 50;
export const BLOCKS_PER_VIEW = 100;
/** Every character of every block of a message, about. */
export const MESSAGE_BLOCK_CHARACTERS = 13_200;

function imageRule(context: CheckContext): Rule {
  const slackFile = shape({
    may: { id: string({ max: 30 }), url: anything },
    also: (value, at, faults) => {
      const id = typeof value['id'] === 'string' ? value['id'] : /-(F0[A-Z0-9]+)\//.exec(String(value['url']))?.[1];
      if (id === undefined || !context.isFileReady(id)) faults.add('invalid slack file', at);
    },
  });
  return shape({
    need: { alt_text: string({ max: 2000 }) },
    may: {
      image_url: url,
      slack_file: slackFile,
      title: plainText(2000),
      is_animated: boolean,
      image_width: anything,
      image_height: anything,
      image_bytes: anything,
    },
    also: either('image_url', 'slack_file'),
  });
}

const section = shape({
  may: { text: anyText(3000), fields: list(anyText(2000), 10), accessory, expand: boolean },
  also: (value, at, faults) => {
    if (value['text'] === undefined && value['fields'] === undefined) faults.add('missing required field: text', at);
  },
});

const common: Readonly<Record<string, Rule>> = {
  section,
  header: shape({ need: { text: plainText(150) } }),
  divider: shape({}),
  context: shape({ need: { elements: list(contextElement, 10) } }),
  actions: shape({ need: { elements: list(actionElement, 25) } }),
  rich_text: richText,
  video,
};

const inMessages: Readonly<Record<string, Rule>> = {
  ...common,
  markdown: shape({ need: { text: string({ max: 12_000 }) } }),
  context_actions: shape({ need: { elements: list(contextActionElement, 5) } }),
  table,
  data_table: dataTable,
  data_visualization: dataVisualization,
  task_card: taskCard,
  plan,
  card,
  carousel: shape({ need: { elements: list(byType({ card }), 10) } }),
  container: shape({
    may: {
      title: anything,
      subtitle: anything,
      icon: anything,
      child_blocks: anything,
      width: anything,
      is_collapsible: anything,
      default_collapsed: anything,
    },
  }),
  input: shape({
    need: { label: plainText(2000), element: inputElement },
    may: { hint: plainText(2000), optional: boolean, dispatch_action: boolean },
  }),
};

const inViews: Readonly<Record<string, Rule>> = {
  ...common,
  alert,
  input: shape({
    need: { label: plainText(2000), element: inputElement },
    may: { hint: plainText(2000), optional: boolean, dispatch_action: boolean },
  }),
};

/** The blocks of a message. `value` is what came as `blocks`, parsed. */
export function checkMessageBlocks(value: unknown, context: CheckContext): BlocksChecked {
  const faults = new Faults();
  if (!Array.isArray(value)) return { ok: false, error: 'invalid_blocks_format', messages: [] };
  list(byType({ ...inMessages, image: imageRule(context) }), BLOCKS_PER_MESSAGE, 0)(value, '/blocks', faults);
  checkIds(value, faults);
  countData(value, faults);
  for (const [index, block] of value.entries()) {
    if (asRecord(block)['type'] === 'table' && tableCharacters(block) > 10_000) {
      faults.add('must be less than 10001 characters', `/blocks/${index}/rows`);
    }
  }
  const markdown = value.filter((block) => asRecord(block)['type'] === 'markdown');
  if (markdown.reduce((sum, block) => sum + String(asRecord(block)['text']).length, 0) > 12_000) {
    faults.add('markdown blocks must be less than 12001 characters in all', '/blocks');
  }
  if (faults.messages.length > 0) return { ok: false, error: 'invalid_blocks', messages: faults.messages };
  const blocks: readonly Block[] = value;
  if (sizeOfBlocks(blocks) > MESSAGE_BLOCK_CHARACTERS) return { ok: false, error: 'msg_blocks_too_long', messages: [] };
  return { ok: true, blocks };
}

/** The faults in a modal's blocks. */
export function viewBlockFaults(value: unknown, context: CheckContext): readonly string[] {
  const faults = new Faults();
  list(byType({ ...inViews, image: imageRule(context) }), BLOCKS_PER_VIEW)(value, '/view/blocks', faults);
  if (Array.isArray(value)) checkIds(value, faults);
  return faults.messages;
}

/** Block ids must differ within a message, action ids within a block. */
function checkIds(blocks: readonly unknown[], faults: Faults): void {
  const seen = new Set<unknown>();
  for (const [index, block] of blocks.entries()) {
    if (!isRecord(block)) continue;
    const id = block['block_id'];
    if (id !== undefined && seen.has(id))
      faults.add(`\`block_id\` \`${String(id)}\` already exists`, `/blocks/${index}`);
    seen.add(id);
    const actions = new Set<unknown>();
    for (const element of Array.isArray(block['elements']) ? block['elements'] : []) {
      const action = asRecord(element)['action_id'];
      if (action === undefined) continue;
      if (actions.has(action))
        faults.add(`\`action_id\` \`${String(action)}\` already exists`, `/blocks/${index}/elements`);
      actions.add(action);
    }
  }
}
