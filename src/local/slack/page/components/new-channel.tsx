import { useState } from 'preact/hooks';
import { channelName } from '../compose/channel-name.ts';
import { usePage } from '../page-context.ts';
import { Dialog } from '../ui/dialog.tsx';

export function NewChannel({ onClose, onCreated }: { readonly onClose: () => void; readonly onCreated: () => void }) {
  const { session } = usePage();
  const [name, setName] = useState('');
  const [error, setError] = useState('');
  const create = async () => {
    const clean = channelName(name).replace(/^-+|-+$/g, '');
    if (clean === '') return setError('Give the channel a name, such as sales-data.');
    const answer = await session.act({ type: 'create-channel', name: clean }, 'quietly');
    if (!answer.ok) return setError(answer.error);
    onClose();
    onCreated();
    if (answer.channel) session.go({ channel: answer.channel });
  };
  return (
    <Dialog title="Create a channel" onClose={onClose} class="dialog-small" testId="new-channel">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <div class="dialog-body">
          <label class="input-label" for="new-channel-name">
            Name
          </label>
          <input
            id="new-channel-name"
            class="field"
            value={name}
            maxLength={80}
            placeholder="e.g. sales-data"
            autocomplete="off"
            aria-invalid={error !== ''}
            aria-describedby="new-channel-note"
            data-testid="new-channel-name"
            onInput={(event) => {
              setError('');
              setName(channelName(event.currentTarget.value));
            }}
          />
          <p
            id="new-channel-note"
            class={error === '' ? 'input-hint' : 'field-error'}
            role={error === '' ? undefined : 'alert'}
          >
            {error || 'Lower-case letters, digits and hyphens. Everybody can join it.'}
          </p>
        </div>
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button primary" data-testid="new-channel-create">
            Create
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
