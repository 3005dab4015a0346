/**
 * What the page and the local Slack server say to each other. Types only; both sides import this file.
 *
 * The page is a person's Slack client: it acts as one of the workspace's people. It loads `GET /page/boot`, then keeps a
 * WebSocket on `/page/socket` that pushes changes, and posts actions as JSON. Every answer is `{ok:true, …}` or
 * `{ok:false, error}` where `error` is one sentence for the person.
 */

export interface PagePerson {
  readonly id: string;
  /** Handle without `@`. */
  readonly name: string;
  readonly realName: string;
  /** A CSS colour for the drawn avatar. */
  readonly color: string;
  readonly isBot: boolean;
  /** The person's IANA zone. */
  readonly timeZone: string;
}

export interface PageChannel {
  readonly id: string;
  /** For a DM: the other person's name as seen by the first member. */
  readonly name: string;
  readonly kind: 'channel' | 'private' | 'im';
  readonly topic: string;
  readonly members: readonly string[];
  /** Whether the bot is a member: mentions of it in a channel where it is not offer an invitation. */
  readonly botIsMember: boolean;
  readonly isArchived: boolean;
}

export interface PageFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly mimetype: string;
  readonly sizeBytes: number;
  /** Served to the page by its cookie. */
  readonly url: string;
  readonly altText: string;
  /** Pixels, for images once known. */
  readonly width?: number;
  readonly height?: number;
  /** The first lines of a text file. */
  readonly preview?: string;
}

export interface PageReaction {
  readonly name: string;
  readonly users: readonly string[];
}

/** A Block Kit block exactly as the app sent it; the page renders what it knows and says what it does not. */
export type Block = Readonly<Record<string, unknown>> & { readonly type: string };

export interface PageMessage {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string;
  readonly user: string;
  readonly isBot: boolean;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly files: readonly PageFile[];
  readonly reactions: readonly PageReaction[];
  /** Set where Slack shows "(edited)": a person's edit, or an app's edit without blocks. */
  readonly editedTs?: string;
  /** How often the message was edited in all. */
  readonly revision: number;
  readonly subtype?: string;
  /** Only this person sees it. Not stored: gone after a reload, as in Slack. */
  readonly ephemeralFor?: string;
  readonly replyCount: number;
  readonly replyUsers: readonly string[];
  readonly latestReply?: string;
}

export interface PageCommand {
  /** With the slash. */
  readonly command: string;
  readonly description: string;
  readonly usageHint: string;
}

export interface PageShortcut {
  readonly name: string;
  readonly callbackId: string;
  readonly kind: 'message' | 'global';
}

/** A modal as the app opened it. */
export interface PageView {
  readonly id: string;
  readonly callbackId: string;
  readonly title: string;
  readonly submit?: string;
  readonly close?: string;
  readonly blocks: readonly Block[];
  /** The person it was opened for. */
  readonly user: string;
}

export interface ServiceState {
  readonly state: 'ok' | 'off' | 'weaker';
  /** One sentence: what it is, or what is missing and what to do. */
  readonly note: string;
}

export interface PageBoot {
  readonly team: { readonly id: string; readonly name: string };
  readonly people: readonly PagePerson[];
  readonly channels: readonly PageChannel[];
  readonly bot: { readonly userId: string; readonly appName: string; readonly connected: boolean };
  readonly commands: readonly PageCommand[];
  readonly shortcuts: readonly PageShortcut[];
  /** What is real and what stands in, shown in a banner: the sandbox, the model. */
  readonly services: { readonly sandbox: ServiceState; readonly model: ServiceState };
  /** Tasks the page offers in an empty channel. */
  readonly examples: readonly string[];
}

/** Pushed to the page. `seq` grows by one; a gap or a new connection means: load again. */
export type PagePush = { readonly seq: number } & (
  | { readonly type: 'hello' }
  | { readonly type: 'message'; readonly message: PageMessage }
  | { readonly type: 'message.deleted'; readonly channel: string; readonly ts: string }
  | { readonly type: 'channel'; readonly channel: PageChannel }
  | { readonly type: 'bot'; readonly connected: boolean }
  /** `assistant.threads.setStatus`; empty text clears it. */
  | { readonly type: 'status'; readonly channel: string; readonly threadTs: string; readonly text: string }
  | { readonly type: 'view.open' | 'view.update'; readonly view: PageView }
  | { readonly type: 'view.close'; readonly viewId: string; readonly user: string }
  /** Validation errors of a submitted modal, by block id. */
  | { readonly type: 'view.errors'; readonly viewId: string; readonly errors: Readonly<Record<string, string>> }
  /** A failure the person should read ("/run failed: the app did not answer"). */
  | { readonly type: 'toast'; readonly user: string; readonly text: string }
  | { readonly type: 'services'; readonly services: PageBoot['services'] }
);

/** `GET /page/history?channel=&before=&limit=`: the channel's top-level messages, oldest first. */
export interface PageHistory {
  readonly messages: readonly PageMessage[];
  readonly hasMore: boolean;
}

/** `GET /page/thread?channel=&ts=`: the root, then its replies, oldest first. */
export interface PageThread {
  readonly messages: readonly PageMessage[];
}

/**
 * `POST /page/act` takes one of these. `as` is the acting person's id. `text` is what was typed, not escaped; only the
 * mentions the page knows are written as `<@U…>` and `<#C…|name>`. The server escapes it and makes the blocks.
 */
export type PageAction = { readonly as: string } & (
  | {
      readonly type: 'say';
      readonly channel: string;
      readonly threadTs?: string;
      /** Text starting with a known command runs it. */
      readonly text: string;
      /** Ids from `POST /page/upload`. */
      readonly files?: readonly string[];
      /** Also post the reply to the channel. */
      readonly broadcast?: boolean;
    }
  | { readonly type: 'command'; readonly channel: string; readonly command: string; readonly text: string }
  | { readonly type: 'edit'; readonly channel: string; readonly ts: string; readonly text: string }
  | { readonly type: 'delete'; readonly channel: string; readonly ts: string }
  | {
      readonly type: 'react' | 'unreact';
      readonly channel: string;
      readonly ts: string;
      readonly name: string;
    }
  /** A press on an interactive element of a message. `value`: selected option or typed text where the element has one. */
  | {
      readonly type: 'press';
      readonly channel: string;
      readonly ts: string;
      readonly blockId: string;
      readonly actionId: string;
      readonly value?: string;
    }
  | { readonly type: 'view.submit'; readonly viewId: string; readonly state: ViewState }
  | { readonly type: 'view.close'; readonly viewId: string }
  | {
      readonly type: 'view.press';
      readonly viewId: string;
      readonly blockId: string;
      readonly actionId: string;
      readonly value?: string;
    }
  | { readonly type: 'shortcut'; readonly callbackId: string; readonly channel?: string; readonly ts?: string }
  | { readonly type: 'join' | 'invite-bot' | 'remove-bot'; readonly channel: string }
  | { readonly type: 'create-channel'; readonly name: string }
  | { readonly type: 'open-dm'; readonly with: string }
);

/** What a modal's inputs hold: block id → action id → value (text, option value, or file ids). */
export type ViewState = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

export type PageAnswer =
  | { readonly ok: true; readonly ts?: string; readonly channel?: string }
  | { readonly ok: false; readonly error: string };

/** `POST /page/upload?name=&as=` with the bytes as the body answers this. */
export type PageUpload =
  | { readonly ok: true; readonly file: PageFile }
  | { readonly ok: false; readonly error: string };
