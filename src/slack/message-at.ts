/** Reading one message. */
import type { WebClient } from '@slack/web-api';
import type { ThreadRef } from '../conversation/events.ts';
import { type Json, objects } from './inbound-json.ts';

/** The message as it stands; undefined where there is none. Rejects when Slack does not say. */
export async function messageAt(
  client: WebClient,
  { channel, threadTs }: ThreadRef,
  ts: string,
): Promise<Json | undefined> {
  const only = { channel, oldest: ts, latest: ts, inclusive: true, limit: 2 };
  const page = await (threadTs === null
    ? client.conversations.history(only)
    : client.conversations.replies({ ...only, ts: threadTs }));
  return objects(page.messages).find((message) => message['ts'] === ts);
}
