import type { PagePerson } from '../../protocol.ts';
import { cx } from './cx.ts';

export interface AvatarProps {
  readonly person: PagePerson | undefined;
  readonly size: 16 | 20 | 24 | 36 | 48;
  /** A dot that says whether the person, or the bot, is there. */
  /** Whose initials stand in for somebody who is no member. */
  readonly fallback?: string;
  readonly presence?: 'here' | 'away';
}

/** A rounded square with initials; the bot gets a face of its own. Decoration: the name stands beside it. */
export function Avatar({ person, size, fallback, presence }: AvatarProps) {
  return (
    <span
      class={cx('avatar', `avatar-${size}`)}
      style={{ backgroundColor: person?.color ?? '#696969' }}
      aria-hidden="true"
    >
      {person?.isBot ? (
        <BotFace />
      ) : (
        <span class="avatar-initials">{initials(person?.realName ?? fallback ?? '?', size)}</span>
      )}
      {presence && <span class={cx('presence', presence)} />}
    </span>
  );
}

/** Two initials where there is room for them. */
function initials(name: string, size: number): string {
  const words = name.trim().split(/\s+/);
  const letters = size < 24 ? words.slice(0, 1) : [words[0] ?? '', words.length > 1 ? (words.at(-1) ?? '') : ''];
  return letters.map((word) => word.slice(0, 1).toUpperCase()).join('');
}

/** Threadbox's mark: a box with a thread of output in it. */
function BotFace() {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 36 36"
      width="100%"
      height="100%"
      fill="none"
      stroke="#fff"
      stroke-width="2.4"
      stroke-linejoin="round"
    >
      <path d="M8 13.500 18 8l10 5.500v10L18 29 8 23.500z" stroke-opacity=".95" />
      <path d="m13 15.500 3.500 3-3.500 3M19 22h4.500" stroke-linecap="round" />
    </svg>
  );
}
