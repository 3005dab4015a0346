/** Blocks that show data and tasks: tables, charts, task cards. Limits from their reference pages. Pure. */
import { asList, asRecord, isRecord } from '../json.ts';
import { plainText } from './elements.ts';
import { richText } from './rich-text.ts';
import { anything, byType, type Faults, list, oneOf, type Rule, shape, string } from './rules.ts';

const cell: Rule = byType({
  raw_text: shape({ need: { text: string({ max: 10_000, min: 0 }) } }),
  raw_number: shape({ need: { value: anything }, may: { text: anything } }),
  rich_text: richText,
});

export const table = shape({
  need: { rows: list(list(cell, 20), 100) },
  may: {
    column_settings: list(shape({ may: { align: oneOf('left', 'center', 'right'), is_wrapped: anything } }), 20, 0),
  },
});

export const dataTable = shape({
  need: { caption: string({ max: 2000 }), rows: list(list(cell, 20), 201) },
  may: { column_settings: anything, page_size: anything, row_header_column_index: anything },
});

const point = shape({ need: { label: string({ max: 100 }), value: number } });
const series = shape({ need: { name: string({ max: 100 }), data: list(point, 20) } });
const axes = shape({ may: { categories: list(string({ max: 100 }), 20), x_label: anything, y_label: anything } });
const lines = shape({ need: { series: list(series, 6) }, may: { axis_config: axes } });

function number(value: unknown, at: string, faults: Faults): void {
  if (typeof value !== 'number' || !Number.isFinite(value)) faults.add('must be a number', at);
}

export const dataVisualization = shape({
  need: {
    title: string({ max: 50 }),
    chart: byType({ pie: shape({ need: { segments: list(point, 6) } }), bar: lines, line: lines, area: lines }),
  },
});

const source = byType({ url: shape({ need: { url: string({ max: 3000 }), text: string({ max: 256 }) } }) });
const task = {
  need: { task_id: string({ max: 255 }), title: string({ max: 256 }) },
  may: {
    status: oneOf('pending', 'in_progress', 'complete', 'error'),
    details: byType({ rich_text: richText }),
    output: byType({ rich_text: richText }),
    sources: list(source, 20, 0),
  },
};

export const taskCard = shape(task);

export const plan = shape({
  need: { title: string({ max: 256 }) },
  may: { tasks: list(byType({ task_card: taskCard }), 50, 0) },
});

export const card = shape({
  may: {
    title: anything,
    subtitle: anything,
    body: anything,
    icon: anything,
    hero_image: anything,
    actions: anything,
    slack_icon: anything,
  },
  also: (value, at, faults) => {
    const body = asRecord(value['body'])['text'];
    if (typeof body === 'string' && body.length > 200)
      faults.add('must be less than 201 characters', `${at}/body/text`);
  },
});

export const alert = shape({
  need: { text: anything },
  may: { level: oneOf('default', 'info', 'warning', 'error', 'success') },
});

export const video = shape({
  need: { alt_text: string({ max: 2000 }), title: plainText(200), thumbnail_url: anything, video_url: anything },
  may: {
    author_name: anything,
    description: anything,
    provider_icon_url: anything,
    provider_name: anything,
    title_url: anything,
  },
});

/** A message holds one table and two charts. */
export function countData(blocks: readonly unknown[], faults: Faults): void {
  const count = (type: string) => blocks.filter((block) => isRecord(block) && block['type'] === type).length;
  if (count('table') > 1) faults.add('only one table block is allowed per message', '/blocks');
  if (count('data_visualization') > 2)
    faults.add('only two data_visualization blocks are allowed per message', '/blocks');
}

/** Characters in every cell of a table. */
export function tableCharacters(block: unknown): number {
  let sum = 0;
  for (const row of asList(asRecord(block)['rows'])) {
    for (const entry of asList(row)) sum += JSON.stringify(asRecord(entry)['text'] ?? '').length - 2;
  }
  return sum;
}
