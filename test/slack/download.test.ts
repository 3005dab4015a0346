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
    const download = await serving((call, response, url) =>
      call.path === '/api/files.info'
        ? json(response, { ok: true, file: { id: 'F1', url_private: `${url}/there` } })
        : bytes(call, response, url),
    );
    expect((await download(file({ url: '' }), 100, never)).ok).toBe(true);
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
    ['a missing file', (_call, response) => void response.writeHead(404).end(), /did not give it/],
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
