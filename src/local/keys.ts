/** The local services' own keys: made once, kept in the data folder, readable by its owner only. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface LocalKeys {
  readonly sandbox: string;
  readonly model: string;
}

export function loadKeys(dataDir: string): LocalKeys {
  const path = join(dataDir, 'keys.json');
  const known = readKeys(path);
  if (known) return known;
  const keys = {
    sandbox: `e2b_local${randomBytes(16).toString('hex')}`,
    model: `local-${randomBytes(16).toString('hex')}`,
  };
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(path, JSON.stringify(keys), { mode: 0o600 });
  return keys;
}

function readKeys(path: string): LocalKeys | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null || !('sandbox' in value) || !('model' in value)) return undefined;
    const { sandbox, model } = value;
    return typeof sandbox === 'string' && typeof model === 'string' ? { sandbox, model } : undefined;
  } catch {
    return undefined;
  }
}
