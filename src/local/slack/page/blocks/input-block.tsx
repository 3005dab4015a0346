import { useId, useState } from 'preact/hooks';
import { cx } from '../ui/cx.ts';
import { Control } from './control.tsx';
import { asFields, asText, type Fields } from './fields.ts';
import { type InputValue, useBlockHost } from './host.ts';
import { initialValue, isControl } from './initial.ts';
import { Label } from './text-object.tsx';

/** A labelled input. Its value waits for the modal's submit, unless it dispatches each change. */
export function InputBlock({ block, blockId }: { readonly block: Fields; readonly blockId: string }) {
  const { form, press } = useBlockHost();
  const id = useId();
  const element = asFields(block['element']);
  const actionId = asText(element['action_id']);
  const [own, setOwn] = useState<InputValue>(() => initialValue(element));
  if (!isControl(element)) {
    return <p class="block-unknown">This input is not drawn here: {asText(element['type']) || 'unknown'}</p>;
  }
  const error = form?.error(blockId);
  const change = (value: InputValue) => {
    setOwn(value);
    form?.change(blockId, actionId, value);
    if (block['dispatch_action'] === true && typeof value === 'string') void press(blockId, actionId, value);
  };
  return (
    <div class={cx('input-block', error !== undefined && 'has-error')}>
      <label class="input-label" for={id}>
        <Label of={block['label']} />
        {block['optional'] === true && <small> (optional)</small>}
      </label>
      <Control
        element={element}
        id={id}
        value={form?.value(blockId, actionId) ?? own}
        onChange={change}
        isInvalid={error !== undefined}
        isDisabled={false}
        describedBy={`${id}-note`}
        label={undefined}
      />
      <p
        id={`${id}-note`}
        class={error === undefined ? 'input-hint' : 'field-error'}
        role={error ? 'alert' : undefined}
      >
        {error ?? <Label of={block['hint']} />}
      </p>
    </div>
  );
}
