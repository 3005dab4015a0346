/** Everything the parts of the server share, handed to each by value. */
import type { LocalLog } from '../log.ts';
import type { Hub } from './browser/hub.ts';
import type { Clock } from './clock.ts';
import type { EventQueue } from './delivery/queue.ts';
import type { SocketMode } from './delivery/socket-mode.ts';
import type { Transport } from './delivery/transport.ts';
import type { Bytes } from './files/bytes.ts';
import type { Uploads } from './files/uploads.ts';
import type { Ephemerals } from './interaction/ephemerals.ts';
import type { ResponseUrls } from './interaction/response-urls.ts';
import type { Statuses } from './interaction/statuses.ts';
import type { Triggers } from './interaction/triggers.ts';
import type { Views } from './interaction/views.ts';
import type { Keys } from './keys.ts';
import type { Manifest } from './manifest.ts';
import type { PageBoot } from './protocol.ts';
import type { Message } from './state/records.ts';
import type { Workspace } from './state/workspace.ts';

export interface World {
  readonly workspace: Workspace;
  readonly manifest: Manifest;
  readonly clock: Clock;
  readonly keys: Keys;
  readonly log: LocalLog;
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly hub: Hub;
  readonly transport: Transport;
  /** Also in HTTP mode, where the app just never opens a connection. */
  readonly socketMode: SocketMode;
  readonly events: EventQueue;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly ephemerals: Ephemerals;
  readonly statuses: Statuses;
  readonly views: Views;
  readonly bytes: Bytes;
  readonly uploads: Uploads;
  readonly examples: readonly string[];
  services(): PageBoot['services'];
  /** Channel → the last message that mentions the app where it is not a member. */
  readonly mentionsWithoutBot: Map<string, string>;
  /** Sends the `app_mention` of a message posted before the app was invited. */
  tellMention(message: Message): void;
}
