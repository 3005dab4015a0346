/** Where a thread can be opened. */
import type { WebClient } from '@slack/web-api';
import type { ThreadRef } from '../conversation/events.ts';
import type { ReportLine } from '../ports.ts';
import { escapeMrkdwn } from './mrkdwn.ts';

/** Somebody waits for the answer these links stand in. */
const PATIENCE_MS = 3_000;

/** The address of a thread's first message; undefined where Slack has none for us, or is slow. */
async function permalink(client: WebClient, thread: ThreadRef): Promise<string | undefined> {
  const { channel, threadTs } = thread;
  if (threadTs === null) return undefined;
  const late = new Promise<undefined>((resolve) => {
    setTimeout(() => resolve(undefined), PATIENCE_MS).unref();
  });
  const asked = client.chat.getPermalink({ channel, message_ts: threadTs }).then(
    ({ permalink: address }) => address,
    // A line without a link still says what it says.
    () => undefined,
  );
  return await Promise.race([asked, late]);
}

/** The lines as mrkdwn; a line that belongs to a thread is a link to it. */
export async function linkedLines(client: WebClient, lines: readonly ReportLine[]): Promise<string> {
  const linked = lines.map(async ({ text, thread }) => {
    const shown = escapeMrkdwn(text);
    const address = thread && (await permalink(client, thread));
    // What stands in a link cannot hold its closing sign or a line end.
    return address ? `<${address}|${shown.replace(/[|\n]/g, ' ')}>` : shown;
  });
  return (await Promise.all(linked)).join('\n');
}
