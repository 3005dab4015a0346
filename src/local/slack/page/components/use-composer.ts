import { useState } from 'preact/hooks';
import { complete, insertAt, insertFence } from '../compose/complete.ts';
import { insideFence } from '../compose/fence.ts';
import type { Option } from '../compose/options.ts';
import { useDraft } from '../compose/use-draft.ts';
import { type PageApi, usePage } from '../page-context.ts';
import { type Place, placeKey } from '../place.ts';
import { channelById, channelsFor } from '../state/select.ts';
import { useCompletion } from './use-completion.ts';
import { useSend } from './use-send.ts';
import { useTextarea } from './use-textarea.ts';

/** Everything a composer does: its draft, what is completed at the caret, and sending. */
export function useComposer(place: Place, onEditLast: () => void) {
  const page = usePage();
  const handle = useDraft(`${page.state.me} ${placeKey(place)}`);
  const { draft, change } = handle;
  const sending = useSend(place, handle);
  const [broadcast, setBroadcast] = useState(false);
  const setText = (text: string) => {
    sending.clearNotice();
    change((now) => ({ ...now, text }));
  };
  const { area, apply, selection } = useTextarea(draft.text, setText);
  const choose = (option: Option) => {
    if (completion.completion) apply(complete(draft.text, completion.completion, option.insert));
  };
  const completion = useCompletion(draft.text, vocabulary(page, place), choose);
  const send = () => {
    void sending.send(broadcast);
    setBroadcast(false);
    area.current?.focus();
  };
  const onKeyDown = (event: TextareaKey) => {
    if (event.isComposing || completion.onKey(event)) return;
    if (event.key === 'ArrowUp' && draft.text === '') {
      event.preventDefault();
      onEditLast();
    } else if (isSendKey(event, draft.text)) {
      event.preventDefault();
      send();
    }
  };
  const insert = (what: string) => apply(insertAt(draft.text, ...selection(), what));
  return {
    ...handle,
    ...sending,
    area,
    completion,
    choose,
    setText,
    send,
    broadcast,
    setBroadcast,
    onKeyDown,
    caret: selection()[0],
    insertEmoji: (name: string) => insert(`:${name}: `),
    insertMention: () => insert(/(?:^|\s)$/.test(draft.text.slice(0, selection()[0])) ? '@' : ' @'),
    insertCode: () => apply(insertFence(draft.text, ...selection())),
    startCommand: () => apply({ text: '/', caret: 1 }),
  };
}

function vocabulary({ state }: PageApi, place: Place) {
  return {
    people: [...(state.boot?.people ?? [])].sort((a, b) => Number(b.isBot) - Number(a.isBot)),
    members: channelById(state, place.channel)?.members ?? [],
    channels: channelsFor(state),
    commands: place.threadTs === undefined ? (state.boot?.commands ?? []) : [],
  };
}

type TextareaKey = KeyboardEvent & { readonly currentTarget: HTMLTextAreaElement };

/** Enter sends; not with Shift, not in a fence, and not on a touch keyboard, where it is the only way to a new line. */
function isSendKey(event: TextareaKey, text: string): boolean {
  if (event.key !== 'Enter') return false;
  if (event.ctrlKey || event.metaKey) return true;
  if (event.shiftKey || insideFence(text, event.currentTarget.selectionStart)) return false;
  return !window.matchMedia('(pointer: coarse)').matches;
}
