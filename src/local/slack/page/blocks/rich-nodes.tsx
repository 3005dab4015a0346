import { useMemo } from 'preact/hooks';
import { parseMrkdwn } from '../text/mrkdwn.ts';
import type { Inline, ListNode, RichNode } from '../text/nodes.ts';
import { cx } from '../ui/cx.ts';
import { TableScroll } from '../ui/table-scroll.tsx';
import { CodeBlock } from './code-block.tsx';
import { Inlines } from './inlines.tsx';

/** Draws formatted text, whichever notation it was read from. */
export function RichNodes({ of }: { readonly of: readonly RichNode[] }) {
  return (
    <>
      {of.map((node, index) => (
        // The kind is in the key so that a stretch that turns into code while streaming gets a fresh element.
        <NodeView key={`${index} ${node.kind}`} node={node} />
      ))}
    </>
  );
}

export function Mrkdwn({ text }: { readonly text: string }) {
  const nodes = useMemo(() => parseMrkdwn(text), [text]);
  return <RichNodes of={nodes} />;
}

function NodeView({ node }: { readonly node: RichNode }) {
  switch (node.kind) {
    case 'paragraph':
      return (
        <p class={cx('rich-p', isOnlyEmoji(node) && 'big-emoji')}>
          <Inlines of={node.children} />
        </p>
      );
    case 'heading':
      return <Heading level={node.level} of={node.children} />;
    case 'pre':
      return <CodeBlock text={node.text} language={node.language} />;
    case 'quote':
      return (
        <blockquote>
          <RichNodes of={node.children} />
        </blockquote>
      );
    case 'list':
      return <ListView list={node} />;
    case 'table':
      return <MarkdownTable header={node.header} rows={node.rows} />;
    case 'rule':
      return <hr />;
  }
}

/** A message's own headings come below those of the page. */
function Heading({ level, of }: { readonly level: number; readonly of: readonly Inline[] }) {
  const Tag = (['h3', 'h4', 'h5'] as const)[level - 1] ?? 'h6';
  return (
    <Tag class="rich-h">
      <Inlines of={of} />
    </Tag>
  );
}

/** Up to this many emoji on their own are drawn large. */
const fewEmoji = 23;

function isOnlyEmoji(node: Extract<RichNode, { kind: 'paragraph' }>): boolean {
  const solid = node.children.filter((inline) => inline.kind !== 'text' || inline.text.trim() !== '');
  return solid.length > 0 && solid.length <= fewEmoji && solid.every((inline) => inline.kind === 'emoji');
}

function ListView({ list }: { readonly list: ListNode }) {
  const items = list.items.map((item, index) => (
    <li key={index}>
      <RichNodes of={item} />
    </li>
  ));
  const className = `rich-list indent-${Math.min(list.indent, 5)}`;
  return list.ordered ? (
    <ol class={className} start={list.start}>
      {items}
    </ol>
  ) : (
    <ul class={className}>{items}</ul>
  );
}

type Table = Extract<RichNode, { kind: 'table' }>;

function MarkdownTable({ header, rows }: Pick<Table, 'header' | 'rows'>) {
  return (
    <TableScroll>
      <table class="data-table">
        <thead>
          <tr>
            {header.map((cell, index) => (
              <th key={index} scope="col">
                <Inlines of={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, index) => (
                <td key={index}>
                  <Inlines of={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
