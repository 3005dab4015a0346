import type { PageChannel } from '../../protocol.ts';
import { usePage } from '../page-context.ts';

/** In place of the composer where the person is not a member. */
export function JoinBar({ channel }: { readonly channel: PageChannel }) {
  const { session } = usePage();
  return (
    <div class="join-bar">
      <p>
        You are looking at <strong>#{channel.name}</strong>
      </p>
      <button
        type="button"
        class="button primary"
        data-testid="join"
        onClick={() => void session.act({ type: 'join', channel: channel.id })}
      >
        Join channel
      </button>
    </div>
  );
}
