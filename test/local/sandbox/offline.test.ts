/** Package managers have nothing to reach: they say so at once, in words for the model and the person. */
import { CommandExitError, type Sandbox } from '@e2b/code-interpreter';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithWall } from '../../fakes/wall.ts';
import { type HostUnderTest, startHost } from './host.ts';

const NO_NETWORK = /this sandbox has no network, so nothing can be installed/;

describeWithWall('an attempt to install something', () => {
  let under: HostUnderTest;
  let sandbox: Sandbox;
  beforeAll(async () => {
    under = await startHost();
    sandbox = await under.client.Sandbox.create();
  });
  afterAll(() => under.host.stop());

  const failure = (command: string) => sandbox.commands.run(command).then(String, (error: unknown) => error);

  it.each([
    'pip install requests',
    'pip3 -q install --upgrade requests',
    'python3 -m pip install requests',
    'npm install left-pad',
    'npx cowsay',
    'apt-get -y install jq',
    'sudo -E apt-get update',
    'cd /tmp && uv pip install requests',
  ])('is told that there is no network: %s', async (command) => {
    const error = await failure(command);
    expect(error).toBeInstanceOf(CommandExitError);
    expect(error).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(NO_NETWORK) });
  });

  it('is told the same in a cell', async () => {
    for (const code of ['!pip install requests', '%pip install requests']) {
      const { logs } = await sandbox.runCode(code);
      expect([...logs.stdout, ...logs.stderr].join('')).toMatch(NO_NETWORK);
    }
    const { logs } = await sandbox.runCode('apt-get install -y jq', { language: 'bash' });
    expect(logs.stderr.join('')).toMatch(NO_NETWORK);
  });

  it('finds what needs no network', async () => {
    await sandbox.commands.run(`printf '#!/bin/sh\\necho real "$@"' > /tmp/pip; chmod +x /tmp/pip; touch wheel.whl`);
    const said = async (call: string) =>
      (await sandbox.commands.run(`PATH=/opt/agent/bin:/tmp:$PATH; ${call}`)).stdout.trim();
    expect(await said('pip --version')).toBe('real --version');
    expect(await said('pip install ./wheel.whl')).toBe('real install ./wheel.whl');
    expect(await said('pip install --no-index x')).toBe('real install --no-index x');
    expect(await said('sudo -n echo done')).toBe('done');
  });

  it('leaves the imports of the user alone', async () => {
    const { text } = await sandbox.runCode('import sys; [path for path in sys.path if "agent" in path]');
    expect(text).toBe('[]');
  });
});
