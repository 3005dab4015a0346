/** Presses, sent forms and message shortcuts → what a person asks for. Pure. */
import {
  type AgainGesture,
  type Code,
  type InboundFile,
  LANGUAGES,
  type Language,
  type Request,
  type ThreadRef,
  type TurnId,
} from '../conversation/events.ts';
import { codeOf, codeWithin, MAX_CODE_BYTES } from './inbound-code.ts';
import { inboundFiles, onlySnippet } from './inbound-files.ts';
import { type Json, object, objects, text } from './inbound-json.ts';
import { fromRichText } from './inbound-rich-text.ts';
import { fromText } from './inbound-text.ts';
import { FORM, type FormPlace, formPlace, VALUE } from './modals.ts';
import { AGAIN_ACTIONS } from './render-buttons.ts';

export const RUN_SHORTCUT = 'run_message_code';

type TaskRequest = Extract<Request, { kind: 'task' }>;
export type AgainRequest = Extract<Request, { kind: 'again' }>;
export type EditedRequest = Extract<Request, { kind: 'edited' }>;

const GESTURES = Object.entries(AGAIN_ACTIONS) as [AgainGesture, string][];

function place(body: Json, teamId: string) {
  const user = text(object(body['user'])['id']);
  const channel = text(object(body['channel'])['id']) ?? text(object(body['container'])['channel_id']);
  return { user, channel, team: text(object(body['team'])['id']) ?? teamId };
}

/** The top level of a direct message is one session; everywhere else a message without a thread is the root of one. */
function threadOf(team: string, channel: string, message: { ts: string; threadTs: string | undefined }): ThreadRef {
  return { team, channel, threadTs: message.threadTs ?? (channel.startsWith('D') ? null : message.ts) };
}

/** A press on a button under a finished turn; undefined for any other. `teamId` is for payloads that name none. */
export function understandPress(payload: unknown, teamId: string): AgainRequest | undefined {
  const body = object(payload);
  const [container, message] = [object(body['container']), object(body['message'])];
  const { user, channel, team } = place(body, teamId);
  const under = text(message['ts']) ?? text(container['message_ts']);
  if (!user || !channel || !under) return undefined;
  const threadTs = text(message['thread_ts']) ?? text(container['thread_ts']);
  for (const action of objects(body['actions'])) {
    const gesture = GESTURES.find(([, id]) => id === action['action_id'])?.[0];
    const turn = text(action['value']) as TurnId | undefined;
    if (!gesture || !turn) continue;
    const thread = threadOf(team, channel, { ts: under, threadTs });
    const trigger = text(body['trigger_id']) ?? '';
    return { kind: 'again', team, channel, user, gesture, thread, turn, under, trigger };
  }
  return undefined;
}

/** A form that was sent: its code, or the file that holds it. */
export type Submission =
  | { readonly kind: 'code'; readonly request: EditedRequest }
  | {
      readonly kind: 'file';
      readonly file: InboundFile;
      readonly language: Language;
      readonly withCode: (code: Code) => EditedRequest;
    }
  /** Sentences for the form itself, by the input they are about. */
  | { readonly kind: 'wrong'; readonly errors: Readonly<Record<string, string>> };

export function understandForm(payload: unknown): Submission | undefined {
  const body = object(payload);
  const view = object(body['view']);
  const [user, form, where] = [text(object(body['user'])['id']), text(view['id']), formPlace(view)];
  if (!user || !form || !where) return undefined;
  const values = object(object(view['state'])['values']);
  const held = (input: string) => object(object(values[input])[VALUE]);
  const language = languageIn(held(FORM.language));
  if (!language) return { kind: 'wrong', errors: { [FORM.language]: 'Choose a language.' } };
  const withCode = (code: Code) => edited(where, user, form, code);
  if (FORM.file in values) return fileIn(held(FORM.file), language, withCode);
  const source = (text(held(FORM.code)['value']) ?? '').replace(/\r\n?/g, '\n');
  const code = codeOf(language, source);
  if (source.trim() === '') return { kind: 'wrong', errors: { [FORM.code]: 'There is no code in it.' } };
  return code.ok
    ? { kind: 'code', request: withCode(code.code) }
    : { kind: 'wrong', errors: { [FORM.code]: code.message } };
}

function edited({ thread, under }: FormPlace, user: string, form: string, code: Code): EditedRequest {
  const { team, channel } = thread;
  return { kind: 'edited', team, channel, user, thread, under, form, code };
}

function languageIn(held: Json): Language | undefined {
  const chosen = object(held['selected_option'])['value'];
  return LANGUAGES.find((language) => language === chosen);
}

function fileIn(held: Json, language: Language, withCode: (code: Code) => EditedRequest): Submission {
  const wrong = (sentence: string): Submission => ({ kind: 'wrong', errors: { [FORM.file]: sentence } });
  const [file] = inboundFiles(held['files']);
  if (!file) return wrong('Attach the file with the code.');
  if (file.sizeBytes > MAX_CODE_BYTES) return wrong(`The file is larger than ${MAX_CODE_BYTES / 1_000} kB.`);
  return { kind: 'file', file, language, withCode };
}

const NO_CODE = 'There is no code in that message. I run code blocks, inline code and code snippets.';

/** "Run this code" on a message. */
export type ShortcutUse = { readonly channel: string; readonly user: string; readonly messageTs: string } & (
  | { readonly kind: 'code'; readonly request: TaskRequest }
  | {
      readonly kind: 'snippet';
      readonly file: InboundFile;
      readonly language: Language;
      readonly withCode: (code: Code) => TaskRequest;
    }
  | { readonly kind: 'nothing'; readonly sentence: string }
);

export function understandShortcut(payload: unknown, teamId: string): ShortcutUse | undefined {
  const body = object(payload);
  const message = object(body['message']);
  const { user, channel, team } = place(body, teamId);
  const messageTs = text(message['ts']) ?? text(body['message_ts']);
  if (!user || !channel || !messageTs) return undefined;
  const thread = threadOf(team, channel, { ts: messageTs, threadTs: text(message['thread_ts']) });
  const base = { team, channel, user, thread, messageTs: null, mentioned: true } as const;
  const asked = (code: Code, files: readonly InboundFile[]): TaskRequest => {
    return { ...base, kind: 'task', source: 'shortcut', task: { kind: 'code', code }, files };
  };
  const use = { channel, user, messageTs };
  const found = codeWithin(fromRichText(message['blocks']) ?? fromText(text(message['text']) ?? ''));
  if (found?.ok) return { ...use, kind: 'code', request: asked(found.code, inboundFiles(message['files'])) };
  const snippet = found ? undefined : onlySnippet(message['files']);
  if (snippet) return { ...use, kind: 'snippet', ...snippet, withCode: (code) => asked(code, []) };
  return { ...use, kind: 'nothing', sentence: found?.message ?? NO_CODE };
}
