import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Block } from '../../protocol.ts';
import { parseMarkdown } from '../text/markdown.ts';
import { parseRichText } from '../text/rich-text.ts';
import { ElementView } from './element-view.tsx';
import { asFields, asList, asText, type Fields, labelOf } from './fields.ts';
import { useBlockHost } from './host.ts';
import { BlockImage, imageSource } from './image-block.tsx';
import { InputBlock } from './input-block.tsx';
import { Mrkdwn, RichNodes } from './rich-nodes.tsx';
import { TableBlock } from './table-block.tsx';
import { Label, TextObject } from './text-object.tsx';

/**
 * Draws blocks. The key is position and type, not `block_id`: apps change the id with every edit, and a new key would
 * replace the element and lose what is selected or scrolled in it.
 */
export function Blocks({ of }: { readonly of: readonly Block[] }) {
  return (
    <>
      {of.map((block, index) => (
        <BlockView key={`${index} ${block.type}`} block={block} index={index} />
      ))}
    </>
  );
}

function BlockView({ block, index }: { readonly block: Block; readonly index: number }) {
  const blockId = asText(block['block_id']) || `block-${index}`;
  switch (block.type) {
    case 'section':
      return <Section block={block} blockId={blockId} />;
    case 'rich_text':
      return <RichText block={block} />;
    case 'header':
      return (
        <h3 class="block-header">
          <Label of={block['text']} />
        </h3>
      );
    case 'divider':
      return <hr class="block-divider" />;
    case 'context':
      return <ContextBlock block={block} />;
    case 'actions':
      return (
        <div class="block-actions">
          <Elements of={asList(block['elements'])} blockId={blockId} />
        </div>
      );
    case 'image':
      return <ImageBlock block={block} />;
    case 'markdown':
      return <Markdown text={asText(block['text'])} />;
    case 'table':
      return <TableBlock block={block} />;
    case 'input':
      return <InputBlock block={block} blockId={blockId} />;
    case 'file':
      return <Unknown>This is a remote file; open it in Slack.</Unknown>;
    default:
      return <Unknown>This block type is not drawn here: {block.type}</Unknown>;
  }
}

function Unknown({ children }: { readonly children: ComponentChildren }) {
  return <p class="block-unknown">{children}</p>;
}

function Elements({ of, blockId }: { readonly of: readonly Fields[]; readonly blockId: string }) {
  return (
    <>
      {of.map((element, index) => (
        <ElementView key={asText(element['action_id']) || index} element={element} blockId={blockId} />
      ))}
    </>
  );
}

function Section({ block, blockId }: { readonly block: Fields; readonly blockId: string }) {
  const fields = asList(block['fields']);
  const accessory = asFields(block['accessory']);
  return (
    <div class="block-section">
      <div class="block-section-text">
        {block['text'] !== undefined && <TextObject of={block['text']} />}
        {fields.length > 0 && (
          <div class="block-fields">
            {fields.map((field, index) => (
              <div key={index}>
                <TextObject of={field} />
              </div>
            ))}
          </div>
        )}
      </div>
      {block['accessory'] !== undefined && (
        <div class="block-accessory">
          <ElementView element={accessory} blockId={blockId} />
        </div>
      )}
    </div>
  );
}

function RichText({ block }: { readonly block: Fields }) {
  const nodes = useMemo(() => parseRichText(asList(block['elements'])), [block]);
  return <RichNodes of={nodes} />;
}

function Markdown({ text }: { readonly text: string }) {
  const nodes = useMemo(() => parseMarkdown(text), [text]);
  return <RichNodes of={nodes} />;
}

function ContextBlock({ block }: { readonly block: Fields }) {
  const { files } = useBlockHost();
  return (
    <div class="block-context">
      {asList(block['elements']).map((element, index) =>
        element['type'] === 'image' ? (
          <img key={index} src={imageSource(element, files)} alt={asText(element['alt_text'])} width={20} height={20} />
        ) : (
          <div key={index} class="block-context-text">
            {element['type'] === 'mrkdwn' ? <Mrkdwn text={asText(element['text'])} /> : <Label of={element} />}
          </div>
        ),
      )}
    </div>
  );
}

function ImageBlock({ block }: { readonly block: Fields }) {
  return (
    <figure class="block-image">
      {block['title'] !== undefined && (
        <figcaption>
          <Label of={block['title']} />
        </figcaption>
      )}
      <BlockImage image={block} title={labelOf(block['title'])} />
    </figure>
  );
}
