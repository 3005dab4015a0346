import { useEffect } from 'preact/hooks';
import type { PageChannel } from '../../protocol.ts';
import { usePage } from '../page-context.ts';
import { channelMessages, channelTitle } from '../state/select.ts';
import { Banners } from './banners.tsx';
import { ChannelHead } from './channel-head.tsx';
import { ChannelIntro } from './channel-intro.tsx';
import { Composer } from './composer.tsx';
import { DropZone } from './drop-zone.tsx';
import { FirstHint } from './first-hint.tsx';
import { JoinBar } from './join-bar.tsx';
import { MessageList } from './message-list.tsx';
import { StatusLine } from './status-line.tsx';
import { useEditing } from './use-editing.ts';

export interface ChannelViewProps {
  readonly channel: PageChannel;
  readonly onMenu: () => void;
}

export function ChannelView({ channel, onMenu }: ChannelViewProps) {
  const { state, session } = usePage();
  const messages = channelMessages(state, channel.id);
  const loaded = state.loaded[channel.id];
  const title = channelTitle(state, channel);
  const { editing, edit, editLast } = useEditing(messages, 'composer');
  useEffect(() => {
    // On a phone the keyboard would cover the messages at once.
    if (!window.matchMedia('(pointer: coarse)').matches) document.getElementById('composer')?.focus();
  }, [channel.id]);
  const isMember = channel.members.includes(state.me);
  return (
    <main class="channel" aria-label={title}>
      <ChannelHead channel={channel} onMenu={onMenu} />
      <Banners />
      <DropZone place={{ channel: channel.id }} label={`Add files for ${title}`}>
        <MessageList
          key={channel.id}
          label={`Messages in ${title}`}
          messages={messages}
          inThread={false}
          editing={editing}
          onEdit={edit}
          onNearStart={() => void session.loadOlder(channel.id)}
          head={<ListHead channel={channel} hasMore={loaded?.hasMore ?? false} isLoaded={loaded !== undefined} />}
        />
        {isMember ? (
          <div class="channel-foot">
            <StatusLine channel={channel.id} />
            {messages.length > 0 && <FirstHint channel={channel} />}
            <Composer
              key={`${state.me} ${channel.id}`}
              place={{ channel: channel.id }}
              label={`Message ${title}`}
              onEditLast={editLast}
            />
          </div>
        ) : (
          <JoinBar channel={channel} />
        )}
      </DropZone>
    </main>
  );
}

interface ListHeadProps {
  readonly channel: PageChannel;
  readonly hasMore: boolean;
  readonly isLoaded: boolean;
}

function ListHead({ channel, hasMore, isLoaded }: ListHeadProps) {
  if (!isLoaded) return <p class="list-note">Loading messages…</p>;
  if (hasMore) return <p class="list-note">Loading older messages…</p>;
  return <ChannelIntro channel={channel} />;
}
