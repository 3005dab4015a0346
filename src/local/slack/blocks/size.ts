/** How long a message is, as Slack counts. Pure. */
import { isRecord } from '../json.ts';

/** Fields that are not shown. */
const UNSEEN = new Set([
  'type',
  'block_id',
  'action_id',
  'value',
  'url',
  'image_url',
  'style',
  'language',
  'task_id',
  'align',
  'slack_file',
  'option',
]);

/** Measured by others: a header costs about a hundred characters besides its text, other blocks much less. */
const HEADER_COST = 100;
const BLOCK_COST = 20;

/** Characters of all blocks, with what the blocks themselves cost. */
export function sizeOfBlocks(blocks: readonly unknown[]): number {
  let size = 0;
  for (const block of blocks) {
    size += characters(block) + (isRecord(block) && block['type'] === 'header' ? HEADER_COST : BLOCK_COST);
  }
  return size;
}

function characters(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (Array.isArray(value)) return value.reduce<number>((sum, entry) => sum + characters(entry), 0);
  if (!isRecord(value)) return 0;
  return Object.entries(value).reduce((sum, [name, entry]) => (UNSEEN.has(name) ? sum : sum + characters(entry)), 0);
}

/** Bytes of a message's text once `&`, `<` and `>` are escaped, except where they already stand for something. */
export function escapedBytes(text: string): number {
  const escaped = text.replace(/&(?!(?:amp|lt|gt);)/g, '&amp;').replace(/<(?![@#!]|https?:|mailto:|tel:)/g, '&lt;');
  return Buffer.byteLength(escaped);
}
