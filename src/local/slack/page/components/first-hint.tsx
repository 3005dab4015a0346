import { useEffect, useState } from 'preact/hooks';
import type { PageChannel } from '../../protocol.ts';
import { usePage } from '../page-context.ts';
import { personById } from '../state/select.ts';
import { Icon } from '../ui/icon.tsx';

/** Said to somebody new here, until they close it or open a thread. */
export function FirstHint({ channel }: { readonly channel: PageChannel }) {
  const { state, storage } = usePage();
  const [isKnown, setKnown] = useState(() => storage.get('hint') !== '');
  const close = () => {
    storage.set('hint', 'seen');
    setKnown(true);
  };
  const bot = personById(state, state.boot?.bot.userId ?? '');
  const hasFoundThreads = state.place?.threadTs !== undefined;
  useEffect(() => {
    if (hasFoundThreads) close();
  }, [hasFoundThreads]);
  if (isKnown || !bot || channel.kind === 'im' || !channel.members.includes(bot.id)) return null;
  return (
    <aside class="first-hint" aria-label="Hint">
      <span>
        <strong>New here?</strong> Mention <span class="mention">@{bot.name}</span> with a task. It answers in a thread;
        reply there without a mention and the variables are still there.
      </span>
      <button type="button" class="icon-button" aria-label="Got it" onClick={close}>
        <Icon name="close" size={16} />
      </button>
    </aside>
  );
}
