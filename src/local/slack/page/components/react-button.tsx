import type { PageMessage } from '../../protocol.ts';
import { usePage } from '../page-context.ts';
import { Icon } from '../ui/icon.tsx';
import { PopoverButton } from '../ui/popover.tsx';
import { EmojiPicker } from './emoji-picker.tsx';

export interface ReactButtonProps {
  readonly message: PageMessage;
  readonly class: string;
  readonly side: 'above' | 'below';
}

/** Opens the emoji grid and reacts with the choice. */
export function ReactButton({ message, class: className, side }: ReactButtonProps) {
  const { session } = usePage();
  const { channel, ts } = message;
  return (
    <PopoverButton
      label="Add a reaction"
      title="Add a reaction"
      class={className}
      side={side}
      align="end"
      haspopup="dialog"
      content={(close) => (
        <EmojiPicker
          onPick={(name) => {
            close();
            void session.act({ type: 'react', channel, ts, name });
          }}
        />
      )}
    >
      <Icon name="addReaction" size={18} />
    </PopoverButton>
  );
}
