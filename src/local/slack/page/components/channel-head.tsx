import type { PageChannel } from '../../protocol.ts';
import { usePage } from '../page-context.ts';
import { channelTitle, dmPartner, personById } from '../state/select.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Icon } from '../ui/icon.tsx';
import { PopoverButton } from '../ui/popover.tsx';
import { Members } from './members.tsx';
import { Services } from './services.tsx';

const mostFaces = 3;

export function ChannelHead({ channel, onMenu }: { readonly channel: PageChannel; readonly onMenu: () => void }) {
  const { state } = usePage();
  const partner = channel.kind === 'im' ? dmPartner(state, channel) : undefined;
  return (
    <header class="channel-head">
      <button type="button" class="icon-button only-narrow" aria-label="Channels" data-testid="menu" onClick={onMenu}>
        <Icon name="menu" />
      </button>
      <h1>
        {partner ? (
          <Avatar person={partner} size={24} />
        ) : (
          <Icon name={channel.kind === 'private' ? 'lock' : 'hash'} size={18} />
        )}
        <span class="channel-name">{channel.kind === 'im' ? channelTitle(state, channel) : channel.name}</span>
        {partner?.isBot && <span class="app-tag">APP</span>}
      </h1>
      <p class="channel-topic" title={channel.topic}>
        {channel.topic}
      </p>
      {channel.kind !== 'im' && (
        <PopoverButton
          label={`${channel.members.length} members`}
          title="Members"
          class="facepile"
          align="end"
          haspopup="dialog"
          testId="members"
          content={() => <Members channel={channel} />}
        >
          {channel.members.slice(0, mostFaces).map((member) => (
            <Avatar key={member} person={personById(state, member)} size={20} />
          ))}
          <span>{channel.members.length}</span>
        </PopoverButton>
      )}
      <Services />
    </header>
  );
}
