/** Puts the parts of the server together, and connects what happens in the workspace with the page and the app. */
import type { LocalLog } from '../log.ts';
import { createHub } from './browser/hub.ts';
import { showOnPage } from './browser/show.ts';
import type { Clock } from './clock.ts';
import { createEventQueue } from './delivery/queue.ts';
import { SignedHttp } from './delivery/signed-http.ts';
import { SocketMode } from './delivery/socket-mode.ts';
import { type AppEvent, eventsOf, mentionEvent } from './events/build.ts';
import { envelopeOf } from './events/envelope.ts';
import { isHeard } from './events/subscriptions.ts';
import { createBytes } from './files/bytes.ts';
import { pruneFiles } from './files/prune.ts';
import { resumeFiles } from './files/store.ts';
import { createUploads } from './files/uploads.ts';
import { createEphemerals } from './interaction/ephemerals.ts';
import { createResponseUrls } from './interaction/response-urls.ts';
import { createStatuses } from './interaction/statuses.ts';
import { createTriggers } from './interaction/triggers.ts';
import { createViews } from './interaction/views.ts';
import type { Keys } from './keys.ts';
import type { Manifest } from './manifest.ts';
import type { PageBoot } from './protocol.ts';
import type { Workspace } from './state/workspace.ts';
import type { World } from './world.ts';

export interface Parts {
  readonly workspace: Workspace;
  readonly manifest: Manifest;
  readonly clock: Clock;
  readonly keys: Keys;
  readonly url: string;
  readonly log: LocalLog;
  readonly filesFolder: string;
  readonly examples: readonly string[];
  services(): PageBoot['services'];
  /** HTTP mode. */
  readonly requestUrl?: string;
}

export function createWorld(parts: Parts): World {
  const { workspace, manifest, clock, keys, url } = parts;
  const hub = createHub();
  const socketMode = new SocketMode(() => workspace.state.team.appId, clock);
  const transport =
    parts.requestUrl === undefined ? socketMode : new SignedHttp({ requestUrl: parts.requestUrl, ...keys, clock });
  const events = createEventQueue(transport, clock, (message) => parts.log('warn', message));
  const tell = (event: AppEvent) => {
    if (!isHeard(manifest, workspace.state, event)) return;
    events.push(envelopeOf(event.event, { team: workspace.state.team, ...keys, now: clock.now() }));
  };
  const build = { url, eventTs: (channel: string) => workspace.nextTs(channel) };
  const world: World = {
    ...parts,
    hub,
    socketMode,
    transport,
    events,
    triggers: createTriggers(clock),
    responseUrls: createResponseUrls(clock, url),
    ephemerals: createEphemerals(workspace, hub),
    statuses: createStatuses(clock, hub),
    views: createViews(hub, clock.now),
    bytes: createBytes(parts.filesFolder),
    uploads: createUploads(clock),
    mentionsWithoutBot: new Map(),
    tellMention: (message) => tell(mentionEvent(workspace.state, message, build)),
  };
  workspace.onHappening((happening) => showOnPage(workspace.state, hub, happening));
  workspace.onHappening((happening) => {
    for (const event of eventsOf(workspace.state, happening, build)) tell(event);
  });
  transport.onConnection((connected) => hub.push({ type: 'bot', connected }));
  pruneFiles(world);
  resumeFiles(world);
  return world;
}
