import type { PageChannel } from '../../protocol.ts';
import { usePage } from '../page-context.ts';
import { personById } from '../state/select.ts';
import { clockTime } from '../text/time.ts';
import { Avatar } from '../ui/avatar.tsx';

/** Who is in a channel, with the time where they are; the app can be added or removed. */
export function Members({ channel: shown }: { readonly channel: PageChannel }) {
  const { state, session } = usePage();
  const channel = state.boot?.channels.find((each) => each.id === shown.id) ?? shown;
  const bot = personById(state, state.boot?.bot.userId ?? '');
  const canChange = channel.members.includes(state.me);
  return (
    <div class="members">
      <h3>Members of #{channel.name}</h3>
      <ul>
        {channel.members.map((id) => {
          const person = personById(state, id);
          return (
            <li key={id}>
              <Avatar person={person} size={24} />
              <span class="member-name">
                {person?.realName ?? id}
                {person?.isBot && <span class="app-tag">APP</span>}
              </span>
              <small>{person && !person.isBot ? localTime(person.timeZone) : ''}</small>
            </li>
          );
        })}
      </ul>
      {canChange && bot && (
        <button
          type="button"
          class="button small"
          data-testid={channel.botIsMember ? 'remove-bot' : 'add-bot'}
          onClick={() =>
            void session.act({ type: channel.botIsMember ? 'remove-bot' : 'invite-bot', channel: channel.id })
          }
        >
          {channel.botIsMember ? `Remove ${bot.realName}` : `Add ${bot.realName}`}
        </button>
      )}
    </div>
  );
}

/** Empty when the browser does not know the zone. */
function localTime(zone: string): string {
  try {
    return clockTime(new Date(), zone);
  } catch {
    return '';
  }
}
