import type { PageMessage } from '../../protocol.ts';
import { usePage } from '../page-context.ts';
import { isThreadUnread, personById } from '../state/select.ts';
import { count } from '../text/amounts.ts';
import { dateOfTs, timeAgo } from '../text/time.ts';
import { Avatar } from '../ui/avatar.tsx';
import { cx } from '../ui/cx.ts';

/** Faces shown before the number of replies. */
const mostFaces = 4;

/** "3 replies · Last reply 2 minutes ago" under the root of a thread. */
export function ThreadLink({ root }: { readonly root: PageMessage }) {
  const { state, session } = usePage();
  const isUnread = isThreadUnread(state, root);
  const last = root.latestReply ? timeAgo(dateOfTs(root.latestReply), new Date()) : '';
  return (
    <button
      type="button"
      class={cx('thread-link', isUnread && 'is-unread')}
      data-testid="thread-link"
      onClick={() => session.go({ channel: root.channel, threadTs: root.ts })}
    >
      <span class="thread-faces">
        {root.replyUsers.slice(0, mostFaces).map((user) => (
          <Avatar key={user} person={personById(state, user)} size={24} />
        ))}
      </span>
      <span class="thread-count">{count(root.replyCount, 'reply', 'replies')}</span>
      {isUnread && <span class="thread-new">new</span>}
      <span class="thread-last">{last && `Last reply ${last}`}</span>
      <span class="thread-view" aria-hidden="true">
        View thread
      </span>
    </button>
  );
}
