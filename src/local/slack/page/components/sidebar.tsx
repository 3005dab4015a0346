import { useState } from 'preact/hooks';
import { usePage } from '../page-context.ts';
import { channelsFor } from '../state/select.ts';
import { Icon } from '../ui/icon.tsx';
import { ActAs } from './act-as.tsx';
import { NewChannel } from './new-channel.tsx';
import { ChannelItem, DmItem } from './sidebar-items.tsx';
import { ThemeButton } from './theme-button.tsx';

/** Workspace, channels, people, and who one acts as. */
export function Sidebar({ onNavigate }: { readonly onNavigate: () => void }) {
  const { state } = usePage();
  const [isCreating, setCreating] = useState(false);
  const people = state.boot?.people ?? [];
  const channels = channelsFor(state)
    .filter((channel) => channel.kind !== 'im')
    .sort((a, b) => a.name.localeCompare(b.name));
  return (
    <nav class="sidebar" aria-label="Channels and people">
      <header class="sidebar-head">
        <h2>{state.boot?.team.name}</h2>
        <ThemeButton />
      </header>
      <div class="sidebar-scroll">
        <section aria-label="Channels">
          <h3>Channels</h3>
          <ul>
            {channels.map((channel) => (
              <ChannelItem key={channel.id} channel={channel} onNavigate={onNavigate} />
            ))}
            <li>
              <button
                type="button"
                class="sidebar-item is-quiet"
                data-testid="add-channel"
                onClick={() => setCreating(true)}
              >
                <span class="sidebar-plus">
                  <Icon name="plus" size={14} />
                </span>
                <span class="sidebar-name">Add a channel</span>
              </button>
            </li>
          </ul>
        </section>
        <section aria-label="Direct messages">
          <h3>Direct messages</h3>
          <ul>
            {people
              .filter((person) => !person.isBot && person.id !== state.me)
              .map((person) => (
                <DmItem key={person.id} person={person} onNavigate={onNavigate} />
              ))}
          </ul>
        </section>
        <section aria-label="Apps">
          <h3>Apps</h3>
          <ul>
            {people
              .filter((person) => person.isBot)
              .map((person) => (
                <DmItem key={person.id} person={person} onNavigate={onNavigate} />
              ))}
          </ul>
        </section>
      </div>
      <ActAs />
      {isCreating && <NewChannel onClose={() => setCreating(false)} onCreated={onNavigate} />}
    </nav>
  );
}
