import { afterEach, describe, expect, it } from 'vitest';
import type { Artifact, ThreadRef } from '../../src/conversation/events.ts';
import { createCooling } from '../../src/slack/cooling.ts';
import { createUpload, MAX_UPLOAD_BYTES } from '../../src/slack/upload.ts';
import { createWebClient } from '../../src/slack/web-client.ts';
import { quietLog } from '../fakes/quiet-log.ts';
import { hastyClock } from './slack-world.ts';
import { json, type StubAnswer, type StubCall, type StubSlack, startStub } from './stub-slack.ts';

const THREAD: ThreadRef = { team: 'T1', channel: 'C1', threadTs: '1.000001' };
const PNG: Artifact = {
  name: 'plots/chart.png',
  mimetype: 'image/png',
  bytes: Buffer.from('png'),
  altText: 'Sales by month',
};
const CSV: Artifact = { name: 'table.csv', mimetype: 'text/csv', bytes: Buffer.from('a,b'), altText: 'A table' };

let stub: StubSlack;
afterEach(() => stub.stop());

/** A Slack that takes everything; `other` answers first where it wants to. */
async function slack(other: (call: StubCall, nth: number) => StubAnswer | undefined = () => undefined) {
  let files = 0;
  stub = await startStub((call, response, url) => {
    const special = other(call, stub.of(call.path).length);
    if (special) return special(call, response, url);
    if (call.path === '/api/files.getUploadURLExternal') {
      files += 1;
      return json(response, { ok: true, upload_url: `${url}/upload/F${files}`, file_id: `F${files}` });
    }
    if (call.path === '/api/files.info') {
      return json(response, { ok: true, file: { id: call.args['file'], shares: { public: { C1: [{ ts: '2.0' }] } } } });
    }
    return json(response, { ok: true });
  });
  const client = createWebClient('xoxb-secret', stub.apiUrl, quietLog());
  const onPosted = () => {};
  const clock = hastyClock();
  const cooling = createCooling(clock);
  return createUpload({ client, apiUrl: stub.apiUrl, cooling, clock, log: quietLog(), onPosted });
}

const answering =
  (body: object, status = 200): StubAnswer =>
  (_call, response) =>
    json(response, body, status);

const hangingUp: StubAnswer = (_call, response) => {
  response.destroy();
};

describe('uploading', () => {
  it('takes the three steps, and shares all files in one message of the thread', async () => {
    const upload = await slack();
    expect(await upload([PNG, CSV], THREAD)).toEqual([]);
    const [complete] = stub.of('/api/files.completeUploadExternal');
    expect(complete?.args).toMatchObject({ channel_id: 'C1', thread_ts: '1.000001' });
    expect(JSON.parse(complete?.args['files'] ?? '')).toEqual([
      { id: 'F1', title: 'chart.png' },
      { id: 'F2', title: 'table.csv' },
    ]);
  });

  it('keeps the bot token away from the upload address', async () => {
    const upload = await slack();
    await upload([PNG], THREAD);
    const [bytes] = stub.of('/upload/F1');
    expect(bytes?.body.toString()).toBe('png');
    expect(JSON.stringify(bytes?.headers)).not.toContain('xoxb');
  });

  it('sends a long text from where it lies', async () => {
    const upload = await slack();
    const file = new Blob(['one\n'.repeat(50_000), 'end']);
    await upload([{ name: 'step-1-output.txt', mimetype: 'text/plain', file }], THREAD);
    expect(stub.of('/api/files.getUploadURLExternal')[0]?.args).toEqual({
      filename: 'step-1-output.txt',
      length: '200003',
    });
    expect(stub.of('/upload/F1')[0]?.body.toString()).toBe(`${'one\n'.repeat(50_000)}end`);
  });

  it('describes images to screen readers, and nothing else', async () => {
    const upload = await slack();
    await upload([PNG, CSV], THREAD);
    const announced = stub.of('/api/files.getUploadURLExternal').map((call) => call.args);
    expect(announced).toEqual([
      { filename: 'chart.png', length: '3', alt_txt: 'Sales by month' },
      { filename: 'table.csv', length: '3' },
    ]);
  });

  it('names no thread at the top level of a direct message', async () => {
    const upload = await slack();
    await upload([CSV], { ...THREAD, threadTs: null });
    expect(stub.of('/api/files.completeUploadExternal')[0]?.args).not.toHaveProperty('thread_ts');
  });

  it('repeats announcing and sending until they succeed', async () => {
    const upload = await slack((call, nth) => {
      if (call.path === '/api/files.getUploadURLExternal' && nth === 1) return answering({}, 503);
      return call.path === '/upload/F1' ? hangingUp : undefined;
    });
    expect(await upload([CSV], THREAD)).toEqual([]);
    expect(stub.of('/upload/F2')[0]?.body.toString()).toBe('a,b');
  });

  it.each([
    ['lost its answer', hangingUp],
    ['met trouble', answering({}, 500)],
  ])('completes once, and looks whether it was done, when completing %s', async (_name, trouble) => {
    const upload = await slack((call) => (call.path === '/api/files.completeUploadExternal' ? trouble : undefined));
    expect(await upload([CSV], THREAD)).toEqual([]);
    expect(stub.of('/api/files.completeUploadExternal')).toHaveLength(1);
    expect(stub.of('/api/files.info')).toHaveLength(1);
  });

  it('completes again after a limit, which says that nothing was done', async () => {
    const limit: StubAnswer = (_call, response) => void response.writeHead(429, { 'retry-after': '1' }).end();
    const upload = await slack((call, nth) =>
      call.path === '/api/files.completeUploadExternal' && nth === 1 ? limit : undefined,
    );
    expect(await upload([CSV], THREAD)).toEqual([]);
    expect(stub.of('/api/files.completeUploadExternal')).toHaveLength(2);
  });

  it('waits until the files are shared, and says which are not', async () => {
    const upload = await slack((call, nth) => {
      if (call.path !== '/api/files.info') return undefined;
      const isLate = call.args['file'] === 'F1' && nth > 4;
      return isLate ? undefined : answering({ ok: true, file: { shares: {} } });
    });
    expect(await upload([PNG, CSV], THREAD)).toEqual(['“table.csv” was sent to Slack and has not appeared here yet.']);
  });

  it.each<[string, Artifact, RegExp]>([
    ['an empty file', { ...CSV, bytes: Buffer.alloc(0) }, /^“table\.csv” is empty, and Slack takes no empty files\.$/],
    ['a huge file', { ...CSV, bytes: Buffer.alloc(MAX_UPLOAD_BYTES + 1) }, /^“table\.csv” is larger than 50 MB/],
    ['a strange name', { ...CSV, name: '../a\u202e\nb.txt', bytes: Buffer.alloc(0) }, /^“ab\.txt” is empty/],
  ])('sends nothing of %s, and says so', async (_name, artifact, sentence) => {
    const upload = await slack();
    expect(await upload([artifact], THREAD)).toEqual([expect.stringMatching(sentence)]);
    expect(stub.calls).toEqual([]);
  });

  it.each([
    ['file_uploads_disabled', /does not allow uploads/],
    ['file_type_not_allowed', /does not allow files of that type/],
    ['missing_scope', /files:write/],
    ['something_new', /Slack refused it \(something_new\)/],
  ])('explains the refusal %s, and sends the other files', async (error, sentence) => {
    const upload = await slack((call) =>
      call.args['filename'] === 'table.csv' ? answering({ ok: false, error }) : undefined,
    );
    expect(await upload([CSV, PNG], THREAD)).toEqual([expect.stringMatching(sentence)]);
    expect(stub.of('/api/files.completeUploadExternal')).toHaveLength(1);
  });

  it('sends bytes to no other host', async () => {
    const upload = await slack((call) =>
      call.path === '/api/files.getUploadURLExternal'
        ? answering({ ok: true, upload_url: 'http://localhost:1/elsewhere', file_id: 'F1' })
        : undefined,
    );
    expect(await upload([CSV], THREAD)).toEqual([expect.stringMatching(/“table\.csv”: Slack did not answer/)]);
    expect(stub.of('/api/files.completeUploadExternal')).toEqual([]);
  });

  it('sends no more than four files at once, of all threads together', async () => {
    let under = 0;
    let most = 0;
    const upload = await slack((call) => {
      if (!call.path.startsWith('/upload/')) return undefined;
      return (_call, response) => {
        under += 1;
        most = Math.max(most, under);
        setTimeout(() => {
          under -= 1;
          json(response, {});
        }, 20);
      };
    });
    const files = Array.from({ length: 8 }, (_, i) => ({ ...CSV, name: `${i}.csv` }));
    const threads = ['1.1', '2.2', '3.3'].map((threadTs) => ({ ...THREAD, threadTs }));
    expect(await Promise.all(threads.map((thread) => upload(files, thread)))).toEqual([[], [], []]);
    expect(most).toBe(4);
  });

  it('waits out however many limits, on each method for itself', async () => {
    const limit: StubAnswer = (_call, response) => void response.writeHead(429, { 'retry-after': '1' }).end();
    const upload = await slack((call, nth) => (call.path.startsWith('/api/') && nth <= 8 ? limit : undefined));
    expect(await upload([CSV], THREAD)).toEqual([]);
    expect(stub.of('/api/files.getUploadURLExternal')).toHaveLength(9);
    expect(stub.of('/api/files.completeUploadExternal')).toHaveLength(9);
  });

  it('shares more than ten files in several messages', async () => {
    const upload = await slack();
    const many = Array.from({ length: 12 }, (_, i) => ({ ...CSV, name: `${i}.csv` }));
    expect(await upload(many, THREAD)).toEqual([]);
    expect(stub.of('/api/files.completeUploadExternal')).toHaveLength(2);
  });
});
