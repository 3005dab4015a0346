/** Careful readers for Block Kit payloads: an app may send anything, and a wrong type reads as nothing. */
export type Fields = Readonly<Record<string, unknown>>;

export function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function asList(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(asFields) : [];
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function asNumber(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}

/** The characters of a text object, with emoji names still spelled out. */
export function labelOf(textObject: unknown): string {
  return asText(asFields(textObject)['text']);
}

/** An option of a select, a radio group, checkboxes or an overflow menu. */
export interface Choice {
  readonly label: string;
  readonly value: string;
  readonly description: string;
}

export function choicesOf(options: unknown): readonly Choice[] {
  return asList(options).map((option) => ({
    label: labelOf(option['text']),
    value: asText(option['value']),
    description: labelOf(option['description']),
  }));
}

/** The options of a select, grouped or not, in order. */
export function allChoicesOf(element: Fields): readonly Choice[] {
  const grouped = asList(element['option_groups']).flatMap((group) => choicesOf(group['options']));
  return [...choicesOf(element['options']), ...grouped];
}
