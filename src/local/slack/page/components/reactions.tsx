import type { PageMessage } from '../../protocol.ts';
import { usePage } from '../page-context.ts';
import { personById } from '../state/select.ts';
import { emojiCharacter } from '../text/emoji.ts';
import { cx } from '../ui/cx.ts';
import { ReactButton } from './react-button.tsx';

/** The reactions under a message: a press adds or takes away one's own. */
export function Reactions({ message }: { readonly message: PageMessage }) {
  const { state, session } = usePage();
  if (message.reactions.length === 0) return null;
  const { channel, ts } = message;
  const nameOf = (id: string): string => (id === state.me ? 'You' : (personById(state, id)?.realName ?? 'Somebody'));
  return (
    <div class="reactions">
      {message.reactions.map(({ name, users }) => {
        const isMine = users.includes(state.me);
        const who = `${users.map(nameOf).join(', ')} reacted with :${name}:`;
        return (
          <button
            key={name}
            type="button"
            class={cx('reaction', isMine && 'is-mine')}
            aria-pressed={isMine}
            aria-label={who}
            title={who}
            data-testid={`reaction-${name}`}
            onClick={() => void session.act({ type: isMine ? 'unreact' : 'react', channel, ts, name })}
          >
            <span class="reaction-emoji" aria-hidden="true">
              {emojiCharacter(name)}
            </span>
            <span>{users.length}</span>
          </button>
        );
      })}
      <ReactButton message={message} class="reaction reaction-add" side="above" />
    </div>
  );
}
