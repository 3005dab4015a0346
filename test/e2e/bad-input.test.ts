/** What is set up wrong gets one clear sentence, and nothing is lost. */
import { describe, expect, it } from 'vitest';
import { explain } from '../../src/local/sandbox/explain.ts';
import { startSandboxHost } from '../../src/local/sandbox/server.ts';
import { describeWithWall } from '../fakes/wall.ts';
import { finished, mention, read, startWorld } from './world.ts';

const FENCE = '```';

describe('keys that are wrong', () => {
  it('says in the thread that the model refuses the key, and stays up', async () => {
    const world = await startWorld();
    try {
      const { control, general, ada } = world;
      await world.stopBot();
      await world.startBot({ ANTHROPIC_API_KEY: 'not-the-key' });
      const root = await control.say(ada, general, await mention(control, 'count to 3'));
      const answer = read(await finished(control, general, root));
      expect(answer).toMatch(/ANTHROPIC_API_KEY/);
      expect(answer).not.toContain('not-the-key');
      const again = await control.say(ada, general, await mention(control, 'count to 3'));
      expect(read(await finished(control, general, again))).toMatch(/ANTHROPIC_API_KEY/);
    } finally {
      await world.stop();
    }
  }, 60_000);

  it('says in the thread that E2B refuses the key, and stays up', async () => {
    const world = await startWorld();
    try {
      const { control, general, ada } = world;
      await world.stopBot();
      await world.startBot({ E2B_API_KEY: 'e2b_wrong' });
      const root = await control.say(ada, general, await mention(control, `${FENCE}\nprint(1)\n${FENCE}`));
      const answer = read(await finished(control, general, root));
      expect(answer).toMatch(/E2B_API_KEY/);
      expect(answer).not.toContain('e2b_wrong');
    } finally {
      await world.stop();
    }
  }, 60_000);

  it('refuses to start on a wrong Slack token with one sentence', async () => {
    const world = await startWorld();
    try {
      await world.stopBot();
      await expect(world.startBot({ SLACK_BOT_TOKEN: 'xoxb-wrong' })).rejects.toThrow(
        /SLACK_BOT_TOKEN.*api\.slack\.com/,
      );
      await expect(world.startBot({ SLACK_APP_TOKEN: 'xapp-wrong' })).rejects.toThrow(
        /SLACK_APP_TOKEN.*connections:write/,
      );
      await world.startBot();
    } finally {
      await world.stop();
    }
  }, 60_000);
});

describe('a machine that cannot isolate code', () => {
  it('says in the thread why code is off and what to do, and runs nothing', async () => {
    const reason = explain('spawn /usr/bin/bwrap ENOENT', 'linux');
    const host = await startSandboxHost({ apiKey: 'k', log: () => {}, probe: async () => ({ ok: false, reason }) });
    const world = await startWorld();
    try {
      const { control, general, ada } = world;
      await world.stopBot();
      await world.startBot({ E2B_API_KEY: 'k', E2B_API_URL: host.url, E2B_SANDBOX_URL: host.url });
      const root = await control.say(ada, general, await mention(control, `${FENCE}\nprint(1)\n${FENCE}`));
      expect(read(await finished(control, general, root))).toMatch(/bubblewrap is not installed.*apt-get install/s);
    } finally {
      await world.stop();
      await host.stop();
    }
  }, 60_000);
});

describeWithWall('the data folder', () => {
  it('is refused to a second bot', async () => {
    const world = await startWorld();
    try {
      await expect(world.startBot()).rejects.toThrow(/already running/i);
    } finally {
      await world.stop();
    }
  }, 60_000);
});

describe('a port that is taken', () => {
  it('is named, with the way out', async () => {
    const world = await startWorld();
    try {
      const { port } = new URL(world.services.ready?.pageUrl ?? '');
      await expect(startWorld({}, { port: Number(port) })).rejects.toThrow(`Port ${port} is taken`);
    } finally {
      await world.stop();
    }
  }, 60_000);
});
