/** The form of "Edit & run". Pure. */
import type { ModalView } from '@slack/types';
import { codeFileName } from '../conversation/code-file.ts';
import { LANGUAGES, type Language, type ThreadRef } from '../conversation/events.ts';
import type { CodeForm } from '../ports.ts';
import { type Json, object, text } from './inbound-json.ts';
import { LIMITS } from './limits.ts';
import { languageName, number } from './render-words.ts';

export const EDIT_FORM = 'turn.edit.form';

/** `block_id`s of the form's inputs; each holds one element, called `VALUE`. */
export const FORM = { code: 'code', file: 'file', language: 'language' } as const;
export const VALUE = 'value';

/** Where the code of the form goes. */
export interface FormPlace {
  readonly thread: ThreadRef;
  readonly under: string;
}

type Block = ModalView['blocks'][number];

export function editForm({ thread, under, step, code }: CodeForm): ModalView {
  const place: FormPlace = { thread, under };
  const isShort = code.source.length <= LIMITS.inputChars;
  return {
    type: 'modal',
    callback_id: EDIT_FORM,
    private_metadata: JSON.stringify(place),
    title: plain('Edit & run'),
    submit: plain('Run'),
    close: plain('Cancel'),
    blocks: [
      ...(isShort ? [codeInput(code.source)] : fileInput(code.source.length, codeFileName(step, code.language))),
      languageInput(code.language),
    ],
  };
}

/** What `editForm` put into the form; undefined when it is something else. */
export function formPlace(view: Json): FormPlace | undefined {
  try {
    const place = object(JSON.parse(text(view['private_metadata']) ?? ''));
    const thread = object(place['thread']);
    const [team, channel, under] = [text(thread['team']), text(thread['channel']), text(place['under'])];
    if (!team || !channel || !under) return undefined;
    return { thread: { team, channel, threadTs: text(thread['threadTs']) ?? null }, under };
  } catch {
    return undefined;
  }
}

function plain(content: string) {
  return { type: 'plain_text', text: content, emoji: true } as const;
}

function codeInput(source: string): Block {
  return {
    type: 'input',
    block_id: FORM.code,
    label: plain('Code'),
    element: {
      type: 'plain_text_input',
      action_id: VALUE,
      multiline: true,
      initial_value: source,
      max_length: LIMITS.inputChars,
      focus_on_load: true,
    },
  };
}

function fileInput(length: number, name: string): Block[] {
  const why = `This code has ${number(length)} characters, and a form of Slack's holds ${number(LIMITS.inputChars)}.`;
  const how = `Save \`${name}\` from this thread, edit it, and attach it here.`;
  return [
    { type: 'section', text: { type: 'mrkdwn', text: `${why} ${how}` } },
    {
      type: 'input',
      block_id: FORM.file,
      label: plain('Edited file'),
      element: { type: 'file_input', action_id: VALUE, max_files: 1 },
    },
  ];
}

function languageInput(chosen: Language): Block {
  const option = (language: Language) => ({ text: plain(languageName(language)), value: language });
  return {
    type: 'input',
    block_id: FORM.language,
    label: plain('Language'),
    element: {
      type: 'static_select',
      action_id: VALUE,
      options: LANGUAGES.map(option),
      initial_option: option(chosen),
    },
  };
}
