import type { ComponentChildren } from 'preact';
import { cx } from './cx.ts';
import { Icon, type IconName } from './icon.tsx';

export interface MenuItemProps {
  readonly children: ComponentChildren;
  readonly onChoose: () => void;
  readonly icon?: IconName;
  readonly isDanger?: boolean;
  readonly isChecked?: boolean;
  readonly testId?: string;
}

export function Menu({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    <div class="menu" role="menu" aria-label={label}>
      {children}
    </div>
  );
}

export function MenuItem({ children, onChoose, icon, isDanger, isChecked, testId }: MenuItemProps) {
  const role =
    isChecked === undefined
      ? { role: 'menuitem' as const }
      : { role: 'menuitemradio' as const, 'aria-checked': isChecked };
  return (
    <button
      type="button"
      {...role}
      class={cx('menu-item', isDanger && 'is-danger')}
      data-testid={testId}
      onClick={onChoose}
    >
      {icon && <Icon name={icon} size={18} />}
      <span class="menu-label">{children}</span>
      {isChecked && <Icon name="check" size={18} />}
    </button>
  );
}
