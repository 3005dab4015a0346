/** The pure parts of E2B's wire: listing, results, lines, envelopes, signatures. */
import { getSignature } from '@e2b/code-interpreter';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOfStream, message, requestMessage, rpcError } from '../../../src/local/sandbox/connect-rpc.ts';
import { languageOf } from '../../../src/local/sandbox/languages.ts';
import { decodeMetadata, type Listed, listPage, parseListQuery } from '../../../src/local/sandbox/listing.ts';
import { asciiLine } from '../../../src/local/sandbox/ndjson.ts';
import { resultEvent } from '../../../src/local/sandbox/results.ts';
import { checkSignature, signatureOf, signedLink } from '../../../src/local/sandbox/signature.ts';

/** Well-formed text: URLs cannot carry half a character. */
const text = fc.string({ unit: 'grapheme' });

describe('a metadata filter', () => {
  /** As the SDK writes it into the URL. */
  function encode(metadata: Record<string, string>): string {
    const pairs = Object.entries(metadata).map(([key, value]): [string, string] => [
      encodeURIComponent(key),
      encodeURIComponent(value),
    ]);
    return new URLSearchParams({ metadata: new URLSearchParams(pairs).toString() }).toString();
  }

  it('is read as the SDK has encoded it, three times', () => {
    expect(encode({ 'a b': 'c&d' })).toContain('a%252520b');
    fc.assert(
      fc.property(fc.dictionary(text, text, { noNullPrototype: true }), (metadata) => {
        const parameter = new URLSearchParams(encode(metadata)).get('metadata') ?? '';
        expect(decodeMetadata(parameter)).toEqual({ ...metadata });
      }),
    );
  });
});

describe('pages of sandboxes', () => {
  const listed = (count: number): Listed[] =>
    Array.from({ length: count }, (_, index) => ({
      id: `i${index}`,
      // Some start in the same millisecond.
      startedAt: 1_000 + Math.floor(index / 2),
      state: index % 3 === 0 ? 'paused' : 'running',
      settings: {
        templateId: 'base',
        metadata: { n: String(index) },
        envs: {},
        autoPause: false,
        autoResume: false,
        allowInternetAccess: undefined,
        network: undefined,
      },
    }));

  function walk(all: readonly Listed[], parameters: string): string[] {
    const ids: string[] = [];
    let token: string | undefined;
    do {
      const url = new URLSearchParams(parameters);
      if (token !== undefined) url.set('nextToken', token);
      const parsed = parseListQuery(url);
      if (!parsed.ok) throw new Error(parsed.message);
      const page = listPage(all, parsed.query);
      ids.push(...page.items.map(({ id }) => id));
      token = page.nextToken;
    } while (token !== undefined);
    return ids;
  }

  it('hold every sandbox once, whatever their size', () => {
    fc.assert(
      fc.property(
        fc.nat(30),
        fc.integer({ min: 1, max: 100 }),
        fc.constantFrom('asc', 'desc'),
        (count, limit, order) => {
          const all = listed(count);
          const ids = walk(all, `limit=${limit}&order=${order}`);
          expect([...ids].sort()).toEqual(all.map(({ id }) => id).sort());
        },
      ),
    );
  });

  it('are filtered by state, metadata, template and time', () => {
    const all = listed(9);
    expect(walk(all, 'state=paused&order=asc')).toEqual(['i0', 'i3', 'i6']);
    expect(walk(all, 'state=paused,running')).toHaveLength(9);
    expect(walk(all, 'metadata=n%3D4')).toEqual(['i4']);
    expect(walk(all, 'template=other')).toEqual([]);
    expect(walk(all, 'startedAfter=1970-01-01T00%3A00%3A01.004Z')).toEqual(['i8']);
  });

  it.each(['state=x', 'limit=0', 'limit=101', 'limit=x', 'order=up', 'startedAfter=then'])(
    'refuse %s',
    (parameters) => {
      expect(parseListQuery(new URLSearchParams(parameters)).ok).toBe(false);
    },
  );
});

describe('results', () => {
  it('carry every kind in its field, and others in extra', () => {
    const bundle = {
      'text/plain': "'quoted'",
      'text/html': '<p>',
      'image/png': 'iVBO',
      'image/svg+xml': '<svg/>',
      'application/json': { a: 1 },
      'e2b/data': { x: [1] },
      'text/x-own': 'mine',
    };
    expect(resultEvent(bundle, true)).toEqual({
      type: 'result',
      is_main_result: true,
      text: 'quoted',
      html: '<p>',
      png: 'iVBO',
      svg: '<svg/>',
      json: { a: 1 },
      data: { x: [1] },
      extra: { 'text/x-own': 'mine' },
    });
  });

  it.each([
    [`"it's"`, "it's"],
    [`'`, `'`],
    [`''`, ''],
    [`'a"`, `'a"`],
    ['42', '42'],
  ])('show %s as %s', (plain, shown) => {
    expect(resultEvent({ 'text/plain': plain }, true)['text']).toBe(shown);
  });

  it('leave out what is not of its kind', () => {
    const forged = { 'image/png': { toString: 1 }, 'text/plain': 5, constructor: 'x' };
    expect(resultEvent(forged, false)).toEqual({ type: 'result', is_main_result: false, extra: { constructor: 'x' } });
  });
});

describe('lines of JSON', () => {
  it('are ASCII and say the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const line = asciiLine({ value }).toString();
        expect(line).toMatch(/^[\x20-\x7e]*\n$/);
        expect(JSON.parse(line)).toEqual({ value });
      }),
    );
  });
});

describe("Connect's envelopes", () => {
  it('carry a flag, a length and JSON', () => {
    const [envelope, end] = [message({ é: 1 }), endOfStream(rpcError('not_found', 'gone'))];
    expect([envelope[0], envelope.readUInt32BE(1)]).toEqual([0, envelope.length - 5]);
    expect([end[0], end.subarray(5).toString()]).toEqual([2, '{"error":{"code":"not_found","message":"gone"}}']);
    expect(endOfStream().subarray(5).toString()).toBe('{}');
  });

  it('are read back, and nothing else is', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const value: unknown = JSON.parse(json);
        expect(requestMessage(message(value))).toBe(JSON.stringify(value));
      }),
    );
    for (const bytes of [Buffer.alloc(0), Buffer.from([0, 0, 0, 0, 9, 1]), endOfStream()]) {
      expect(requestMessage(bytes)).toBeUndefined();
    }
  });

  it('know their own error codes only', () => {
    expect(rpcError('no_space', 'full').code).toBe('internal');
    expect(rpcError('toString', 'x').code).toBe('internal');
  });
});

describe('signed links', () => {
  const TOKEN = 'token';
  const NOW_MS = 1_700_000_000_000;

  it('are signed as the SDK signs them', async () => {
    const bySdk = await getSignature({ path: 'a b.txt', operation: 'read', user: 'user', envdAccessToken: TOKEN });
    const link = { path: 'a b.txt', operation: 'read', username: 'user', expiration: undefined } as const;
    expect(signatureOf(link, TOKEN)).toBe(bySdk.signature);
  });

  it('hold for one path, one way, one token, and their time', () => {
    const expiration = String(NOW_MS / 1000 + 60);
    const good = { path: 'x', operation: 'read', username: '', expiration } as const;
    const signature = signatureOf(good, TOKEN);
    const check = (change: object = {}, now = NOW_MS) => checkSignature({ ...good, signature, ...change }, TOKEN, now);
    expect(check()).toBe('valid');
    expect(check({}, NOW_MS + 61_000)).toBe('signature is already expired');
    for (const change of [{ path: 'y' }, { operation: 'write' }, { username: 'root' }, { expiration: '9999999999' }]) {
      expect(check(change)).toBe('invalid signature');
    }
    expect(check({ expiration: 'soon', signature: signatureOf({ ...good, expiration: 'soon' }, TOKEN) })).toBe(
      'signature is already expired',
    );
  });

  it('are found in a URL', () => {
    const url = new URL('http://x/files?path=a%20b&signature=v1_x&signature_expiration=5');
    const link = { path: 'a b', operation: 'write', username: '', signature: 'v1_x', expiration: '5' };
    expect(signedLink(url, 'POST')).toEqual(link);
    expect(signedLink(new URL('http://x/files?path=a'), 'GET')).toBeUndefined();
  });
});

describe('languages', () => {
  it.each([
    ['Python ', 'python'],
    ['js', 'javascript'],
    ['TS', 'typescript'],
    ['bash', 'bash'],
    ['constructor', undefined],
    ['cobol', undefined],
  ])('%s is %s', (name, language) => {
    expect(languageOf(name)).toBe(language);
  });
});
