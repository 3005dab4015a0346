/** What a person wrote, cut into the pieces that mean different things to us. Both of Slack's forms become this one. */

export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'emoji'; readonly text: string }
  /** `user` is a person, a group, or `here` and the like; `name` is how to write it to the model, the id where Slack gives none. */
  | { readonly kind: 'mention'; readonly user: string; readonly name: string }
  | { readonly kind: 'inline'; readonly code: string }
  /** A code block. `info` is the language it declares, where its form has a place for one. */
  | { readonly kind: 'code'; readonly code: string; readonly info: string | undefined };

export function mentions(segments: readonly Segment[], user: string): boolean {
  return segments.some((segment) => segment.kind === 'mention' && segment.user === user);
}

export const isBlank = (segment: Segment) => segment.kind === 'text' && segment.text.trim() === '';

/** The pieces that carry meaning once `user` (the bot) has been addressed. */
export function spoken(segments: readonly Segment[], user: string): readonly Segment[] {
  return segments.filter((segment) => !isBlank(segment) && !(segment.kind === 'mention' && segment.user === user));
}

/** True when the first thing in the message is a mention of somebody else than `user`. */
export function beginsWithOther(segments: readonly Segment[], user: string): boolean {
  const first = segments.find((segment) => !isBlank(segment));
  return first?.kind === 'mention' && first.user !== user;
}

/** Emoji as characters, with what joins and colours them. Digits are left out although Unicode counts them in. */
const EMOJI = /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u200d|\ufe0f|\s)+$/u;

/** True for a reaction written as a message. */
export function isOnlyEmoji(segments: readonly Segment[]): boolean {
  const rest = segments.filter((segment) => !isBlank(segment));
  const isEmoji = (segment: Segment) =>
    segment.kind === 'emoji' || (segment.kind === 'text' && EMOJI.test(segment.text));
  return rest.length > 0 && rest.every(isEmoji);
}

function written(segment: Segment): string {
  switch (segment.kind) {
    case 'text':
    case 'emoji':
      return segment.text;
    case 'mention':
      return `@${segment.name}`;
    case 'inline':
      return `\`${segment.code}\``;
    case 'code':
      return `\n\`\`\`${segment.info ?? ''}\n${segment.code}\n\`\`\`\n`;
  }
}

/** The message as Markdown for the model, without the mentions of `user` (the bot). */
export function words(segments: readonly Segment[], user: string): string {
  let out = '';
  let seam = false;
  for (const segment of segments) {
    if (segment.kind === 'mention' && segment.user === user) {
      seam = true;
      continue;
    }
    const piece = written(segment);
    // Where a mention was taken out of a sentence, one of the two spaces around it goes too.
    const doubled = /^ /.test(piece) && (out === '' || /\s$/.test(out));
    out += seam && doubled ? piece.slice(1) : piece;
    seam = false;
  }
  return out.trim();
}
