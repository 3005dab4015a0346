import { useEffect, useRef, useState } from 'preact/hooks';
import { usePage } from '../page-context.ts';
import { type Place, placeKey } from '../place.ts';
import { authorName, channelById, channelMessages, personById, threadMessages } from '../state/select.ts';
import type { State } from '../state/state.ts';
import { parseInline } from '../text/inline.ts';
import { plainInlines } from '../text/nodes.ts';

/** A message's `text` is what apps write for screen readers; this much of it is read out. */
const mostRead = 240;

/** Reads out new messages of the open channel and thread, once each; live edits stay silent. */
export function Announcer() {
  const { state } = usePage();
  const [said, setSaid] = useState('');
  const last = useRef({ place: '', ts: '' });
  const place = state.place;
  const messages = place
    ? [
        ...channelMessages(state, place.channel),
        ...(place.threadTs ? threadMessages(state, place.channel, place.threadTs) : []),
      ]
    : [];
  const newest = messages.reduce(
    (latest, message) => (message.ts > (latest?.ts ?? '') ? message : latest),
    messages[0],
  );
  // What is loaded when a place is opened is not news.
  const key = place && isLoaded(state, place) ? placeKey(place) : '';
  useEffect(() => {
    const isNews = last.current.place === key && newest !== undefined && newest.ts > last.current.ts;
    if (isNews && newest.user !== state.me) {
      setSaid(`${authorName(state, newest)}: ${spoken(state, newest.text)}`);
    }
    last.current = { place: key, ts: newest?.ts ?? '' };
  }, [key, newest?.ts]);
  return (
    <div class="visually-hidden" aria-live="polite">
      {said}
    </div>
  );
}

function isLoaded(state: State, place: Place): boolean {
  const hasThread = place.threadTs === undefined || state.threads[placeKey(place)] === true;
  return hasThread && state.loaded[place.channel] !== undefined;
}

/** Names instead of ids, without markers. */
function spoken(state: State, text: string): string {
  const nameOf = (id: string) => personById(state, id)?.realName ?? channelById(state, id)?.name ?? 'somebody';
  return plainInlines(parseInline(text), nameOf).slice(0, mostRead);
}
