import { useState } from 'preact/hooks';
import type { PageMessage } from '../../protocol.ts';
import { usePage } from '../page-context.ts';

/** Which message is being edited, and how ArrowUp finds the last one of one's own. */
export function useEditing(messages: readonly PageMessage[], composerId: string) {
  const { state } = usePage();
  const [editing, setEditing] = useState<string | null>(null);
  const edit = (ts: string | null) => {
    setEditing(ts);
    if (ts === null) document.getElementById(composerId)?.focus();
  };
  const editLast = () => {
    const mine = messages.findLast((message) => message.user === state.me && message.ephemeralFor === undefined);
    if (mine) setEditing(mine.ts);
  };
  return { editing, edit, editLast };
}
