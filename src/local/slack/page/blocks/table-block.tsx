import { parseRichText } from '../text/rich-text.ts';
import { TableScroll } from '../ui/table-scroll.tsx';
import { asList, asText, type Fields } from './fields.ts';
import { Inlines } from './inlines.tsx';
import { RichNodes } from './rich-nodes.tsx';

/** The `table` block: rows of `raw_text` or `rich_text` cells. The first row is the header, as in Slack. */
export function TableBlock({ block }: { readonly block: Fields }) {
  const rows = Array.isArray(block['rows']) ? block['rows'].map(asList) : [];
  const columns = asList(block['column_settings']);
  const [header = [], ...body] = rows;
  const classOf = (index: number): string | undefined => {
    const settings = columns[index] ?? {};
    const align = asText(settings['align']);
    return (
      [align && `align-${align}`, settings['is_wrapped'] === true && 'is-wrapped'].filter(Boolean).join(' ') ||
      undefined
    );
  };
  return (
    <TableScroll>
      <table class="data-table">
        <thead>
          <tr>
            {header.map((cell, index) => (
              <th key={index} scope="col" class={classOf(index)}>
                <Cell of={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row, at) => (
            <tr key={at}>
              {row.map((cell, index) => (
                <td key={index} class={classOf(index)}>
                  <Cell of={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

function Cell({ of }: { readonly of: Fields }) {
  if (of['type'] !== 'rich_text') return <>{asText(of['text'])}</>;
  const nodes = parseRichText(asList(of['elements']));
  const [only] = nodes;
  return only?.kind === 'paragraph' && nodes.length === 1 ? <Inlines of={only.children} /> : <RichNodes of={nodes} />;
}
