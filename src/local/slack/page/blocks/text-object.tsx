import { useMemo } from 'preact/hooks';
import { escapeText } from '../text/escape.ts';
import { parseInline } from '../text/inline.ts';
import { asFields, asText, labelOf } from './fields.ts';
import { Inlines } from './inlines.tsx';
import { Mrkdwn } from './rich-nodes.tsx';

/** A text object: mrkdwn in full, or plain text in which only emoji names are read. */
export function TextObject({ of }: { readonly of: unknown }) {
  const fields = asFields(of);
  if (fields['type'] === 'mrkdwn') return <Mrkdwn text={asText(fields['text'])} />;
  return <Label of={of} />;
}

/** A text object on one line: a button, an option, a title. */
export function Label({ of }: { readonly of: unknown }) {
  const label = labelOf(of);
  const inlines = useMemo(() => plainInlines(label), [label]);
  return <Inlines of={inlines} />;
}

/** Plain text keeps its markers: only emoji names and line breaks mean something. */
function plainInlines(label: string) {
  return label.split(/(:[a-z0-9_+'-]+:|\n)/).flatMap((part) => {
    if (/^(?::.+:|\n)$/.test(part)) return parseInline(escapeText(part));
    return part === '' ? [] : [{ kind: 'text' as const, text: part }];
  });
}
