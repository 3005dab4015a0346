/** A typed client of the local Slack server's control interface: act as a person, read what is there and what it was. */
import type { Notice } from '../../src/local/slack/browser/hub.ts';
import type { Fault } from '../../src/local/slack/control/faults.ts';
import type { ControlMessage, ControlState } from '../../src/local/slack/control/look.ts';
import type { LoggedRequest } from '../../src/local/slack/control/request-log.ts';
import type { StatusChange } from '../../src/local/slack/interaction/statuses.ts';
import type { OpenView } from '../../src/local/slack/interaction/views.ts';
import type {
  PageAction,
  PageAnswer,
  PageChannel,
  PageFile,
  PageMessage,
  PagePerson,
} from '../../src/local/slack/protocol.ts';
import type { StoredFile } from '../../src/local/slack/state/records.ts';

export type { ControlMessage, ControlState };

export interface SayOptions {
  readonly threadTs?: string;
  readonly files?: readonly string[];
  readonly broadcast?: boolean;
}

export class SlackControl {
  readonly #url: string;
  readonly #key: string;

  constructor(server: { readonly url: string; readonly controlKey: string }) {
    this.#url = `${server.url}/control/`;
    this.#key = server.controlKey;
  }

  async state(): Promise<ControlState> {
    return await this.#get('state');
  }

  /** A person by handle: `ada`, `grace`, `sam`. */
  async person(name: string): Promise<PagePerson> {
    return found(
      (await this.state()).people.find((person) => person.name === name),
      name,
    );
  }

  /** A channel by name, without `#`. */
  async channel(name: string): Promise<PageChannel> {
    return found(
      (await this.state()).channels.find((channel) => channel.kind !== 'im' && channel.name === name),
      name,
    );
  }

  async act(action: PageAction): Promise<PageAnswer> {
    return await this.#post('act', action);
  }

  /** Posts as a person and gives the message's ts; a command gives an empty one. Throws what the page would show. */
  async say(as: string, channel: string, text: string, options: SayOptions = {}): Promise<string> {
    const answer = await this.act({ as, type: 'say', channel, text, ...options });
    if (!answer.ok) throw new Error(answer.error);
    return answer.ts ?? '';
  }

  /** The DM between a person and the bot, opened if it was not. */
  async directMessage(as: string): Promise<string> {
    const { team } = await this.state();
    const answer = await this.act({ as, type: 'open-dm', with: team.botUserId });
    if (!answer.ok || answer.channel === undefined) throw new Error('The DM could not be opened.');
    return answer.channel;
  }

  async upload(as: string, name: string, bytes: Uint8Array): Promise<PageFile> {
    const query = new URLSearchParams({ as, name });
    const answer = await this.#send<{ readonly file: PageFile }>(`upload?${query}`, Buffer.from(bytes));
    return answer.file;
  }

  /** The channel's own messages, oldest first. */
  async messages(channel: string): Promise<readonly ControlMessage[]> {
    return (await this.#get<{ readonly messages: readonly ControlMessage[] }>(`messages?channel=${channel}`)).messages;
  }

  /** The root, then its replies. */
  async thread(channel: string, ts: string): Promise<readonly ControlMessage[]> {
    const path = `thread?channel=${channel}&ts=${ts}`;
    return (await this.#get<{ readonly messages: readonly ControlMessage[] }>(path)).messages;
  }

  async ephemerals(): Promise<readonly PageMessage[]> {
    return (await this.#get<{ readonly messages: readonly PageMessage[] }>('ephemerals')).messages;
  }

  async statuses(): Promise<{ readonly current: readonly StatusChange[]; readonly history: readonly StatusChange[] }> {
    return await this.#get('statuses');
  }

  /** Toasts and form errors, oldest first. */
  async notices(): Promise<readonly Notice[]> {
    return (await this.#get<{ readonly notices: readonly Notice[] }>('notices')).notices;
  }

  async files(): Promise<readonly StoredFile[]> {
    return (await this.#get<{ readonly files: readonly StoredFile[] }>('files')).files;
  }

  async fileBytes(id: string): Promise<Buffer> {
    const response = await fetch(`${this.#url}file?id=${id}`, { headers: { 'x-control-key': this.#key } });
    if (!response.ok) throw new Error(`There is no file ${id}.`);
    return Buffer.from(await response.arrayBuffer());
  }

  async views(): Promise<readonly OpenView[]> {
    return (await this.#get<{ readonly views: readonly OpenView[] }>('views')).views;
  }

  /** What the app called, oldest first; of one method or of all. */
  async requests(method?: string): Promise<readonly LoggedRequest[]> {
    const query = method === undefined ? '' : `?method=${method}`;
    return (await this.#get<{ readonly requests: readonly LoggedRequest[] }>(`requests${query}`)).requests;
  }

  /** The last event envelopes sent to the app, oldest first. */
  async events(): Promise<readonly Record<string, unknown>[]> {
    return (await this.#get<{ readonly events: readonly Record<string, unknown>[] }>('events')).events;
  }

  async fault(fault: Fault): Promise<void> {
    await this.#post('fault', fault);
  }

  async clearFaults(): Promise<void> {
    await this.#post('clear-faults', {});
  }

  async resetLimits(): Promise<void> {
    await this.#post('reset-limits', {});
  }

  /** Sends any event to the app, whatever it subscribes to. */
  async deliver(event: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#post('deliver', { event });
  }

  /** Sends a past event, or the last one, once more, same `event_id`. */
  async redeliver(eventId?: unknown): Promise<void> {
    await this.#post('redeliver', { eventId });
  }

  /** The next `count` acknowledgements get lost. */
  async dropAcks(count: number): Promise<void> {
    await this.#post('drop-acks', { count });
  }

  /** Asks every Socket Mode connection to come back. */
  async disconnect(reason = 'refresh_requested'): Promise<void> {
    await this.#post('disconnect', { reason });
  }

  /** Cuts every Socket Mode connection without a word. */
  async cut(): Promise<void> {
    await this.#post('cut', {});
  }

  async removeBot(channel: string): Promise<void> {
    await this.#post('remove-bot', { channel });
  }

  async archive(channel: string, archived = true): Promise<void> {
    await this.#post('archive', { channel, archived });
  }

  /** Jumps forward: limits, retries and lifetimes see the new time at once. */
  async advance(ms: number): Promise<void> {
    await this.#post('advance', { ms });
  }

  /** The page's address with a fresh one-time token. */
  async pageUrl(): Promise<string> {
    return (await this.#post<{ readonly url: string }>('page-url', {})).url;
  }

  async #get<T>(path: string): Promise<T> {
    const get = () => fetch(`${this.#url}${path}`, { headers: { 'x-control-key': this.#key } });
    // A connection kept from a server that has since been restarted on the same port fails once.
    const response = await get().catch(get);
    return (await response.json()) as T;
  }

  async #post<T>(path: string, body: object): Promise<T> {
    return await this.#send<T>(path, JSON.stringify(body));
  }

  async #send<T>(path: string, body: string | Buffer): Promise<T> {
    const headers = { 'x-control-key': this.#key, 'content-type': 'application/json' };
    const response = await fetch(`${this.#url}${path}`, { method: 'POST', headers, body: Buffer.from(body) });
    return (await response.json()) as T;
  }
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`Nothing here is called ${name}.`);
  return value;
}

/** Reads again until `isDone` holds, and gives what it read. Throws after `timeoutMs`. */
export async function until<T>(
  read: () => Promise<T> | T,
  isDone: (value: T) => boolean,
  timeoutMs = 10_000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (isDone(value)) return value;
    if (Date.now() > end)
      throw new Error(`Nothing changed within ${timeoutMs} ms; last: ${JSON.stringify(value)?.slice(0, 2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
