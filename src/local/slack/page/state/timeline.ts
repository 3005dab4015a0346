/** Turns a list of messages into what is drawn: day dividers, the "New" line, and messages grouped by author. */
import type { PageMessage } from '../../protocol.ts';
import { dateOfTs, dayKey } from '../text/time.ts';

export type TimelineItem =
  | { readonly kind: 'day'; readonly key: string; readonly date: Date }
  | { readonly kind: 'new'; readonly key: string }
  | { readonly kind: 'message'; readonly key: string; readonly message: PageMessage; readonly isGrouped: boolean };

/** Slack groups what one author writes within five minutes. */
const groupSeconds = 300;

export interface TimelineOptions {
  /** The "New" line stands before the first message after this ts; empty for none. */
  readonly newAfter: string;
  readonly me: string;
  /** IANA name; undefined for the browser's zone. */
  readonly zone?: string;
}

export function timeline(messages: readonly PageMessage[], options: TimelineOptions): readonly TimelineItem[] {
  const items: TimelineItem[] = [];
  let previous: PageMessage | undefined;
  let day = '';
  let newShown = options.newAfter === '';
  for (const message of messages) {
    const date = dateOfTs(message.ts);
    const today = dayKey(date, options.zone);
    const startsDay = today !== day;
    if (startsDay) items.push({ kind: 'day', key: `day ${today}`, date });
    const startsNew = !newShown && message.ts > options.newAfter && message.user !== options.me;
    if (startsNew) items.push({ kind: 'new', key: 'new' });
    newShown ||= startsNew;
    const isGrouped = !startsDay && !startsNew && previous !== undefined && continues(previous, message);
    items.push({ kind: 'message', key: message.ts, message, isGrouped });
    previous = message;
    day = today;
  }
  return items;
}

function continues(previous: PageMessage, next: PageMessage): boolean {
  const sameAuthor = previous.user === next.user && isPlain(previous) && isPlain(next);
  // A message with replies ends its group: what follows is about something else.
  const alone = previous.replyCount > 0 || previous.ephemeralFor !== next.ephemeralFor;
  return sameAuthor && !alone && Number(next.ts) - Number(previous.ts) < groupSeconds;
}

const isPlain = ({ subtype }: PageMessage): boolean => subtype === undefined || subtype === 'file_share';
