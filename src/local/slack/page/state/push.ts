/** Applies one push of the server. Pure: the session decides separately whether a gap asks for loading again. */
import type { PageChannel, PagePush, PageView } from '../../protocol.ts';
import { placeKey } from '../place.ts';
import { withDeleted, withoutSeqs, withPushed } from './messages.ts';
import type { State } from './state.ts';
import { withToast } from './toasts.ts';

/** True when pushes between the last one seen and this one are missing. */
export function isGap(state: State, push: PagePush): boolean {
  return push.type !== 'hello' && push.seq > state.seq + 1;
}

/** A push that was already applied changes nothing. */
export function applyPush(state: State, push: PagePush): State {
  if (push.type === 'hello') return greeted(state, push.seq);
  if (push.seq <= state.seq) return state;
  return change({ ...state, seq: push.seq }, push);
}

/** A new connection may be to a restarted server that counts from one: what is held counts as loaded, not pushed. */
function greeted(state: State, seq: number): State {
  return { ...state, seq, link: 'open', refusal: null, statuses: {}, messages: withoutSeqs(state.messages) };
}

function change(state: State, push: Exclude<PagePush, { readonly type: 'hello' }>): State {
  switch (push.type) {
    case 'message':
      return withPushed(state, push.message, push.seq);
    case 'message.deleted':
      return withDeleted(state, push.channel, push.ts);
    case 'channel':
      return withBoot(state, { channels: replaceChannel(state.boot?.channels ?? [], push.channel) });
    case 'bot':
      return state.boot ? withBoot(state, { bot: { ...state.boot.bot, connected: push.connected } }) : state;
    case 'services':
      return withBoot(state, { services: push.services });
    case 'status':
      return withStatus(state, push.channel, push.threadTs, push.text);
    case 'view.open':
      return { ...state, views: [...state.views.filter((view) => view.id !== push.view.id), push.view] };
    case 'view.update':
      return withViewUpdate(state, push.view);
    case 'view.close':
      return withoutView(state, push.viewId);
    case 'view.errors':
      return { ...state, viewErrors: { ...state.viewErrors, [push.viewId]: push.errors } };
    case 'toast':
      return push.user === state.me ? withToast(state, push.text) : state;
  }
}

function withBoot(state: State, changes: Partial<NonNullable<State['boot']>>): State {
  return state.boot ? { ...state, boot: { ...state.boot, ...changes } } : state;
}

function replaceChannel(channels: readonly PageChannel[], changed: PageChannel): readonly PageChannel[] {
  const isNew = channels.every((channel) => channel.id !== changed.id);
  return isNew ? [...channels, changed] : channels.map((channel) => (channel.id === changed.id ? changed : channel));
}

function withStatus(state: State, channel: string, threadTs: string, text: string): State {
  const key = placeKey({ channel, threadTs });
  const { [key]: _gone, ...others } = state.statuses;
  return { ...state, statuses: text === '' ? others : { ...others, [key]: text } };
}

/** Errors belong to the state they were answered to: an update clears them. */
function withViewUpdate(state: State, view: PageView): State {
  const views = state.views.map((each) => (each.id === view.id ? view : each));
  return { ...state, views, viewErrors: { ...state.viewErrors, [view.id]: {} } };
}

export function withoutView(state: State, viewId: string): State {
  return { ...state, views: state.views.filter((view) => view.id !== viewId) };
}
