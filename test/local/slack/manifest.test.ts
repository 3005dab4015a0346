import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseManifest } from '../../../src/local/slack/manifest.ts';
import { MANIFEST } from './support.ts';

describe('the manifest', () => {
  it('gives scopes, events and commands of the project', () => {
    const manifest = parseManifest(readFileSync(MANIFEST, 'utf8'));
    expect(manifest).toMatchObject({
      appName: 'Threadbox',
      botName: 'threadbox',
      interactive: true,
      socketMode: true,
      messagesTab: true,
    });
    expect([...manifest.scopes]).toContain('files:write');
    // An optional scope, which is granted here.
    expect([...manifest.scopes]).toContain('users:read');
    expect([...manifest.events]).toContain('app_mention');
    expect(manifest.commands).toMatchObject([{ command: '/run', shouldEscape: false }]);
  });

  it('reads nothing into what is missing', () => {
    expect(parseManifest('{}')).toMatchObject({
      appName: 'App',
      commands: [],
      shortcuts: [],
      interactive: false,
      messagesTab: false,
    });
  });
});
