/**
 * Slack's numbers, each with where it comes from:
 *   [doc]      Slack's reference pages
 *   [pkg]      the comments of @slack/types
 *   [measured] found by trial by others and not documented: a rumour; we stay well below it
 *   [ours]     our choice
 */
export const LIMITS = {
  /** Blocks in one message. [doc] */
  blocksPerMessage: 50,
  /**
   * All blocks of a message together, as `blocksSize` counts them. Messages of about 13,200 characters were refused with
   * `msg_blocks_too_long`, and one whose texts added up to 11,341 as well: containers count, `&<>` count escaped, a
   * header costs about 100. [measured: bolt-js issues 2509 and 2867] The number is ours.
   */
  messageChars: 12_000,
  /** What one block is counted as, beside its text. [measured for headers; taken for all] */
  blockOverheadChars: 100,
  /** What one element inside a rich_text block is counted as, beside its text. [ours] */
  elementOverheadChars: 10,
  /** `text` of a section block. [doc] */
  sectionChars: 3_000,
  /** One mrkdwn element of a context block. Not documented; the section's number is known to be safe. [ours] */
  contextChars: 3_000,
  /**
   * Top-level `text`: `chat.update` refuses more than 4,000, counted in bytes after escaping. [doc, bytes measured] The
   * number is ours.
   */
  fallbackBytes: 3_000,
  /** The one section of a simple message. [ours] */
  simpleChars: 2_900,
  /** Label of a button. [pkg] */
  buttonChars: 75,
  /** `value` of a button. [pkg] */
  buttonValueChars: 2_000,
  /** What a text input of a form holds. [pkg] */
  inputChars: 3_000,
  /** `indent` of a rich_text_list. [pkg] */
  listIndent: 8,
  /** `offset` of an ordered list. Not documented; a list that counts higher is shown as text. [ours] */
  listOffset: 10_000,
  /** `url` of a link. Not documented; a longer address is shown as text. [ours] */
  linkUrlChars: 2_000,
} as const;
