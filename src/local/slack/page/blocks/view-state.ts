/** What a modal's controls hold: what was typed, over what the app put in. */
import type { Block, ViewState } from '../../protocol.ts';
import { asFields, asList, asText, type Fields } from './fields.ts';
import type { InputValue } from './host.ts';
import { initialValue, isControl } from './initial.ts';

export function initialViewState(blocks: readonly Block[], typed: ViewState): ViewState {
  const out: Record<string, Record<string, InputValue>> = {};
  for (const [index, block] of blocks.entries()) {
    const blockId = asText(block['block_id']) || `block-${index}`;
    for (const element of elementsOf(block).filter(isControl)) {
      const actionId = asText(element['action_id']);
      const value = typed[blockId]?.[actionId] ?? initialValue(element);
      out[blockId] = { ...out[blockId], [actionId]: value };
    }
  }
  return out;
}

function elementsOf(block: Block): readonly Fields[] {
  switch (block.type) {
    case 'input':
      return [asFields(block['element'])];
    case 'section':
      return [asFields(block['accessory'])];
    case 'actions':
      return asList(block['elements']);
    default:
      return [];
  }
}
