/** The workspace's tokens and ids, made once and kept in a file only its owner may read. */
import { randomInt } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId, newSecret } from './ids.ts';
import { asRecord, asText, type Json, parseJson } from './json.ts';

export interface Keys {
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  /** Opens the control interface. */
  readonly controlKey: string;
  /** What the page's cookie holds. */
  readonly pageKey: string;
  /** Slack's old verification token, still part of every payload. */
  readonly verificationToken: string;
}

function newKeys(): Keys {
  const digits = () => String(randomInt(1e11, 2e11));
  return {
    botToken: `xoxb-${digits()}-${digits()}-${newSecret(12)}`,
    appToken: `xapp-1-${newId('A')}-${digits()}-${newSecret(32)}`,
    signingSecret: newSecret(16),
    controlKey: newSecret(),
    pageKey: newSecret(),
    verificationToken: newSecret(12),
  };
}

/** The keys of `folder`; missing ones are made and written. A damaged file is replaced. */
export function loadKeys(folder: string): Keys {
  const path = join(folder, 'keys.json');
  const stored = readKeys(path);
  const fresh = newKeys();
  const keep = (name: keyof Keys) => (asText(stored[name]).length >= 16 ? asText(stored[name]) : fresh[name]);
  const keys: Keys = {
    botToken: keep('botToken'),
    appToken: keep('appToken'),
    signingSecret: keep('signingSecret'),
    controlKey: keep('controlKey'),
    pageKey: keep('pageKey'),
    verificationToken: keep('verificationToken'),
  };
  const temporary = `${path}.new`;
  writeFileSync(temporary, JSON.stringify(keys, null, 2), { mode: 0o600 });
  renameSync(temporary, path);
  return keys;
}

/** What the file holds; nothing where it is missing or no JSON. */
function readKeys(path: string): Json {
  try {
    return asRecord(parseJson(readFileSync(path, 'utf8')));
  } catch {
    return {};
  }
}
