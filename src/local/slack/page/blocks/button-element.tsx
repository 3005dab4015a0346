import { safeUrl } from '../text/escape.ts';
import { cx } from '../ui/cx.ts';
import { Icon } from '../ui/icon.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { PopoverButton } from '../ui/popover.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { asText, choicesOf, type Fields } from './fields.ts';
import { Label } from './text-object.tsx';
import { usePress } from './use-press.tsx';

interface ElementProps {
  readonly element: Fields;
  readonly blockId: string;
}

export function BlockButton({ element, blockId }: ElementProps) {
  const { press, isBusy, dialog } = usePress(element, blockId);
  const style = asText(element['style']);
  const url = safeUrl(asText(element['url']));
  return (
    <>
      <button
        type="button"
        class={cx('button', 'small', (style === 'primary' || style === 'danger') && style)}
        aria-label={asText(element['accessibility_label']) || undefined}
        data-testid={`button-${asText(element['action_id'])}`}
        disabled={isBusy}
        onClick={() => {
          if (url) window.open(url, '_blank', 'noreferrer,noopener');
          press();
        }}
      >
        {isBusy && <Spinner />}
        <Label of={element['text']} />
      </button>
      {dialog}
    </>
  );
}

export function OverflowElement({ element, blockId }: ElementProps) {
  const { press, isBusy, dialog } = usePress(element, blockId);
  return (
    <>
      <PopoverButton
        label="More actions"
        class="button small icon-only"
        align="end"
        disabled={isBusy}
        testId={`button-${asText(element['action_id'])}`}
        content={(close) => (
          <Menu label="More actions">
            {choicesOf(element['options']).map((choice) => (
              <MenuItem
                key={choice.value}
                onChoose={() => {
                  close();
                  press(choice.value);
                }}
              >
                {choice.label}
              </MenuItem>
            ))}
          </Menu>
        )}
      >
        <Icon name="more" size={18} />
      </PopoverButton>
      {dialog}
    </>
  );
}
