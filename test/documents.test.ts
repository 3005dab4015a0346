/** What is written about the program is held against the program. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { RUN_SHORTCUT } from '../src/slack/gestures.ts';

const PROJECT = fileURLToPath(new URL('../', import.meta.url));
const text = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');

/** Variables as the code names them: in a reader's call or as a key of the environment. */
function variablesOf(path: string): string[] {
  const named = [...text(path).matchAll(/(?:read\.\w+(?:<[^>]*>)?\(\s*|env\[|allowed\(env, )'([A-Z][A-Z0-9_]+)'/g)];
  return named.map((match) => match[1] ?? '');
}

describe('.env.example', () => {
  it('has a line for every variable that is read, and no other', () => {
    const read = new Set(['src/config.ts', 'src/main.ts', 'src/local/plan.ts'].flatMap(variablesOf));
    const documented = new Set([...text('.env.example').matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm)].map((m) => m[1] ?? ''));
    expect(read.size).toBeGreaterThan(15);
    expect([...documented].sort()).toEqual([...read].sort());
  });
});

describe('README.md and ARCHITECTURE.md', () => {
  it.each(['README.md', 'ARCHITECTURE.md'])('%s links to what exists', (file) => {
    const links = [...text(file).matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1] ?? '');
    expect(links.filter((link) => !existsSync(join(PROJECT, link)))).toEqual([]);
  });

  it('name only commands that exist', () => {
    const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> };
    const named = [...`${text('README.md')}${text('ARCHITECTURE.md')}`.matchAll(/`npm (?:run )?([a-z:]+)/g)].map(
      (m) => m[1] ?? '',
    );
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('draw every event of a turn', () => {
    const union = [...text('src/conversation/events.ts').matchAll(/readonly type: '([a-z]+\.[a-z]+)'/g)].map(
      (m) => m[1] ?? '',
    );
    const tree = text('README.md');
    expect(union.length).toBeGreaterThan(8);
    expect(union.filter((name) => name !== 'turn.note' && !tree.includes(name))).toEqual([]);
  });

  it('list the tables of the database', () => {
    const tables = [...text('src/store/migrations.ts').matchAll(/CREATE TABLE (\w+)/g)].map((match) => match[1] ?? '');
    const listed = [...text('ARCHITECTURE.md').matchAll(/^\| `(\w+)` +\|/gm)].map((match) => match[1] ?? '');
    expect(tables.length).toBeGreaterThan(4);
    expect(listed.sort()).toEqual(tables.sort());
  });
});

describe('manifest.yml', () => {
  const manifest = parse(text('manifest.yml')) as {
    display_information: { name: string; description: string };
    features: {
      slash_commands: { command: string }[];
      shortcuts: { name: string; type: string; callback_id: string }[];
      bot_user: { display_name: string };
    };
    oauth_config: { scopes: { bot: string[] } };
    settings: { socket_mode_enabled: boolean; event_subscriptions: { bot_events: string[] } };
  };

  it('keeps the lengths of the manifest schema', () => {
    expect(manifest.display_information.name.length).toBeLessThanOrEqual(35);
    expect(manifest.display_information.description.length).toBeLessThanOrEqual(140);
  });

  it('is a plain bot on Socket Mode with the command the bot listens to', () => {
    expect(manifest.settings.socket_mode_enabled).toBe(true);
    expect(manifest.features).not.toHaveProperty('agent_view');
    expect(manifest.oauth_config.scopes.bot).not.toContain('assistant:write');
    expect(manifest.features.slash_commands.map(({ command }) => command)).toEqual(['/run']);
    expect(manifest.features.shortcuts).toMatchObject([{ type: 'message', callback_id: RUN_SHORTCUT }]);
    expect(manifest.features.shortcuts[0]?.name.length).toBeLessThanOrEqual(24);
  });
});

describe('the repository', () => {
  it('has no test that is skipped or focused by hand', () => {
    const files = readdirSync(join(PROJECT, 'test'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.test.ts'),
    );
    const marked = files.filter((name) =>
      /\b(?:it|test|describe)\.(?:skip|only|todo)\(/.test(text(join('test', name))),
    );
    expect(files.length).toBeGreaterThan(50);
    expect(marked).toEqual([]);
  });
});
