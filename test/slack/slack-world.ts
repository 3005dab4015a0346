/** The local Slack server with our edge, or a part of it, connected to it: the unmodified SDK over real sockets. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Clock, systemClock } from '../../src/clock.ts';
import type { InboundFile } from '../../src/conversation/events.ts';
import { type LocalSlack, type SlackOptions as ServerOptions, startSlack } from '../../src/local/slack/server.ts';
import type { Replies } from '../../src/ports.ts';
import { createCooling } from '../../src/slack/cooling.ts';
import { createEditBudget } from '../../src/slack/edit-budget.ts';
import { createPacedEditor } from '../../src/slack/paced-editor.ts';
import { createPostPace } from '../../src/slack/post-pace.ts';
import { createReplies } from '../../src/slack/replies.ts';
import { createResponseUrls } from '../../src/slack/response-urls.ts';
import { createSetStatus } from '../../src/slack/status-call.ts';
import { createStatuses } from '../../src/slack/statuses.ts';
import { createWebClient } from '../../src/slack/web-client.ts';
import { quietLog } from '../fakes/quiet-log.ts';
import type { SeenMessage } from '../fakes/recording-replies.ts';
import { SlackControl } from '../fakes/slack-control.ts';

const MANIFEST = fileURLToPath(new URL('../../manifest.yml', import.meta.url));

export interface SlackServer {
  readonly server: LocalSlack;
  readonly control: SlackControl;
  stop(): Promise<void>;
}

export async function startServer(options: Partial<ServerOptions> = {}): Promise<SlackServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'threadbox-slack-'));
  const server = await startSlack({ dataDir, manifestPath: MANIFEST, log: () => {}, ...options });
  return {
    server,
    control: new SlackControl(server),
    stop: async () => {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export interface RepliesOverWire extends SlackServer {
  readonly replies: Replies;
  /** A channel the bot is in, and one it is not in. */
  readonly channel: string;
  readonly foreignChannel: string;
  /** A conversation with all its threads. */
  seen(channel: string): Promise<readonly SeenMessage[]>;
  attached(person: string, name: string, bytes: Uint8Array): Promise<InboundFile>;
}

const HASTE = 20;

/** A clock on which a second passes in 50 ms, so that pauses are waited for and tests are not. */
export function hastyClock(): Clock {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * HASTE,
    after: (delayMs, run) => systemClock.after(delayMs / HASTE, run),
  };
}

/** A quiet message is left alone, unless a test wants to see it refreshed. */
const NEVER_MS = 600_000;

/** Our replies, in haste, on a server without limits. */
export async function startReplies(clock: Clock = hastyClock(), refreshMs = NEVER_MS): Promise<RepliesOverWire> {
  const started = await startServer({ rateLimits: false });
  const { server, control } = started;
  const { botToken, apiUrl } = server;
  const log = quietLog();
  const scheduler = createPacedEditor(createEditBudget(10_000), { intervalMs: 400, refreshMs }, clock);
  const client = createWebClient(botToken, apiUrl, log);
  const statuses = createStatuses(createSetStatus(client, log), clock);
  const replies = createReplies({
    client,
    botToken,
    apiUrl,
    botUserId: (await control.state()).team.botUserId,
    botName: 'threadbox',
    scheduler,
    postPace: createPostPace(1_000, clock),
    statuses,
    responseUrls: createResponseUrls(clock),
    cooling: createCooling(clock),
    clock,
    log,
  });
  const channels = (await control.state()).channels.filter((channel) => channel.kind === 'channel');
  const channel = channels.find(({ botIsMember }) => botIsMember)?.id ?? '';
  const owner = (await control.person('ada')).id;
  await control.act({ as: owner, type: 'create-channel', name: 'without-bot' });
  const foreignChannel = (await control.channel('without-bot')).id;

  const seen = async (of: string): Promise<readonly SeenMessage[]> => {
    const roots = await control.messages(of);
    const threads = await Promise.all(roots.map((root) => control.thread(of, root.ts)));
    return threads.flat().map(({ ts, threadTs, text, files }) => ({
      channel: of,
      ts,
      threadTs: threadTs && threadTs !== ts ? threadTs : null,
      text: text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&'),
      files: files.map(({ name }) => name),
    }));
  };

  const attached = async (person: string, name: string, bytes: Uint8Array): Promise<InboundFile> => {
    const file = await control.upload(person, name, bytes);
    await control.say(person, channel, 'here', { files: [file.id] });
    return { id: file.id, name, mimetype: 'text/csv', sizeBytes: file.sizeBytes, url: '' };
  };

  const stop = async () => {
    scheduler.close();
    statuses.close();
    await started.stop();
  };
  return { ...started, stop, replies, channel, foreignChannel, seen, attached };
}
