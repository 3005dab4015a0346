import { emojiCharacter, pickerEmoji } from '../text/emoji.ts';

/** A small grid of the emoji people use most. */
export function EmojiPicker({ onPick }: { readonly onPick: (name: string) => void }) {
  return (
    <div class="emoji-grid">
      {pickerEmoji.map((name) => (
        <button
          key={name}
          type="button"
          class="emoji-choice"
          aria-label={name.replaceAll('_', ' ')}
          title={`:${name}:`}
          onClick={() => onPick(name)}
        >
          {emojiCharacter(name)}
        </button>
      ))}
    </div>
  );
}
