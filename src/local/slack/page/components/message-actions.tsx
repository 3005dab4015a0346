import type { PageMessage } from '../../protocol.ts';
import { usePage } from '../page-context.ts';
import { emojiCharacter, quickReactions } from '../text/emoji.ts';
import { Icon } from '../ui/icon.tsx';
import { MoreMenu } from './more-menu.tsx';
import { ReactButton } from './react-button.tsx';

export interface MessageActionsProps {
  readonly message: PageMessage;
  readonly inThread: boolean;
  readonly onEdit: () => void;
}

/** The bar that appears on a hovered or focused message. */
export function MessageActions({ message, inThread, onEdit }: MessageActionsProps) {
  const { session } = usePage();
  const { channel, ts } = message;
  if (message.ephemeralFor !== undefined) return <DismissButton message={message} />;
  return (
    <div class="message-actions" role="toolbar" aria-label="Message actions">
      {quickReactions.map((name) => (
        <button
          key={name}
          type="button"
          class="icon-button quick-reaction"
          aria-label={`React with ${name.replaceAll('_', ' ')}`}
          title={`:${name}:`}
          onClick={() => void session.act({ type: 'react', channel, ts, name })}
        >
          <span aria-hidden="true">{emojiCharacter(name)}</span>
        </button>
      ))}
      <ReactButton message={message} class="icon-button" side="below" />
      {!inThread && (
        <button
          type="button"
          class="icon-button"
          aria-label="Reply in thread"
          title="Reply in thread"
          data-testid="reply"
          onClick={() => session.go({ channel, threadTs: message.threadTs ?? ts })}
        >
          <Icon name="reply" size={18} />
        </button>
      )}
      <MoreMenu message={message} onEdit={onEdit} />
    </div>
  );
}

function DismissButton({ message }: { readonly message: PageMessage }) {
  const { session } = usePage();
  return (
    <div class="message-actions">
      <button
        type="button"
        class="icon-button"
        aria-label="Dismiss"
        title="Dismiss"
        onClick={() => session.dispatch({ type: 'dismiss', channel: message.channel, ts: message.ts })}
      >
        <Icon name="close" size={18} />
      </button>
    </div>
  );
}
