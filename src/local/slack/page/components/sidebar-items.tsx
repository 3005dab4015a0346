import type { PageChannel, PagePerson } from '../../protocol.ts';
import { usePage } from '../page-context.ts';
import { placeKey } from '../place.ts';
import { dmWith, unreadOf } from '../state/select.ts';
import { Avatar } from '../ui/avatar.tsx';
import { cx } from '../ui/cx.ts';
import { Icon } from '../ui/icon.tsx';

export interface ChannelItemProps {
  readonly channel: PageChannel;
  readonly onNavigate: () => void;
}

export function ChannelItem({ channel, onNavigate }: ChannelItemProps) {
  const { state, session } = usePage();
  const { isUnread, badge } = unreadOf(state, channel);
  const isOpen = state.place?.channel === channel.id;
  const isJoined = channel.members.includes(state.me);
  return (
    <li>
      <button
        type="button"
        class={cx('sidebar-item', isOpen && 'is-open', isUnread && 'is-unread', !isJoined && 'is-quiet')}
        aria-current={isOpen ? 'page' : undefined}
        data-testid={`channel-${channel.name}`}
        onClick={() => {
          session.go({ channel: channel.id });
          onNavigate();
        }}
      >
        <Icon name={channel.kind === 'private' ? 'lock' : 'hash'} size={16} />
        <span class="sidebar-name">{channel.name}</span>
        <ItemMarks channel={channel.id} badge={badge} isUnread={isUnread} />
      </button>
    </li>
  );
}

/** A person, whether or not a DM with them was ever opened. */
export function DmItem({ person, onNavigate }: { readonly person: PagePerson; readonly onNavigate: () => void }) {
  const { state, openDm } = usePage();
  const channel = dmWith(state, person.id);
  const { isUnread, badge } = channel ? unreadOf(state, channel) : { isUnread: false, badge: 0 };
  const isOpen = channel !== undefined && state.place?.channel === channel.id;
  const isThere = person.isBot ? state.boot?.bot.connected === true : true;
  return (
    <li>
      <button
        type="button"
        class={cx('sidebar-item', isOpen && 'is-open', isUnread && 'is-unread')}
        aria-current={isOpen ? 'page' : undefined}
        data-testid={`dm-${person.name}`}
        onClick={() => {
          openDm(person.id);
          onNavigate();
        }}
      >
        <Avatar person={person} size={20} presence={isThere ? 'here' : 'away'} />
        <span class="sidebar-name">{person.realName}</span>
        {!isThere && <span class="visually-hidden">offline</span>}
        {channel && <ItemMarks channel={channel.id} badge={badge} isUnread={isUnread} />}
      </button>
    </li>
  );
}

interface ItemMarksProps {
  readonly channel: string;
  readonly badge: number;
  readonly isUnread: boolean;
}

/** The unread number, or a pencil where a draft waits. */
function ItemMarks({ channel, badge, isUnread }: ItemMarksProps) {
  const { state, drafts } = usePage();
  if (badge > 0) return <span class="badge">{badge}</span>;
  if (isUnread) return <span class="visually-hidden">unread</span>;
  const isOpen = state.place?.channel === channel;
  if (isOpen || drafts.get(`${state.me} ${placeKey({ channel })}`).text === '') return null;
  return (
    <span class="sidebar-draft" title="Draft">
      <Icon name="pencil" size={14} />
    </span>
  );
}
