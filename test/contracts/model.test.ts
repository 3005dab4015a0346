import { LLMock } from '@copilotkit/aimock';
import type { Answer } from '../../src/local/model/conversation.ts';
import type { Fault } from '../../src/local/model/faults.ts';
import { startModelServer } from '../../src/local/model/server.ts';
import { createModel } from '../../src/model/anthropic.ts';
import { fails, runs, says, scriptedModel } from '../fakes/scripted-model.ts';
import { keptLog } from '../model/kept-log.ts';
import { modelContract, type PlannedReply, type PlannedTrouble } from './model.ts';

const TROUBLES: readonly PlannedTrouble[] = ['wrong key', 'empty', 'refusal', 'cut off', 'broken off'];

modelContract(
  'the fake',
  async (replies) => ({ model: scriptedModel(replies.map(fakeReply)), close: async () => {} }),
  TROUBLES,
);

for (const plain of [true, false]) {
  const profile = plain ? 'the plain profile' : 'the full profile';
  modelContract(`the SDK against the local server, in ${profile},`, (replies) => overTheWire(replies, plain), TROUBLES);
}

// A second opinion on the wire, by people who did not read our code. It has none of the troubles we can ask ours for.
modelContract('the SDK against aimock', againstAimock, []);

function fakeReply({ words, run, trouble }: PlannedReply) {
  switch (trouble) {
    case 'wrong key':
      return fails('model-auth', 'The key is wrong.');
    case 'empty':
      return fails('model-empty', 'The answer is empty.');
    case 'refusal':
      return fails('model-refused', 'The model refused.');
    case 'cut off':
      return fails('model-cut-off', 'The answer was cut off.');
    case 'broken off':
      return fails('model-unavailable', 'The connection broke.');
    default:
      return run ? runs(run, words) : says(words);
  }
}

async function overTheWire(replies: readonly PlannedReply[], plain: boolean) {
  let answered = 0;
  const server = await startModelServer({
    apiKey: 'key-of-the-test',
    log: () => undefined,
    paceMs: 0,
    brain: () => answerOf(replies[answered++]),
    faults: () => faultOf(replies[answered]?.trouble),
  });
  const apiKey = replies[0]?.trouble === 'wrong key' ? 'another-key' : 'key-of-the-test';
  const model = createModel({ apiKey, baseURL: server.url, model: 'claude-sonnet-5-5', plain, log: keptLog() });
  return { model, close: server.stop };
}

function answerOf(reply: PlannedReply | undefined): Answer {
  const run = reply?.run && { language: reply.run.language, code: reply.run.source };
  return { words: reply?.words ?? '', ...(run && { run }) };
}

function faultOf(trouble: PlannedTrouble | undefined): Fault | undefined {
  if (trouble === 'empty') return { kind: 'empty' };
  if (trouble === 'refusal') return { kind: 'refusal' };
  if (trouble === 'cut off') return { kind: 'max tokens', tokens: 5 };
  return trouble === 'broken off' ? { kind: 'cut', afterDeltas: 2 } : undefined;
}

async function againstAimock(replies: readonly PlannedReply[]) {
  let answered = 0;
  const mock = new LLMock({ port: 0, host: '127.0.0.1', chunkSize: 8 });
  mock.onMessage(/.*/s, () => {
    const { words, run } = replies[answered++] ?? { words: '' };
    const call = run && { name: 'run_code', arguments: JSON.stringify({ language: run.language, code: run.source }) };
    return call ? { content: words, toolCalls: [call] } : { content: words };
  });
  await mock.start();
  const options = { apiKey: 'any', baseURL: mock.url, model: 'claude-sonnet-5-5', plain: true, log: keptLog() };
  return { model: createModel(options), close: () => mock.stop() };
}
