import type { State } from './state.ts';

/** More than this at once would cover the page; the oldest goes. */
const mostToasts = 4;

export function withToast(state: State, text: string): State {
  // The same sentence twice is one toast.
  const others = state.toasts.filter((toast) => toast.text !== text);
  return {
    ...state,
    toasts: [...others, { id: state.nextToast, text }].slice(-mostToasts),
    nextToast: state.nextToast + 1,
  };
}
