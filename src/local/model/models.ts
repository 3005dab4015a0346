/** The models this server answers for: its own, and the API's ids, so that a configuration can be tried without a key. */

export const SCRIPTED_MODEL = 'threadbox-scripted';

/** The ids in the types of @anthropic-ai/sdk 1.11.0. */
const API_MODELS = [
  'claude-fable-5-2',
  'claude-mythos-5-2',
  'claude-haiku-5-5',
  'claude-sonnet-5-5',
  'claude-fable-5-1',
  'claude-opus-5-5',
  'claude-mythos-5-1',
  'claude-sonnet-5',
  'claude-fable-5',
  'claude-mythos-5',
  'claude-opus-5',
  'claude-opus-4-8',
  'claude-opus-4-7',
  'claude-mythos-preview',
  'claude-opus-4-6',
  'claude-sonnet-4-6',
  'claude-haiku-4-5',
  'claude-haiku-4-5-20251001',
  'claude-opus-4-5',
  'claude-opus-4-5-20251101',
  'claude-sonnet-4-5',
  'claude-sonnet-4-5-20250929',
] as const;

const MODELS: readonly string[] = [SCRIPTED_MODEL, ...API_MODELS];

export function isKnownModel(id: string): boolean {
  return MODELS.includes(id);
}

export function modelEntry(id: string): object {
  return { type: 'model', id, display_name: `${id} (scripted)`, created_at: '2026-01-01T00:00:00Z' };
}

export function modelList(): object {
  return { data: MODELS.map(modelEntry), has_more: false, first_id: MODELS[0], last_id: MODELS.at(-1) };
}
