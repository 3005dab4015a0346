import { useState } from 'preact/hooks';
import type { PageMessage } from '../../protocol.ts';
import { usePage } from '../page-context.ts';
import { unescapeText } from '../text/escape.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { PopoverButton } from '../ui/popover.tsx';

export interface MoreMenuProps {
  readonly message: PageMessage;
  readonly onEdit: () => void;
}

/** The app's shortcuts, and what one can do with a message of one's own. */
export function MoreMenu({ message, onEdit }: MoreMenuProps) {
  const { session } = usePage();
  const [isDeleting, setDeleting] = useState(false);
  const { channel, ts } = message;
  return (
    <>
      <PopoverButton
        label="More actions"
        title="More actions"
        class="icon-button"
        align="end"
        testId="more"
        content={(close) => (
          <MoreItems message={message} onEdit={onEdit} onDelete={() => setDeleting(true)} onClose={close} />
        )}
      >
        <Icon name="more" size={18} />
      </PopoverButton>
      {isDeleting && (
        <DeleteDialog
          onCancel={() => setDeleting(false)}
          onDelete={() => {
            setDeleting(false);
            void session.act({ type: 'delete', channel, ts });
          }}
        />
      )}
    </>
  );
}

interface MoreItemsProps extends MoreMenuProps {
  readonly onDelete: () => void;
  readonly onClose: () => void;
}

function MoreItems({ message, onEdit, onDelete, onClose }: MoreItemsProps) {
  const { state, session } = usePage();
  const { channel, ts } = message;
  const isMine = message.user === state.me;
  const shortcuts = (state.boot?.shortcuts ?? []).filter((shortcut) => shortcut.kind === 'message');
  const item = (action: () => void) => () => {
    onClose();
    action();
  };
  return (
    <Menu label="More actions">
      {shortcuts.map(({ callbackId, name }) => (
        <MenuItem
          key={callbackId}
          icon="play"
          testId={`shortcut-${callbackId}`}
          onChoose={item(() => void session.act({ type: 'shortcut', callbackId, channel, ts }))}
        >
          {name}
        </MenuItem>
      ))}
      <MenuItem icon="copy" onChoose={item(() => void copyText(message))}>
        Copy text
      </MenuItem>
      {isMine && (
        <MenuItem icon="pencil" testId="edit" onChoose={item(onEdit)}>
          Edit message
        </MenuItem>
      )}
      {isMine && (
        <MenuItem icon="trash" testId="delete" isDanger onChoose={item(onDelete)}>
          Delete message…
        </MenuItem>
      )}
    </Menu>
  );
}

async function copyText(message: PageMessage): Promise<void> {
  try {
    await navigator.clipboard.writeText(unescapeText(message.text));
  } catch {
    // The browser forbids it; the text can still be selected.
  }
}

function DeleteDialog({ onCancel, onDelete }: { readonly onCancel: () => void; readonly onDelete: () => void }) {
  return (
    <Dialog title="Delete message" onClose={onCancel} class="dialog-small">
      <p class="dialog-body">Delete this message? This cannot be undone.</p>
      <footer class="dialog-foot">
        <button type="button" class="button" onClick={onCancel}>
          Cancel
        </button>
        <button type="button" class="button danger" data-testid="delete-yes" onClick={onDelete}>
          Delete
        </button>
      </footer>
    </Dialog>
  );
}
