/** An app's answer to a gesture: the body of an acknowledgement, or a post to a response URL. */
import { checkMessageBlocks } from '../blocks/check.ts';
import { asText, type Json } from '../json.ts';
import type { Block } from '../protocol.ts';
import { deleteMessage, editMessage, postMessage } from '../state/messages.ts';
import { messageAt } from '../state/queries.ts';
import type { World } from '../world.ts';
import type { ResponseTarget } from './response-urls.ts';
import { identified } from './views.ts';

/** What was wrong with the answer, in Slack's code; undefined where it was shown. */
export function respond(world: World, target: ResponseTarget, body: Json): string | undefined {
  if (body['delete_original'] === true) return removeOriginal(world, target) ? undefined : 'no_text';
  const content = readAnswer(world, body);
  if (typeof content === 'string') return content;
  if (body['replace_original'] === true && target.messageTs !== undefined) {
    return replaceOriginal(world, target, target.messageTs, content) ? undefined : 'message_not_found';
  }
  const threadTs = asText(body['thread_ts']) || target.threadTs;
  const place = { channel: target.channel, ...(threadTs === undefined ? {} : { threadTs }) };
  if (body['response_type'] !== 'in_channel') {
    world.ephemerals.post({ ...place, viewer: target.user, ...content });
    return undefined;
  }
  if (target.typed !== undefined) {
    postMessage(world.workspace, { ...place, user: target.user, text: target.typed, blocks: [] });
  }
  const { team } = world.workspace.state;
  postMessage(world.workspace, { ...place, user: team.botUserId, botId: team.botId, ...content });
  return undefined;
}

interface AnswerContent {
  readonly text: string;
  readonly blocks: readonly Block[];
}

function readAnswer(world: World, body: Json): AnswerContent | string {
  const text = asText(body['text']);
  const { files } = world.workspace.state;
  const given = body['blocks'] ?? [];
  const checked = checkMessageBlocks(given, { isFileReady: (id) => files.get(id)?.processed === true });
  if (!checked.ok) return checked.error;
  return text === '' && checked.blocks.length === 0 ? 'no_text' : { text, blocks: identified(checked.blocks) };
}

function replaceOriginal(world: World, target: ResponseTarget, ts: string, content: AnswerContent): boolean {
  if (world.ephemerals.replace(target.channel, ts, content.text, content.blocks)) return true;
  const message = messageAt(world.workspace.state, target.channel, ts);
  if (!message?.botId) return false;
  editMessage(world.workspace, message, content);
  return true;
}

function removeOriginal(world: World, target: ResponseTarget): boolean {
  if (target.messageTs === undefined) return false;
  if (world.ephemerals.remove(target.channel, target.messageTs)) return true;
  const message = messageAt(world.workspace.state, target.channel, target.messageTs);
  if (!message?.botId) return false;
  deleteMessage(world.workspace, message);
  return true;
}
