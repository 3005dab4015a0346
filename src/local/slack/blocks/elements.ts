/** Text objects, options and interactive elements. Pure. */
import { anything, boolean, byType, either, integer, list, oneOf, type Rule, shape, string, url } from './rules.ts';

export function plainText(max: number): Rule {
  return byType({ plain_text: shape({ need: { text: string({ max }) }, may: { emoji: boolean } }) });
}

export function anyText(max: number): Rule {
  return byType({
    plain_text: shape({ need: { text: string({ max }) }, may: { emoji: boolean } }),
    mrkdwn: shape({ need: { text: string({ max }) }, may: { verbatim: boolean } }),
  });
}

const actionId = string({ max: 255 });

const confirm = shape({
  need: { title: plainText(100), text: anyText(300), confirm: plainText(30), deny: plainText(30) },
  may: { style: oneOf('primary', 'danger') },
});

const option = shape({
  need: { text: anyText(75), value: string({ max: 150 }) },
  may: { description: anyText(75), url },
});
const optionGroup = shape({ need: { label: plainText(75), options: list(option, 100) } });

const common = { action_id: actionId, confirm, focus_on_load: boolean };
const placeholder = plainText(150);

const button = shape({
  need: { text: plainText(75) },
  may: {
    action_id: actionId,
    url,
    value: string({ max: 2000 }),
    style: oneOf('primary', 'danger'),
    confirm,
    accessibility_label: string({ max: 75 }),
  },
});

const staticSelect = shape({
  may: {
    ...common,
    placeholder,
    options: list(option, 100),
    option_groups: list(optionGroup, 100),
    initial_option: option,
  },
  also: either('options', 'option_groups'),
});
const multiStaticSelect = shape({
  may: {
    ...common,
    placeholder,
    options: list(option, 100),
    option_groups: list(optionGroup, 100),
    initial_options: list(option, 100),
    max_selected_items: integer(1, 100),
  },
  also: either('options', 'option_groups'),
});
const choices = { options: list(option, 10), initial_options: list(option, 10), initial_option: option };
const pickers = {
  ...common,
  placeholder,
  initial_user: anything,
  initial_users: anything,
  initial_channel: anything,
  initial_channels: anything,
  initial_conversation: anything,
  initial_conversations: anything,
  default_to_current_conversation: boolean,
  response_url_enabled: boolean,
  filter: anything,
  max_selected_items: integer(1, 100),
};

const textInput = shape({
  may: {
    action_id: actionId,
    placeholder,
    focus_on_load: boolean,
    initial_value: string({ max: 3000, min: 0 }),
    multiline: boolean,
    min_length: integer(0, 3000),
    max_length: integer(1, 3000),
    dispatch_action_config: anything,
  },
});

const imageElement = shape({
  need: { alt_text: string({ max: 2000 }) },
  may: { image_url: url, slack_file: anything },
  also: either('image_url', 'slack_file'),
});

const selects: Readonly<Record<string, Rule>> = {
  static_select: staticSelect,
  external_select: shape({
    may: { ...common, placeholder, initial_option: option, min_query_length: integer(0, 100) },
  }),
  users_select: shape({ may: pickers }),
  conversations_select: shape({ may: pickers }),
  channels_select: shape({ may: pickers }),
  multi_static_select: multiStaticSelect,
  multi_users_select: shape({ may: pickers }),
  multi_conversations_select: shape({ may: pickers }),
  multi_channels_select: shape({ may: pickers }),
  datepicker: shape({ may: { ...common, placeholder, initial_date: string({ max: 10 }) } }),
  timepicker: shape({
    may: { ...common, placeholder, initial_time: string({ max: 5 }), timezone: string({ max: 100 }) },
  }),
  datetimepicker: shape({ may: { ...common, initial_date_time: integer(0, 9_999_999_999) } }),
  checkboxes: shape({
    need: { options: choices.options },
    may: { ...common, initial_options: choices.initial_options },
  }),
  radio_buttons: shape({ need: { options: choices.options }, may: { ...common, initial_option: option } }),
};

const overflow = shape({ need: { options: list(option, 5) }, may: { action_id: actionId, confirm } });

/** Elements of an `actions` block. */
export const actionElement = byType({ button, overflow, ...selects });

/** What may stand beside a section's text. */
export const accessory = byType({ button, overflow, image: imageElement, ...selects });

export const contextElement = byType({
  image: imageElement,
  plain_text: shape({ need: { text: string({ max: 2000 }) }, may: { emoji: boolean } }),
  mrkdwn: shape({ need: { text: string({ max: 2000 }) }, may: { verbatim: boolean } }),
});

const feedbackButton = shape({
  need: { text: plainText(75), value: string({ max: 2000 }) },
  may: { accessibility_label: string({ max: 75 }) },
});

/** Elements of a `context_actions` block. */
export const contextActionElement = byType({
  feedback_buttons: shape({
    need: { positive_button: feedbackButton, negative_button: feedbackButton },
    may: { action_id: actionId },
  }),
  icon_button: shape({
    need: { icon: oneOf('trash'), text: plainText(75) },
    may: {
      action_id: actionId,
      value: string({ max: 2000 }),
      confirm,
      accessibility_label: string({ max: 75 }),
      visible_to_user_ids: anything,
    },
  }),
});

/** What an `input` block of a modal may hold. */
export const inputElement = byType({
  plain_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: shape({
    need: { is_decimal_allowed: boolean },
    may: {
      action_id: actionId,
      placeholder,
      focus_on_load: boolean,
      initial_value: anything,
      min_value: anything,
      max_value: anything,
      dispatch_action_config: anything,
    },
  }),
  rich_text_input: shape({
    may: { ...common, placeholder, initial_value: anything, dispatch_action_config: anything },
  }),
  file_input: shape({
    may: { action_id: actionId, filetypes: list(string({ max: 50 }), 100), max_files: integer(1, 10) },
  }),
  ...selects,
});
