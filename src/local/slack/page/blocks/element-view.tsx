import { useId, useState } from 'preact/hooks';
import { BlockButton, OverflowElement } from './button-element.tsx';
import { Control } from './control.tsx';
import { asText, type Fields, labelOf } from './fields.ts';
import { type InputValue, useBlockHost } from './host.ts';
import { BlockImage } from './image-block.tsx';
import { initialValue, isControl } from './initial.ts';
import { usePress } from './use-press.tsx';

interface ElementProps {
  readonly element: Fields;
  readonly blockId: string;
}

/** One element of a section or an actions block. */
export function ElementView({ element, blockId }: ElementProps) {
  const type = asText(element['type']);
  switch (type) {
    case 'button':
    case 'workflow_button':
      return <BlockButton element={element} blockId={blockId} />;
    case 'overflow':
      return <OverflowElement element={element} blockId={blockId} />;
    case 'image':
      return (
        <div class="accessory-image">
          <BlockImage image={element} title="" />
        </div>
      );
    default:
      if (isControl(element)) return <LiveControl element={element} blockId={blockId} />;
      return <p class="block-unknown">This element is not drawn here: {type || 'unknown'}</p>;
  }
}

/** A control outside an input block: every choice is pressed at once. In a modal its value is held as well. */
function LiveControl({ element, blockId }: ElementProps) {
  const { form } = useBlockHost();
  const id = useId();
  const { press, isBusy, dialog } = usePress(element, blockId);
  const [own, setOwn] = useState<InputValue>(() => initialValue(element));
  const actionId = asText(element['action_id']);
  const change = (value: InputValue) => {
    setOwn(value);
    form?.change(blockId, actionId, value);
    press(typeof value === 'string' ? value : value.join(','));
  };
  return (
    <>
      <Control
        element={element}
        id={id}
        value={form?.value(blockId, actionId) ?? own}
        onChange={change}
        isInvalid={false}
        isDisabled={isBusy}
        describedBy={undefined}
        label={labelOf(element['placeholder']) || actionId}
      />
      {dialog}
    </>
  );
}
