/** The server-sent events of a reply, in the API's order. Pure. */
import { blockText, messageHead, type Reply, type ReplyBlock, usageBody } from './reply.ts';

export interface WireEvent {
  readonly type: string;
  /** True for what a reader sees grow: the server paces these. */
  readonly isDelta: boolean;
  readonly data: object;
}

/** A few words at once, as the API sends them. */
const WORDS_PER_DELTA = 3;

export function* replyEvents(reply: Reply): Generator<WireEvent, void, undefined> {
  yield event('message_start', { message: { ...messageHead(reply), usage: usageBody(reply, 1) } });
  yield event('ping', {});
  for (const [index, block] of reply.content.entries()) {
    yield event('content_block_start', { index, content_block: opening(block) });
    for (const piece of pieces(blockText(block))) {
      yield { ...event('content_block_delta', { index, delta: deltaOf(block, piece) }), isDelta: true };
    }
    if (block.type === 'thinking') {
      const delta = { type: 'signature_delta', signature: block.signature };
      yield { ...event('content_block_delta', { index, delta }), isDelta: true };
    }
    yield event('content_block_stop', { index });
  }
  const delta = { stop_reason: reply.stopReason, stop_sequence: null };
  yield event('message_delta', { delta, usage: usageBody(reply) });
  yield event('message_stop', {});
}

function deltaOf(block: ReplyBlock, piece: string): object {
  switch (block.type) {
    case 'text':
      return { type: 'text_delta', text: piece };
    case 'thinking':
      return { type: 'thinking_delta', thinking: piece };
    case 'tool_use':
      return { type: 'input_json_delta', partial_json: piece };
  }
}

/** One event as it stands on the wire. */
export function frame({ type, data }: WireEvent): string {
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}

export function event(type: string, fields: object): WireEvent {
  return { type, isDelta: false, data: { type, ...fields } };
}

function opening(block: ReplyBlock): object {
  if (block.type === 'thinking') return { type: 'thinking', thinking: '', signature: '' };
  return block.type === 'text' ? { type: 'text', text: '' } : { ...block, input: {} };
}

/** Cuts a text into runs of a few words; together they are the text. Surrogate pairs stay whole. */
export function pieces(text: string): string[] {
  const words = text.match(/\s*\S{1,24}|\s+$/gu) ?? [];
  const groups: string[] = [];
  for (let i = 0; i < words.length; i += WORDS_PER_DELTA) groups.push(words.slice(i, i + WORDS_PER_DELTA).join(''));
  return groups;
}
