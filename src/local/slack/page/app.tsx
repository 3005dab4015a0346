import { useEffect, useState } from 'preact/hooks';
import { Announcer } from './components/announcer.tsx';
import { ChannelView } from './components/channel-view.tsx';
import { Lightbox, type Picture } from './components/lightbox.tsx';
import { ModalView } from './components/modal-view.tsx';
import { Refusal } from './components/refusal.tsx';
import { Sidebar } from './components/sidebar.tsx';
import { ThreadPane } from './components/thread-pane.tsx';
import { Toasts } from './components/toasts.tsx';
import type { Drafts } from './compose/drafts.ts';
import { type PageApi, PageContext } from './page-context.ts';
import type { Session } from './session.ts';
import { channelById, dmWith } from './state/select.ts';
import type { State } from './state/state.ts';
import type { Storage } from './storage.ts';
import { cx } from './ui/cx.ts';
import { useBrowserSync } from './use-browser-sync.ts';

export interface AppProps {
  readonly session: Session;
  readonly drafts: Drafts;
  readonly storage: Storage;
}

export function App({ session, drafts, storage }: AppProps) {
  const state = useSessionState(session);
  const [picture, setPicture] = useState<Picture | null>(null);
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  useBrowserSync(session, state);
  const page: PageApi = {
    state,
    session,
    drafts,
    storage,
    showImage: setPicture,
    focusComposer: () => document.getElementById('composer')?.focus(),
    openDm: (person) => void openDm(session, person),
  };
  if (state.refusal !== null) return <Refusal reason={state.refusal} onRetry={session.retry} />;
  if (!state.boot) return <Starting isLost={state.link === 'lost'} />;
  const channel = state.place ? channelById(state, state.place.channel) : undefined;
  const threadTs = state.place?.threadTs;
  const view = state.views.findLast((each) => each.user === state.me);
  return (
    <PageContext.Provider value={page}>
      <div class={cx('app', threadTs !== undefined && 'has-thread', isDrawerOpen && 'has-drawer')}>
        <a class="skip" href={state.place ? '#composer' : '#'} onClick={skipToComposer}>
          Skip to the composer
        </a>
        {state.link !== 'open' && (
          <p class="reconnecting" role="status" data-testid="reconnecting">
            Reconnecting…
          </p>
        )}
        <Sidebar onNavigate={() => setDrawerOpen(false)} />
        {isDrawerOpen && (
          <button type="button" class="scrim" aria-label="Close the sidebar" onClick={() => setDrawerOpen(false)} />
        )}
        <div class="panel">
          {channel ? <ChannelView channel={channel} onMenu={() => setDrawerOpen(true)} /> : <NoChannel />}
          {channel && threadTs !== undefined && <ThreadPane place={{ channel: channel.id, threadTs }} />}
        </div>
        {view && <ModalView key={view.id} view={view} />}
        {picture && <Lightbox picture={picture} onClose={() => setPicture(null)} />}
        <Toasts />
        <Announcer />
      </div>
    </PageContext.Provider>
  );
}

function useSessionState(session: Session): State {
  const [state, setState] = useState(session.state());
  useEffect(() => {
    setState(session.state());
    return session.subscribe(() => setState(session.state()));
  }, [session]);
  return state;
}

/** Opens the DM with a person, making it first if need be. */
async function openDm(session: Session, person: string): Promise<void> {
  const isOther = session.state().boot?.people.some((each) => each.id === person && each.id !== session.state().me);
  if (!isOther) return;
  const known = dmWith(session.state(), person);
  if (known) return session.go({ channel: known.id });
  const answer = await session.act({ type: 'open-dm', with: person });
  if (answer.ok && answer.channel) session.go({ channel: answer.channel });
}

function skipToComposer(event: Event): void {
  event.preventDefault();
  document.getElementById('composer')?.focus();
}

function Starting({ isLost }: { readonly isLost: boolean }) {
  return (
    <main class="starting">
      <span class="starting-mark" aria-hidden="true" />
      <p role="status" data-testid={isLost ? 'reconnecting' : 'starting'}>
        {isLost ? 'The workspace cannot be reached. Reconnecting…' : 'Opening the workspace…'}
      </p>
    </main>
  );
}

function NoChannel() {
  return (
    <main class="channel">
      <p class="list-note">There is no channel yet. Add one in the sidebar.</p>
    </main>
  );
}
