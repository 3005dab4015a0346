import { useRef } from 'preact/hooks';
import { usePage } from '../page-context.ts';
import { cx } from '../ui/cx.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { PopoverButton } from '../ui/popover.tsx';
import { EmojiPicker } from './emoji-picker.tsx';
import type { useComposer } from './use-composer.ts';

export interface ComposerToolbarProps {
  readonly inThread: boolean;
  readonly composer: ReturnType<typeof useComposer>;
}

export function ComposerToolbar({ inThread, composer }: ComposerToolbarProps) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <div class="composer-toolbar">
      <input
        ref={picker}
        type="file"
        multiple
        class="visually-hidden"
        tabIndex={-1}
        aria-label="Attach files"
        data-testid={inThread ? 'thread-attach' : 'attach'}
        onChange={(event) => {
          composer.addFiles([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
      <AttachButton onAttach={() => picker.current?.click()} />
      <span class="toolbar-line" aria-hidden="true" />
      <EmojiButton onPick={composer.insertEmoji} />
      <Tool icon="at" label="Mention someone" onPress={composer.insertMention} />
      <Tool icon="code" label="Code block" onPress={composer.insertCode} />
      {!inThread && <Tool icon="slash" label="Slash command" onPress={composer.startCommand} />}
      <button
        type="button"
        class={cx('send', composer.canSend && 'is-ready')}
        aria-label="Send"
        title="Send"
        aria-disabled={!composer.canSend}
        data-testid={inThread ? 'thread-send' : 'send'}
        onClick={composer.send}
      >
        <Icon name="send" size={18} />
      </button>
    </div>
  );
}

function EmojiButton({ onPick }: { readonly onPick: (name: string) => void }) {
  return (
    <PopoverButton
      label="Emoji"
      title="Emoji"
      class="icon-button"
      side="above"
      haspopup="dialog"
      content={(close) => (
        <EmojiPicker
          onPick={(name) => {
            close();
            onPick(name);
          }}
        />
      )}
    >
      <Icon name="smile" />
    </PopoverButton>
  );
}

function Tool({
  icon,
  label,
  onPress,
}: {
  readonly icon: IconName;
  readonly label: string;
  readonly onPress: () => void;
}) {
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={onPress}>
      <Icon name={icon} />
    </button>
  );
}

/** A plain attach button, or a menu when the app has global shortcuts. */
function AttachButton({ onAttach }: { readonly onAttach: () => void }) {
  const { state, session } = usePage();
  const shortcuts = (state.boot?.shortcuts ?? []).filter((shortcut) => shortcut.kind === 'global');
  if (shortcuts.length === 0) {
    return (
      <button type="button" class="icon-button round" aria-label="Attach files" title="Attach files" onClick={onAttach}>
        <Icon name="plus" />
      </button>
    );
  }
  return (
    <PopoverButton
      label="Attach files and shortcuts"
      title="Attach files and shortcuts"
      class="icon-button round"
      side="above"
      content={(close) => (
        <Menu label="Attach">
          <MenuItem
            icon="file"
            onChoose={() => {
              close();
              onAttach();
            }}
          >
            Upload files
          </MenuItem>
          {shortcuts.map((shortcut) => (
            <MenuItem
              key={shortcut.callbackId}
              icon="play"
              testId={`shortcut-${shortcut.callbackId}`}
              onChoose={() => {
                close();
                void session.act({ type: 'shortcut', callbackId: shortcut.callbackId });
              }}
            >
              {shortcut.name}
            </MenuItem>
          ))}
        </Menu>
      )}
    >
      <Icon name="plus" />
    </PopoverButton>
  );
}
