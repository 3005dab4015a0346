import { afterEach, describe, expect, it } from 'vitest';
import type { InboundFile } from '../../src/conversation/events.ts';
import { createDownload } from '../../src/slack/download.ts';
import { createWebClient } from '../../src/slack/web-client.ts';
import { quietLog } from '../fakes/quiet-log.ts';
import { json, type StubAnswer, type StubSlack, startStub } from './stub-slack.ts';

const never = new AbortController().signal;
let stub: StubSlack;
afterEach(() => stub.stop());

async function serving(answer: StubAnswer) {
  stub = await startStub(answer);
  const client = createWebClient('xoxb-secret', stub.apiUrl, quietLog());
  return createDownload({ client, botToken: 'xoxb-secret', apiUrl: stub.apiUrl, log: quietLog() });
}

function file(fields: Partial<InboundFile> = {}): InboundFile {
  return { id: 'F1', name: 'prices.csv', mimetype: 'text/csv', sizeBytes: 3, url: `${stub.url}/prices.csv`, ...fields };
}

const bytes: StubAnswer = (_call, response) => void response.writeHead(200, { 'content-type': 'text/csv' }).end('a,b');

describe('downloading', () => {
  it('gives the bytes, with the token in the header', async () => {
    const download = await serving(bytes);
    const got = await download(file(), 100, never);
    expect(got).toEqual({ ok: true, bytes: Buffer.from('a,b') });
    expect(stub.calls[0]?.headers.authorization).toBe('Bearer xoxb-secret');
  });

  it('asks where a file of another organisation lies', async () => {
    const info = { id: 'F1', name: 'theirs.csv', mimetype: 'text/csv' };
    const download = await serving((call, response, url) =>
      call.path === '/api/files.info'
        ? json(response, { ok: true, file: { ...info, url_private: `${url}/there` } })
        : bytes(call, response, url),
    );
    const theirs = file({ url: '', name: 'F1', mimetype: 'application/octet-stream' });
    expect(await download(theirs, 100, never)).toMatchObject({ ok: true, name: 'theirs.csv', mimetype: 'text/csv' });
    expect(stub.of('/there')).toHaveLength(1);
  });

  it.each<[string, StubAnswer, RegExp]>([
    [
      'a sign-in page instead of the file',
      (_call, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      /files:read/,
    ],
    [
      'a redirect, which is not followed',
      (_call, response, url) => void response.writeHead(302, { location: `${url}/elsewhere` }).end(),
      /files:read/,
    ],
    ['a missing file', (_call, response) => void response.writeHead(404).end(), /deleted from Slack\. Attach it again/],
    ['a lost connection', (_call, response) => void response.destroy(), /did not answer/],
    [
      'more than announced',
      (_call, response) => void response.writeHead(200, { 'content-type': 'text/csv' }).end('x'.repeat(101)),
      /larger than 1 kB/,
    ],
    [
      'more than it may be, announced by the server',
      (_call, response) => void response.writeHead(200, { 'content-length': '101' }).end('x'.repeat(101)),
      /larger than 1 kB/,
    ],
  ])('answers %s with a sentence', async (_name, answer, sentence) => {
    const download = await serving(answer);
    expect(await download(file(), 100, never)).toEqual({
      ok: false,
      message: expect.stringMatching(new RegExp(`^I could not get “prices\\.csv”: .*${sentence.source}`)),
    });
    expect(stub.of('/elsewhere')).toEqual([]);
  });

  it.each([
    ['file_not_found', 'it was deleted from Slack. Attach it again.'],
    ['file_deleted', 'it was deleted from Slack. Attach it again.'],
    ['access_denied', 'Slack does not let me see it. Download it and attach it here.'],
    ['missing_scope', 'Slack did not give it to me. The app may lack the scope files:read; ask whoever runs me.'],
    ['internal_error', 'Slack did not answer. Try it again.'],
  ])('says what to do where a stub is refused with %s', async (error, why) => {
    const download = await serving((_call, response) => json(response, { ok: false, error }));
    const message = `I could not get “prices.csv”: ${why}`;
    expect(await download(file({ url: '' }), 100, never)).toEqual({ ok: false, message });
  });

  it.each([
    ['deleted', 'it was deleted from Slack. Attach it again.'],
    ['hidden', 'it is older than what the plan of this workspace shows. Attach it again.'],
    ['denied', 'Slack does not let me see it. Download it and attach it here.'],
  ] as const)('asks nobody for a file that is known to be %s', async (gone, why) => {
    const download = await serving(bytes);
    const message = `I could not get “prices.csv”: ${why}`;
    expect(await download(file({ gone }), 100, never)).toEqual({ ok: false, message });
    expect(stub.calls).toEqual([]);
  });

  it('takes a web page for what it is when one was attached', async () => {
    const download = await serving(
      (_call, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    );
    expect((await download(file({ name: 'page.html', mimetype: 'text/html' }), 100, never)).ok).toBe(true);
  });

  it('does not begin with a file that is known to be too large, or lies elsewhere', async () => {
    const download = await serving(bytes);
    expect(await download(file({ sizeBytes: 60_000_000 }), 50_000_000, never)).toMatchObject({
      message: expect.stringContaining('larger than 50 MB'),
    });
    expect(await download(file({ url: 'http://localhost:1/x' }), 100, never)).toMatchObject({
      message: expect.stringContaining('not stored in Slack'),
    });
    expect(stub.calls).toEqual([]);
  });

  it('ends when it is aborted', async () => {
    const stop = new AbortController();
    const download = await serving(() => stop.abort());
    expect((await download(file(), 100, stop.signal)).ok).toBe(false);
  });
});
