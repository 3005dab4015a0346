import { useEffect, useState } from 'preact/hooks';
import { formatPlace, parsePlace } from './place.ts';
import type { Session } from './session.ts';
import { pageTitle } from './state/select.ts';
import type { State } from './state/state.ts';

/** "Last reply 2 minutes ago" goes stale without a new drawing. */
const redrawMs = 30_000;

/** Keeps address, title and reading marks in step with the state, and the state with the Back button. */
export function useBrowserSync(session: Session, state: State): void {
  const [, redraw] = useState({});
  useEffect(() => {
    const timer = setInterval(() => redraw({}), redrawMs);
    return () => clearInterval(timer);
  }, []);

  const hash = state.place ? formatPlace(state.place) : '';
  useEffect(() => {
    if (hash !== '' && window.location.hash !== hash) window.history.pushState(null, '', hash);
  }, [hash]);
  useEffect(() => {
    const onHash = () => {
      const place = parsePlace(window.location.hash);
      if (place && formatPlace(place) !== currentHash(session)) session.go(place);
    };
    window.addEventListener('popstate', onHash);
    return () => window.removeEventListener('popstate', onHash);
  }, [session]);

  const title = pageTitle(state);
  useEffect(() => {
    document.title = title;
  }, [title]);

  useEffect(() => {
    const see = () => {
      if (document.visibilityState === 'visible' && session.state().boot) session.dispatch({ type: 'seen' });
    };
    see();
    document.addEventListener('visibilitychange', see);
    return () => document.removeEventListener('visibilitychange', see);
  }, [session, state]);
}

function currentHash(session: Session): string {
  const place = session.state().place;
  return place ? formatPlace(place) : '';
}
