/** The tiers Slack publishes for the methods that the bot calls, and that people are not held to them. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { METHODS } from '../../../../src/local/slack/api/table.ts';
import { start } from '../support.ts';

const EDGE = fileURLToPath(new URL('../../../../src/slack/', import.meta.url));

/** Calls a minute, of an app in a workspace; those of special limits as Slack's pages describe them. */
const PUBLISHED: Readonly<Record<string, number>> = {
  'apps.connections.open': 50,
  'assistant.threads.setStatus': 600,
  'auth.test': 600,
  'chat.delete': 50,
  'chat.getPermalink': 600,
  'chat.postEphemeral': 100,
  'chat.postMessage': 300,
  'chat.update': 50,
  'conversations.history': 50,
  'conversations.replies': 50,
  'files.completeUploadExternal': 100,
  'files.getUploadURLExternal': 100,
  'files.info': 100,
  'reactions.add': 50,
  'reactions.remove': 20,
  'users.info': 100,
  'views.open': 100,
};

/** The methods in the bot's source: calls of the client, and names given to `apiCall`. */
function called(): readonly string[] {
  const source = readdirSync(EDGE).map((name) => readFileSync(`${EDGE}${name}`, 'utf8'));
  const calls = [...source.join('\n').matchAll(/\bclient\.((?:[a-z]+\.)+[a-zA-Z]+)\(|'(files\.[a-zA-Z]+)'/g)];
  return [...new Set(calls.map((match) => match[1] ?? match[2] ?? ''))].sort();
}

it('knows every method that the bot calls, by its tier', () => {
  expect(called()).toContain('chat.update');
  const tiers = called().map((name) => [name, METHODS.get(name)?.perMinute]);
  expect(tiers).toEqual(called().map((name) => [name, PUBLISHED[name]]));
});

it('holds no person to them: what people do on the page is not a call of the app', async () => {
  const { control, general, ada } = await start();
  for (let i = 0; i < 120; i += 1) await control.say(ada, general, `message ${i}`);
  expect(await control.messages(general)).toHaveLength(120);
});
