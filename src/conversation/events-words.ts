/** The words that requests and events are made of. */

/** One conversation. `threadTs` is null for the top level of a direct message, which is a session of its own. */
export interface ThreadRef {
  readonly team: string;
  readonly channel: string;
  readonly threadTs: string | null;
}

/** The stable text form of a ThreadRef: the key of rows, lanes and log lines. */
export type ThreadKey = string & { readonly __brand: 'ThreadKey' };

export type SandboxId = string & { readonly __brand: 'SandboxId' };
export type TurnId = string & { readonly __brand: 'TurnId' };

const TOP_LEVEL = 'top';

export function threadKey(ref: ThreadRef): ThreadKey {
  return `${ref.team}:${ref.channel}:${ref.threadTs ?? TOP_LEVEL}` as ThreadKey;
}

/** The inverse of `threadKey`; undefined when the text is no key. */
export function parseThreadKey(key: string): ThreadRef | undefined {
  const [team, channel, ts, ...rest] = key.split(':');
  if (!team || !channel || !ts || rest.length > 0) return undefined;
  return { team, channel, threadTs: ts === TOP_LEVEL ? null : ts };
}

export const LANGUAGES = ['python', 'javascript', 'bash'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Code {
  readonly language: Language;
  readonly source: string;
}

/** A file somebody attached in Slack. `url` needs the bot token; it is never shown to the model or put in a log. */
export interface InboundFile {
  readonly id: string;
  readonly name: string;
  readonly mimetype: string;
  readonly sizeBytes: number;
  readonly url: string;
  /** Why Slack has no bytes of it to give: deleted, hidden by the plan's limit, or not shown to us. */
  readonly gone?: 'deleted' | 'hidden' | 'denied';
}

/** What a turn is to do: a task for the model, or code to run as it is, without the model. */
export type Task = { readonly kind: 'ask'; readonly text: string } | { readonly kind: 'code'; readonly code: Code };
