import { useEffect } from 'preact/hooks';
import { usePage } from '../page-context.ts';
import { type Place, placeKey } from '../place.ts';
import { channelById, channelTitle, threadMessages } from '../state/select.ts';
import { Icon } from '../ui/icon.tsx';
import { Composer } from './composer.tsx';
import { DropZone } from './drop-zone.tsx';
import { MessageList } from './message-list.tsx';
import { StatusLine } from './status-line.tsx';
import { useEditing } from './use-editing.ts';

/** A thread at the right of its channel; on a phone it covers the channel. */
export function ThreadPane({ place }: { readonly place: Required<Place> }) {
  const { state, session } = usePage();
  const { channel, threadTs } = place;
  const messages = threadMessages(state, channel, threadTs);
  const { editing, edit, editLast } = useEditing(messages, 'thread-composer');
  const home = channelById(state, channel);
  const title = home ? channelTitle(state, home) : '';
  const isLoaded = state.threads[placeKey(place)] === true || messages.length > 0;
  const close = () => session.go({ channel });
  useEffect(() => {
    // On a phone the keyboard would cover the thread at once.
    if (!window.matchMedia('(pointer: coarse)').matches) document.getElementById('thread-composer')?.focus();
    return () => document.getElementById('composer')?.focus();
  }, [threadTs]);
  return (
    <aside
      class="thread"
      aria-label={`Thread in ${title}`}
      data-testid="thread-pane"
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <header class="thread-head">
        <button type="button" class="icon-button only-narrow" aria-label={`Back to ${title}`} onClick={close}>
          <Icon name="back" />
        </button>
        <h2>Thread</h2>
        <span class="thread-home">{title}</span>
        <button
          type="button"
          class="icon-button only-wide"
          aria-label="Close thread"
          data-testid="thread-close"
          onClick={close}
        >
          <Icon name="close" />
        </button>
      </header>
      <DropZone place={place} label="Add files to your reply">
        <MessageList
          key={placeKey(place)}
          label="Thread"
          messages={messages}
          inThread={true}
          editing={editing}
          onEdit={edit}
          head={isLoaded ? null : <p class="list-note">Loading the thread…</p>}
        />
        <div class="channel-foot">
          <StatusLine channel={channel} threadTs={threadTs} />
          {home?.members.includes(state.me) && (
            <Composer key={`${state.me} ${placeKey(place)}`} place={place} label="Reply…" onEditLast={editLast} />
          )}
        </div>
      </DropZone>
    </aside>
  );
}
