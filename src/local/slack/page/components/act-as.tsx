import { usePage } from '../page-context.ts';
import { personById } from '../state/select.ts';
import { Avatar } from '../ui/avatar.tsx';
import { cx } from '../ui/cx.ts';
import { Icon } from '../ui/icon.tsx';
import { PopoverButton } from '../ui/popover.tsx';

/** One browser can be any of the people: this says who, and changes it. */
export function ActAs() {
  const { state, session } = usePage();
  const me = personById(state, state.me);
  const people = (state.boot?.people ?? []).filter((person) => !person.isBot);
  return (
    <footer class="sidebar-foot">
      <PopoverButton
        label={`Acting as ${me?.realName ?? 'nobody'}. Choose somebody else`}
        class="act-as"
        side="above"
        testId="act-as"
        content={(close) => (
          <div class="menu" role="menu" aria-label="Act as">
            <p class="menu-title">Act as</p>
            {people.map((person) => (
              <button
                key={person.id}
                type="button"
                role="menuitemradio"
                aria-checked={person.id === state.me}
                class={cx('menu-item', 'menu-person')}
                data-testid={`person-${person.name}`}
                onClick={() => {
                  close();
                  session.dispatch({ type: 'act-as', person: person.id });
                }}
              >
                <Avatar person={person} size={24} />
                <span class="menu-label">
                  {person.realName} <small>@{person.name}</small>
                </span>
                {person.id === state.me && <Icon name="check" size={18} />}
              </button>
            ))}
          </div>
        )}
      >
        <Avatar person={me} size={36} presence="here" />
        <span class="act-as-words">
          <small>Acting as</small>
          <span>{me?.realName}</span>
        </span>
        <Icon name="down" size={18} />
      </PopoverButton>
    </footer>
  );
}
