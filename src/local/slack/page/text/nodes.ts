/**
 * The one tree that mrkdwn, `rich_text` and Markdown are read into, so that the page draws formatted text in one place.
 * Every string in it is literal text: nothing here is HTML.
 */
export type Mark = 'bold' | 'italic' | 'strike' | 'underline' | 'code';

export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'marked'; readonly mark: Mark; readonly children: readonly Inline[] }
  | { readonly kind: 'link'; readonly url: string; readonly children: readonly Inline[] }
  | { readonly kind: 'user'; readonly id: string; readonly label?: string }
  | { readonly kind: 'channel'; readonly id: string; readonly label?: string }
  | { readonly kind: 'broadcast'; readonly range: string }
  | { readonly kind: 'group'; readonly label: string }
  | { readonly kind: 'emoji'; readonly name: string }
  | { readonly kind: 'color'; readonly value: string }
  | { readonly kind: 'break' };

export interface ListNode {
  readonly kind: 'list';
  readonly ordered: boolean;
  /** The first number of an ordered list. */
  readonly start: number;
  /** 0 for the outermost level. */
  readonly indent: number;
  readonly items: readonly (readonly RichNode[])[];
}

export type RichNode =
  | { readonly kind: 'paragraph'; readonly children: readonly Inline[] }
  | { readonly kind: 'heading'; readonly level: number; readonly children: readonly Inline[] }
  | { readonly kind: 'pre'; readonly text: string; readonly language?: string }
  | { readonly kind: 'quote'; readonly children: readonly RichNode[] }
  | ListNode
  | {
      readonly kind: 'table';
      readonly header: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    }
  | { readonly kind: 'rule' };

export function text(value: string): Inline {
  return { kind: 'text', text: value };
}

/** Plain text with `\n` as line breaks. */
export function lines(value: string): Inline[] {
  const out: Inline[] = [];
  for (const [index, line] of value.split('\n').entries()) {
    if (index > 0) out.push({ kind: 'break' });
    if (line !== '') out.push(text(line));
  }
  return out;
}

/** What a screen reader or a short preview says of the inlines. `nameOf` turns a user or channel id into a name. */
export function plainInlines(inlines: readonly Inline[], nameOf: (id: string) => string): string {
  return inlines.map((inline) => plainInline(inline, nameOf)).join('');
}

function plainInline(inline: Inline, nameOf: (id: string) => string): string {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'marked':
    case 'link':
      return plainInlines(inline.children, nameOf);
    case 'user':
      return `@${inline.label ?? nameOf(inline.id)}`;
    case 'channel':
      return `#${inline.label ?? nameOf(inline.id)}`;
    case 'broadcast':
      return `@${inline.range}`;
    case 'group':
      return inline.label;
    case 'emoji':
      return `:${inline.name}:`;
    case 'color':
      return inline.value;
    case 'break':
      return ' ';
  }
}
