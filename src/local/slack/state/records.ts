/** What the workspace remembers. Every record is a plain value: a change replaces it whole. */
import type { Block } from '../protocol.ts';

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly appId: string;
  readonly appName: string;
  readonly botId: string;
  readonly botUserId: string;
}

export interface Person {
  readonly id: string;
  /** Handle without `@`. */
  readonly name: string;
  readonly realName: string;
  readonly color: string;
  readonly isBot: boolean;
  readonly timeZone: string;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: 'channel' | 'private' | 'im';
  readonly topic: string;
  readonly members: readonly string[];
  readonly isArchived: boolean;
  /** Epoch seconds. */
  readonly created: number;
  readonly creator: string;
}

export interface Reaction {
  readonly name: string;
  readonly users: readonly string[];
}

export interface MessageMetadata {
  readonly event_type: string;
  readonly event_payload: Readonly<Record<string, unknown>>;
}

export interface Message {
  readonly channel: string;
  readonly ts: string;
  /** The root's ts: on replies always, on a root once it has replies. */
  readonly threadTs?: string;
  readonly user: string;
  /** Set on the app's messages. */
  readonly botId?: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly attachments?: readonly unknown[];
  readonly files: readonly string[];
  readonly reactions: readonly Reaction[];
  readonly edited?: { readonly user: string; readonly ts: string };
  readonly revision: number;
  /** Epoch milliseconds of the last version. */
  readonly changedAt: number;
  readonly subtype?: string;
  readonly metadata?: MessageMetadata;
  /** Only on what a person typed. */
  readonly clientMsgId?: string;
  /** Who added the person, on `channel_join`. */
  readonly inviter?: string;
}

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly mimetype: string;
  readonly filetype: string;
  readonly size: number;
  readonly user: string;
  readonly altText: string;
  /** Epoch seconds. */
  readonly created: number;
  readonly mode: 'hosted' | 'snippet';
  readonly width?: number;
  readonly height?: number;
  readonly preview?: string;
  /** Whether its kind and size in pixels are known: only then may a block show it. */
  readonly processed: boolean;
  readonly shares: readonly FileShare[];
  /** Sent to the app with a form, which lets it read the file. */
  readonly sentInForm?: true;
  /** A share the app has asked for that is not visible yet. */
  readonly pending?: PendingShare;
}

export interface FileShare {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string;
}

export interface PendingShare {
  readonly channel: string;
  readonly threadTs?: string;
  readonly comment: string;
  readonly blocks: readonly Block[];
  /** Every file of the same message, this one included; the first carries the share. */
  readonly files: readonly string[];
}

/** One version of a message, for those who check how it was edited. */
export interface Version {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly files: readonly string[];
}

export interface WorkspaceState {
  team: Team;
  readonly people: Map<string, Person>;
  readonly channels: Map<string, Channel>;
  /** Channel → ts → message, in order of ts. */
  readonly messages: Map<string, Map<string, Message>>;
  readonly files: Map<string, StoredFile>;
  /** `channel/ts` → its versions, oldest first. Only since the last compaction of the journal. */
  readonly versions: Map<string, Version[]>;
}

/** One line of the journal. Applying a line twice is the same as once. */
export type Change =
  | { readonly put: 'team'; readonly value: Team }
  | { readonly put: 'person'; readonly value: Person }
  | { readonly put: 'channel'; readonly value: Channel }
  | { readonly put: 'message'; readonly value: Message }
  | { readonly put: 'file'; readonly value: StoredFile }
  | { readonly remove: 'message'; readonly channel: string; readonly ts: string }
  | { readonly remove: 'file'; readonly id: string };
