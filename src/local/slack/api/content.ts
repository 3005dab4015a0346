/** A message's text, blocks, attachments and metadata from a call's arguments. */
import { type BlocksChecked, checkMessageBlocks } from '../blocks/check.ts';
import { identified } from '../interaction/views.ts';
import { isRecord } from '../json.ts';
import type { Block } from '../protocol.ts';
import type { MessageMetadata } from '../state/records.ts';
import type { World } from '../world.ts';
import { type Answer, refuse } from './answer.ts';
import type { Args } from './args.ts';

export interface Content {
  readonly text: string;
  readonly blocks: readonly Block[];
  /** Whether `blocks` was given, be it empty. */
  readonly hasBlocks: boolean;
  readonly hasText: boolean;
  readonly attachments: readonly unknown[];
  readonly metadata?: MessageMetadata;
}

const MARKDOWN_LIMIT = 12_000;
/** Bytes of a message's metadata. Slack publishes no number; this one is ours. */
const METADATA_LIMIT = 16 * 1024;
const ATTACHMENTS_LIMIT = 100;

export function readContent(args: Args, world: World): Content | Answer {
  const markdown = args.text('markdown_text');
  if (markdown !== '' && (args.has('text') || args.has('blocks'))) return refuse('markdown_text_conflict');
  if (markdown.length > MARKDOWN_LIMIT) return refuse('msg_too_long');
  const blocks = readBlocks(args, world);
  if (!blocks.ok) return refuse(blocks.error, blocks.messages);
  const attachments = args.list('attachments');
  if (attachments === 'malformed') return refuse('invalid_attachments');
  if (attachments !== 'missing' && attachments.length > ATTACHMENTS_LIMIT) return refuse('too_many_attachments');
  const metadata = readMetadata(args);
  if (metadata && 'ok' in metadata) return metadata;
  const shown: readonly Block[] = markdown === '' ? blocks.blocks : [{ type: 'markdown', text: markdown }];
  return {
    text: markdown === '' ? args.text('text') : markdown,
    blocks: identified(shown),
    hasBlocks: args.json('blocks') !== 'missing' || markdown !== '',
    hasText: args.has('text') || markdown !== '',
    attachments: attachments === 'missing' ? [] : attachments,
    ...(metadata ? { metadata } : {}),
  };
}

function readBlocks(args: Args, world: World): BlocksChecked {
  const read = args.json('blocks');
  if (read === 'missing') return { ok: true, blocks: [] };
  if (read === 'malformed') return { ok: false, error: 'invalid_blocks_format', messages: [] };
  const { files } = world.workspace.state;
  return checkMessageBlocks(read.value, { isFileReady: (id) => files.get(id)?.processed === true });
}

function readMetadata(args: Args): MessageMetadata | Answer | undefined {
  const value = args.record('metadata');
  if (value === 'missing') return undefined;
  if (value === 'malformed') return refuse('invalid_metadata_format');
  const { event_type, event_payload } = value;
  if (typeof event_type !== 'string' || event_type === '' || !isRecord(event_payload)) {
    return refuse('invalid_metadata_format');
  }
  if (Buffer.byteLength(JSON.stringify(value)) > METADATA_LIMIT) return refuse('metadata_too_large');
  return { event_type, event_payload };
}
