/** The template as E2B would get it. It is built nowhere in the tests. */
import { readFileSync } from 'node:fs';
import { Template, type TemplateClass } from 'e2b';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

interface Definition {
  readonly NAME: string;
  readonly LIBRARIES: readonly (readonly [name: string, module: string])[];
  readonly SYSTEM_PACKAGES: readonly string[];
  template(): TemplateClass;
}

const FOLDER = new URL('../../sandbox/template/', import.meta.url);
const { NAME, LIBRARIES, SYSTEM_PACKAGES, template } = (await import(
  new URL('template.mjs', FOLDER).href
)) as Definition;

const buildSchema = z.object({
  fromTemplate: z.string(),
  startCmd: z.string().optional(),
  steps: z.array(z.object({ type: z.string(), args: z.array(z.string()) })),
});

describe('the E2B template', async () => {
  const build = buildSchema.parse(JSON.parse(await Template.toJSON(template())));
  const commands = build.steps.filter(({ type }) => type === 'RUN').map(({ args }) => args[0] ?? '');
  const at = (part: string) => commands.findIndex((command) => command.includes(part));

  it('is E2B’s code interpreter, start command included', () => {
    expect(build.fromTemplate).toBe('code-interpreter-v1');
    expect(build.startCmd).toBeUndefined();
  });

  it('installs every library as root, after the versions that must stay are written down', () => {
    const install = commands[at('pip install')] ?? '';
    for (const [name] of LIBRARIES) expect(install.split(' ')).toContain(name);
    for (const name of SYSTEM_PACKAGES) expect(commands[at('apt-get install')]).toContain(` ${name}`);
    expect(build.steps.filter(({ type }) => type === 'RUN').map(({ args }) => args[1])).toEqual(
      commands.map(() => 'root'),
    );
    expect(at('pip freeze')).toBeGreaterThanOrEqual(0);
    expect(at('pip freeze')).toBeLessThan(at('pip install'));
    expect(install).toContain(/> (\S+)$/.exec(commands[at('pip freeze')] ?? '')?.[1]);
  });

  it('fails to build where a library does not import', () => {
    const modules = /^python -c 'import (.*)'$/.exec(commands[at("python -c 'import duckdb")] ?? '')?.[1]?.split(', ');
    expect(modules).toEqual(LIBRARIES.map(([, module]) => module));
  });

  it('ends as the user whose home the code runs in', () => {
    expect(build.steps.slice(-2)).toMatchObject([
      { type: 'USER', args: ['user'] },
      { type: 'WORKDIR', args: ['/home/user'] },
    ]);
  });

  it('is named in its README as the setting takes it', () => {
    expect(readFileSync(new URL('README.md', FOLDER), 'utf8')).toContain(`E2B_TEMPLATE=${NAME}\n`);
  });
});
