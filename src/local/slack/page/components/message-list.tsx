import type { ComponentChildren } from 'preact';
import type { PageMessage } from '../../protocol.ts';
import { usePage } from '../page-context.ts';
import { type TimelineItem, timeline } from '../state/timeline.ts';
import { count } from '../text/amounts.ts';
import { dayLabel } from '../text/time.ts';
import { Icon } from '../ui/icon.tsx';
import { MessageRow } from './message-row.tsx';
import { usePinnedScroll } from './use-pinned-scroll.ts';

export interface MessageListProps {
  readonly label: string;
  readonly messages: readonly PageMessage[];
  readonly inThread: boolean;
  /** The ts of the message being edited. */
  readonly editing: string | null;
  readonly onEdit: (ts: string | null) => void;
  readonly onNearStart?: () => void;
  /** Above the first message. */
  readonly head?: ComponentChildren;
}

export function MessageList({ label, messages, inThread, editing, onEdit, onNearStart, head }: MessageListProps) {
  const { state } = usePage();
  const { box, content, unseen, onScroll, jumpToEnd } = usePinnedScroll({
    firstKey: messages[0]?.ts ?? '',
    lastKey: messages.at(-1)?.ts ?? '',
    lastIsMine: messages.at(-1)?.user === state.me,
    onNearStart: onNearStart ?? (() => {}),
  });
  const items = timeline(messages, { newAfter: inThread ? '' : state.newAfter, me: state.me });
  const replies = inThread ? messages.length - 1 : 0;
  return (
    <div class="list-frame">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys act on the focused message inside */}
      <div
        class="list-scroll"
        ref={box}
        onScroll={onScroll}
        onKeyDown={walk}
        data-testid={inThread ? 'thread-list' : 'message-list'}
      >
        {head}
        <ol class="list" ref={content} aria-label={label}>
          {items.map((item, index) => [
            <Item
              key={item.key}
              item={item}
              inThread={inThread}
              isLast={index === items.length - 1}
              editing={editing}
              onEdit={onEdit}
            />,
            // Item 0 is the day, item 1 the root.
            inThread && index === 1 && replies > 0 && (
              <li key="replies" class="replies-line">
                <span>{count(replies, 'reply', 'replies')}</span>
              </li>
            ),
          ])}
        </ol>
      </div>
      {unseen > 0 && (
        <button type="button" class="new-pill" onClick={jumpToEnd}>
          <Icon name="arrowDown" size={16} /> {count(unseen, 'new message', 'new messages')}
        </button>
      )}
    </div>
  );
}

/** Arrow keys move the focus from message to message. */
function walk(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const from = event.target;
  if (step === undefined || !(from instanceof HTMLLIElement)) return;
  const all = [...(from.parentElement?.querySelectorAll<HTMLElement>(':scope > .message') ?? [])];
  const next = all[all.indexOf(from) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

interface ItemProps {
  readonly item: TimelineItem;
  readonly isLast: boolean;
  readonly inThread: boolean;
  readonly editing: string | null;
  readonly onEdit: (ts: string | null) => void;
}

function Item({ item, inThread, isLast, editing, onEdit }: ItemProps) {
  switch (item.kind) {
    case 'day':
      // A thread shows days only by the times of its messages.
      if (inThread) return null;
      return (
        <li class="day-line">
          <span>{dayLabel(item.date, new Date())}</span>
        </li>
      );
    case 'new':
      return (
        <li class="new-line">
          <span>New</span>
        </li>
      );
    case 'message':
      return (
        <MessageRow
          message={item.message}
          isGrouped={item.isGrouped}
          inThread={inThread}
          isLast={isLast}
          isEditing={editing === item.message.ts}
          onEdit={onEdit}
        />
      );
  }
}
