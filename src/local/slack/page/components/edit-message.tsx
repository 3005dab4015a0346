import { useLayoutEffect, useState } from 'preact/hooks';
import type { PageMessage } from '../../protocol.ts';
import { insideFence } from '../compose/fence.ts';
import { asTyped, withMentions } from '../compose/mentions.ts';
import { usePage } from '../page-context.ts';
import { channelsFor } from '../state/select.ts';
import { useTextarea } from './use-textarea.ts';

/** A message of one's own, being edited in place. */
export function EditMessage({ message, onDone }: { readonly message: PageMessage; readonly onDone: () => void }) {
  const { state, session } = usePage();
  const people = state.boot?.people ?? [];
  const [text, setText] = useState(() => asTyped(message.text, people, channelsFor(state)));
  const { area, apply } = useTextarea(text, setText);
  useLayoutEffect(() => {
    apply({ text, caret: text.length });
    area.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const save = async () => {
    const channels = channelsFor(state);
    const typed = text.trim();
    if (typed === '' || typed === asTyped(message.text, people, channels)) return onDone();
    const wire = withMentions(typed, people, channels);
    const answer = await session.act({ type: 'edit', channel: message.channel, ts: message.ts, text: wire });
    if (answer.ok) onDone();
  };
  return (
    <div class="edit-message">
      <textarea
        ref={area}
        rows={1}
        value={text}
        aria-label="Edit message"
        data-testid="edit-composer"
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.isComposing) return;
          if (event.key === 'Escape') {
            event.stopPropagation();
            onDone();
          } else if (
            event.key === 'Enter' &&
            !event.shiftKey &&
            !insideFence(text, event.currentTarget.selectionStart)
          ) {
            event.preventDefault();
            void save();
          }
        }}
      />
      <div class="edit-buttons">
        <button type="button" class="button small" onClick={onDone}>
          Cancel
        </button>
        <button type="button" class="button small primary" data-testid="edit-save" onClick={() => void save()}>
          Save
        </button>
      </div>
    </div>
  );
}
