import { useLayoutEffect, useRef } from 'preact/hooks';
import { usePage } from '../page-context.ts';
import { channelsFor } from '../state/select.ts';
import type { ControlProps } from './control-props.ts';
import { allChoicesOf, asList, asNumber, asText, type Choice, choicesOf, type Fields, labelOf } from './fields.ts';
import { FileControl } from './file-control.tsx';

/** An element that holds a value, drawn with the browser's own controls. */
export function Control(props: ControlProps) {
  switch (props.element['type']) {
    case 'static_select':
    case 'users_select':
    case 'channels_select':
    case 'conversations_select':
      return <SelectControl {...props} />;
    case 'radio_buttons':
      return <ChoiceControl {...props} isMany={false} />;
    case 'checkboxes':
      return <ChoiceControl {...props} isMany={true} />;
    case 'file_input':
      return <FileControl {...props} />;
    default:
      return <TextControl {...props} />;
  }
}

const inputTypes: Readonly<Record<string, string>> = {
  number_input: 'number',
  email_text_input: 'email',
  url_text_input: 'url',
  datepicker: 'date',
};

function TextControl({ element, id, value, onChange, isInvalid, isDisabled, describedBy, label }: ControlProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const text = typeof value === 'string' ? value : '';
  useLayoutEffect(() => {
    if (element['focus_on_load'] === true) area.current?.focus();
  }, []);
  const shared = {
    id,
    class: 'field',
    value: text,
    placeholder: labelOf(element['placeholder']),
    disabled: isDisabled,
    'aria-invalid': isInvalid,
    'aria-describedby': describedBy,
    'aria-label': label,
    'data-testid': `input-${asText(element['action_id'])}`,
  };
  if (element['multiline'] === true) {
    const isCode = text.includes('\n') || /code/i.test(asText(element['action_id']));
    return (
      <textarea
        {...shared}
        ref={area}
        class={isCode ? 'field field-code' : 'field'}
        rows={6}
        maxLength={asNumber(element['max_length'], 3000)}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  // The attribute types want one literal; all of these take the same attributes.
  const type = (inputTypes[asText(element['type'])] ?? 'text') as 'text';
  return <input {...shared} type={type} onInput={(event) => onChange(event.currentTarget.value)} />;
}

function SelectControl({ element, id, value, onChange, isInvalid, isDisabled, describedBy, label }: ControlProps) {
  const choices = useChoices(element);
  const groups = asList(element['option_groups']);
  const option = (choice: Choice) => (
    <option key={choice.value} value={choice.value}>
      {choice.label}
    </option>
  );
  return (
    <select
      id={id}
      class="field field-select"
      value={typeof value === 'string' ? value : ''}
      disabled={isDisabled}
      aria-invalid={isInvalid}
      aria-describedby={describedBy}
      aria-label={label}
      data-testid={`input-${asText(element['action_id'])}`}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      <option value="" disabled hidden>
        {labelOf(element['placeholder']) || 'Choose…'}
      </option>
      {groups.length === 0
        ? choices.map(option)
        : groups.map((group) => (
            <optgroup key={labelOf(group['label'])} label={labelOf(group['label'])}>
              {choicesOf(group['options']).map(option)}
            </optgroup>
          ))}
    </select>
  );
}

/** The app's own options, or the workspace's people or channels. */
function useChoices(element: Fields): readonly Choice[] {
  const { state } = usePage();
  if (element['type'] === 'static_select') return allChoicesOf(element);
  if (element['type'] === 'users_select') {
    return (state.boot?.people ?? []).map((each) => ({ label: each.realName, value: each.id, description: '' }));
  }
  return channelsFor(state)
    .filter((channel) => channel.kind !== 'im')
    .map((channel) => ({ label: `#${channel.name}`, value: channel.id, description: '' }));
}

function ChoiceControl(props: ControlProps & { readonly isMany: boolean }) {
  const { element, id, value, onChange, isMany, isDisabled, describedBy, label } = props;
  const chosen = typeof value === 'string' ? [value] : value;
  const toggle = (choice: string, isOn: boolean) => {
    if (!isMany) onChange(choice);
    else onChange(isOn ? [...chosen, choice] : chosen.filter((each) => each !== choice));
  };
  return (
    <fieldset class="choices" aria-describedby={describedBy} aria-label={label} disabled={isDisabled}>
      {choicesOf(element['options']).map((choice) => (
        <label key={choice.value} class="choice">
          <input
            type={isMany ? 'checkbox' : 'radio'}
            name={id}
            checked={chosen.includes(choice.value)}
            data-testid={`choice-${choice.value}`}
            onChange={(event) => toggle(choice.value, event.currentTarget.checked)}
          />
          <span>
            {choice.label}
            {choice.description && <small>{choice.description}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
