/** The value an input starts with. */
import { asFields, asList, asText, type Fields } from './fields.ts';
import type { InputValue } from './host.ts';

export function initialValue(element: Fields): InputValue {
  switch (element['type']) {
    case 'checkboxes':
      return asList(element['initial_options']).map((option) => asText(option['value']));
    case 'file_input':
      return [];
    case 'static_select':
    case 'radio_buttons':
      return asText(asFields(element['initial_option'])['value']);
    case 'users_select':
      return asText(element['initial_user']);
    case 'channels_select':
      return asText(element['initial_channel']);
    case 'conversations_select':
      return asText(element['initial_conversation']);
    case 'datepicker':
      return asText(element['initial_date']);
    default:
      return asText(element['initial_value']);
  }
}

/** Elements that hold a value, and which the page can draw. */
const drawn = new Set([
  'plain_text_input',
  'number_input',
  'email_text_input',
  'url_text_input',
  'datepicker',
  'static_select',
  'users_select',
  'channels_select',
  'conversations_select',
  'radio_buttons',
  'checkboxes',
  'file_input',
]);

export function isControl(element: Fields): boolean {
  return drawn.has(asText(element['type']));
}
