import type { PageMessage } from '../../protocol.ts';
import { usePage } from '../page-context.ts';
import { isSystemMessage } from '../state/messages.ts';
import { authorName, personById } from '../state/select.ts';
import { clockTime, dateOfTs, fullTime, shortClockTime } from '../text/time.ts';
import { Avatar } from '../ui/avatar.tsx';
import { cx } from '../ui/cx.ts';
import { Icon } from '../ui/icon.tsx';
import { EditMessage } from './edit-message.tsx';
import { MessageActions } from './message-actions.tsx';
import { MessageBody } from './message-body.tsx';
import { Reactions } from './reactions.tsx';
import { ThreadLink } from './thread-link.tsx';

export interface MessageRowProps {
  readonly message: PageMessage;
  /** Drawn without avatar and name: it continues the message above. */
  readonly isGrouped: boolean;
  readonly inThread: boolean;
  /** The last message takes the focus when the list is entered with Tab; arrow keys go on from there. */
  readonly isLast: boolean;
  readonly isEditing: boolean;
  readonly onEdit: (ts: string | null) => void;
}

export function MessageRow({ message, isGrouped, inThread, isLast, isEditing, onEdit }: MessageRowProps) {
  const { state } = usePage();
  const isSystem = isSystemMessage(message);
  const isEphemeral = message.ephemeralFor !== undefined;
  return (
    <li
      tabIndex={isLast ? 0 : -1}
      class={cx(
        'message',
        isGrouped && 'is-grouped',
        isEphemeral && 'is-ephemeral',
        isEditing && 'is-editing',
        isSystem && 'is-system',
      )}
      data-testid="message"
      data-ts={message.ts}
      data-user={personById(state, message.user)?.name}
    >
      {isEphemeral && (
        <p class="message-note">
          <Icon name="eye" size={14} /> Only visible to you
        </p>
      )}
      {message.subtype === 'thread_broadcast' && <BroadcastNote message={message} inThread={inThread} />}
      <MessageGutter message={message} isGrouped={isGrouped} />
      <div class="message-main">
        <MessageHead message={message} isGrouped={isGrouped} />
        {isEditing ? <EditMessage message={message} onDone={() => onEdit(null)} /> : <MessageBody message={message} />}
        <Reactions message={message} />
        {!inThread && message.replyCount > 0 && <ThreadLink root={message} />}
      </div>
      {!isEditing && !isSystem && (
        <MessageActions message={message} inThread={inThread} onEdit={() => onEdit(message.ts)} />
      )}
    </li>
  );
}

type LineProps = Pick<MessageRowProps, 'message' | 'isGrouped'>;

function MessageGutter({ message, isGrouped }: LineProps) {
  const { state, openDm } = usePage();
  const date = dateOfTs(message.ts);
  const name = authorName(state, message);
  return (
    <div class="message-gutter">
      {isGrouped ? (
        <time class="message-side-time" dateTime={date.toISOString()} title={fullTime(date, new Date())}>
          {shortClockTime(date)}
        </time>
      ) : (
        <button
          type="button"
          class="avatar-button"
          tabIndex={-1}
          aria-label={`Message ${name}`}
          onClick={() => openDm(message.user)}
        >
          <Avatar person={personById(state, message.user)} size={36} fallback={name} />
        </button>
      )}
    </div>
  );
}

/** Author and time; in a grouped message only for those who cannot see the group. */
function MessageHead({ message, isGrouped }: LineProps) {
  const { state, openDm } = usePage();
  const date = dateOfTs(message.ts);
  const isApp = personById(state, message.user)?.isBot ?? message.isBot;
  return (
    <div class={isGrouped ? 'visually-hidden' : 'message-head'}>
      <button type="button" class="message-author" tabIndex={-1} onClick={() => openDm(message.user)}>
        {authorName(state, message)}
      </button>
      {isApp && <span class="app-tag">APP</span>}
      <time dateTime={date.toISOString()} title={fullTime(date, new Date())}>
        {clockTime(date)}
      </time>
    </div>
  );
}

function BroadcastNote({ message, inThread }: { readonly message: PageMessage; readonly inThread: boolean }) {
  const { session } = usePage();
  const { channel, threadTs } = message;
  if (threadTs === undefined) return null;
  return (
    <p class="message-note">
      {inThread ? (
        'Also sent to the channel'
      ) : (
        <>
          replied to{' '}
          <button type="button" class="link" onClick={() => session.go({ channel, threadTs })}>
            a thread
          </button>
        </>
      )}
    </p>
  );
}
