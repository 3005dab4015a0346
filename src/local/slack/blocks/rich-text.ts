/** `rich_text` and what stands in it. Pure. */
import { anything, boolean, byType, integer, list, oneOf, type Rule, shape, string } from './rules.ts';

const style = shape({
  may: {
    bold: boolean,
    italic: boolean,
    strike: boolean,
    code: boolean,
    underline: boolean,
    highlight: boolean,
    client_highlight: boolean,
    unlink: boolean,
  },
});
const any = { max: 40_000 };

const inline: Rule = byType({
  text: shape({ need: { text: string(any) }, may: { style } }),
  link: shape({ need: { url: string({ max: 3000 }) }, may: { text: string(any), style, unsafe: boolean } }),
  emoji: shape({ need: { name: string({ max: 100 }) }, may: { unicode: anything, skin_tone: anything, style } }),
  user: shape({ need: { user_id: string({ max: 20 }) }, may: { style } }),
  usergroup: shape({ need: { usergroup_id: string({ max: 20 }) }, may: { style } }),
  channel: shape({ need: { channel_id: string({ max: 20 }) }, may: { style } }),
  broadcast: shape({ need: { range: oneOf('here', 'channel', 'everyone') }, may: { style } }),
  date: shape({
    need: { timestamp: anything, format: string({ max: 200 }) },
    may: { url: anything, fallback: anything, style },
  }),
  color: shape({ need: { value: string({ max: 20 }) }, may: { style } }),
});

/** A preformatted element holds text and links only. */
const literal: Rule = byType({
  text: shape({ need: { text: string(any) }, may: { style } }),
  link: shape({ need: { url: string({ max: 3000 }) }, may: { text: string(any), style, unsafe: boolean } }),
});

const section = shape({ need: { elements: list(inline, 10_000, 0) } });
const border = integer(0, 1);

const parts: Rule = byType({
  rich_text_section: section,
  rich_text_preformatted: shape({
    need: { elements: list(literal, 10_000, 0) },
    may: { border, language: string({ max: 50 }) },
  }),
  rich_text_quote: shape({ need: { elements: list(inline, 10_000, 0) }, may: { border } }),
  rich_text_list: shape({
    need: { style: oneOf('bullet', 'ordered'), elements: list(byType({ rich_text_section: section }), 1000) },
    may: { indent: integer(0, 8), offset: integer(0, 10_000), border },
  }),
});

export const richText = shape({ need: { elements: list(parts, 1000) } });
