/** What every component may ask for: the state, the session, and the few things that open over the page. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { PageFile } from '../protocol.ts';
import type { Drafts } from './compose/drafts.ts';
import type { Session } from './session.ts';
import type { State } from './state/state.ts';
import type { Storage } from './storage.ts';

export interface PageApi {
  readonly state: State;
  readonly session: Session;
  readonly drafts: Drafts;
  readonly storage: Storage;
  showImage(file: Pick<PageFile, 'url' | 'name' | 'altText'>): void;
  openDm(person: string): void;
  focusComposer(): void;
}

export const PageContext = createContext<PageApi | null>(null);

export function usePage(): PageApi {
  const page = useContext(PageContext);
  if (!page) throw new Error('usePage is for components inside PageContext');
  return page;
}
