import type { Option } from '../compose/options.ts';
import { Avatar } from '../ui/avatar.tsx';
import { cx } from '../ui/cx.ts';

export interface CompletionListProps {
  readonly id: string;
  readonly options: readonly Option[];
  readonly active: number;
  readonly onChoose: (option: Option) => void;
}

/** The choices above the composer. The focus stays in the text; the active choice is told by `aria-activedescendant`. */
export function CompletionList({ id, options, active, onChoose }: CompletionListProps) {
  return (
    <div id={id} class="completions" role="listbox" aria-label="Suggestions" tabIndex={-1}>
      {options.map((option, index) => (
        <div
          key={option.key}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          class={cx('completion', index === active && 'is-active')}
          // The press must not take the focus out of the text.
          onMouseDown={(event) => {
            event.preventDefault();
            onChoose(option);
          }}
        >
          {option.person ? (
            <Avatar person={option.person} size={20} />
          ) : (
            <span class="completion-symbol" aria-hidden="true">
              {option.symbol}
            </span>
          )}
          <span class="completion-label">{option.label}</span>
          {option.person?.isBot && <span class="app-tag">APP</span>}
          {option.usage && <code class="completion-usage">{option.usage}</code>}
          <span class="completion-detail">{option.detail}</span>
        </div>
      ))}
    </div>
  );
}
