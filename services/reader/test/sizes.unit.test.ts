import { type RequestListener, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openapi } from '@portal/contracts';
import { rawRequest, sendRaw, statusOf } from './support/raw.ts';
import { memoryReader, type RunningReader, startReader, token } from './support/reader.ts';

/** What a stranger gets back is never more than this, head included. */
const ANSWER_BYTES_MAX = 2_048;
/** Node takes 16 KB of head; this leaves room for the rest of it. */
const HOSTILE_BYTES = 15_500;

const DASHBOARD = '/portal/dashboard_summary';
const ORIGIN = 'https://portal.example.com';

let readers: readonly RunningReader[] = [];
beforeAll(async () => {
  const waiting = await memoryReader(new Map(), false);
  readers = [
    await startReader({ allowAt: true }),
    await startReader({ allowAt: false, corsOrigins: ['*'] }),
    await startReader({ documents: waiting }),
  ];
});
afterAll(() => Promise.all(readers.map((reader) => reader.stop())));

/** Texts that grow most on their way into an answer. */
const FILLINGS: Readonly<Record<string, string>> = {
  letters: 'x',
  commas: 'a,',
  'encoded control characters': '%01',
  'encoded quotes': '%22,',
  'encoded backslashes': '%5C,',
  'encoded bytes that are no text': '%FF,',
  'encoded bicycles': '%F0%9F%9A%B2,',
  'parameters of their own': 'x&include=',
  'bytes of no ASCII': '\u00e9',
};

const filled = (filling: string, bytes: number): string =>
  filling.repeat(Math.floor(bytes / filling.length));

const QUERIES = Object.entries(FILLINGS).flatMap(([name, filling]) =>
  [HOSTILE_BYTES, 8_100].flatMap((bytes) => [
    [`token of ${name}`, `token=${filled(filling, bytes)}`],
    [`include of ${name}`, `include=${filled(filling, bytes)}`],
    [`at of ${name}`, `at=${filled(filling, bytes)}`],
    [
      `all three of ${name}`,
      ['at', 'include', 'x'].map((key) => `${key}=${filled(filling, bytes / 3)}`).join('&'),
    ],
    [`unknown parameter of ${name}`, `${filled(filling, bytes)}=1`],
  ]),
);

async function expectSmall(
  method: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const reader of readers) {
    const answer = await sendRaw(reader.url, rawRequest(method, target, headers));
    expect(statusOf(answer)).toBeGreaterThanOrEqual(100);
    expect(statusOf(answer)).not.toBe(500);
    expect(answer.length).toBeLessThanOrEqual(ANSWER_BYTES_MAX);
  }
}

describe('the answer to a stranger stays small', () => {
  it.each(QUERIES)('whatever the query is: %s', async (_name, query) => {
    await expectSmall('GET', `${DASHBOARD}?${query}`, { origin: ORIGIN });
  });

  it.each(Object.values(FILLINGS))('however long the path is: %j', async (filling) => {
    for (const target of ['/', `${DASHBOARD}/`, '/portal/', '/openapi.json/']) {
      await expectSmall('GET', target + filled(filling, HOSTILE_BYTES), { origin: ORIGIN });
      await expectSmall('POST', target + filled(filling, HOSTILE_BYTES));
    }
  });

  const HEADERS = [
    ...['Accept', 'Accept-Encoding', 'Accept-Language', 'Authorization', 'Cache-Control', 'Cookie'],
    ...[
      'Consistency-Token',
      'Content-Type',
      'Expect',
      'Forwarded',
      'If-Match',
      'If-Modified-Since',
    ],
    ...['If-None-Match', 'Origin', 'Range', 'Referer', 'TE', 'Upgrade', 'User-Agent', 'Via'],
    ...['X-Forwarded-For', 'X-Forwarded-Proto', 'X-Request-Id', 'X-HTTP-Method-Override'],
    ...['Access-Control-Request-Headers', 'Access-Control-Request-Method'],
  ];

  it.each(HEADERS)('whatever the header %s holds', async (name) => {
    for (const filling of ['x', 'a,', '"\\', '\u00e9', 'Bearer x.y.', '"e", ']) {
      const value = filled(filling, HOSTILE_BYTES).trim();
      for (const given of name === 'Authorization' ? [value, `Bearer ${value}`] : [value]) {
        for (const method of ['GET', 'OPTIONS', 'PUT']) {
          await expectSmall(method, DASHBOARD, { origin: ORIGIN, [name]: given });
        }
      }
    }
  });

  it('whatever the host is', async () => {
    for (const target of [DASHBOARD, '/']) {
      await expectSmall('GET', target, { host: filled('x', HOSTILE_BYTES) });
    }
  });

  it.each(['/livez', '/readyz', '/', DASHBOARD])(
    'for %s with nothing hostile in it',
    async (path) => {
      await expectSmall('GET', path, { origin: ORIGIN });
      await expectSmall('OPTIONS', path, { origin: ORIGIN });
      await expectSmall('GET', `${path}?token=x.y.z&include=a,b,c,d&at=%01`, { origin: ORIGIN });
    },
  );

  it('for every mistake at once, the longest there are', async () => {
    const name = '%01'.repeat(60);
    const query = `include=${[name, name, name, ...Array<string>(200).fill('x')].join()}&at=${name}`;
    const id = { 'x-request-id': 'x'.repeat(64), origin: ORIGIN };
    await expectSmall('GET', `${DASHBOARD}?${query}`, id);
    const answer = await sendRaw(readers[0]!.url, rawRequest('GET', `${DASHBOARD}?${query}`, id));
    const body = answer.toString().split('\r\n\r\n')[1] ?? '';
    const { detail } = JSON.parse(body) as { detail: { loc: string[] }[] };
    expect(detail.map(({ loc }) => loc[1])).toEqual([
      'token',
      ...Array<string>(4).fill('include'),
      'at',
    ]);
  });

  it('and a good token is still answered beside all of it', async () => {
    const { status } = await readers[0]!.get({ token: token(), x: 'x'.repeat(7_000) });
    expect(status).toBe(200);
  });
});

describe('the description', () => {
  const gzip = { 'accept-encoding': 'gzip' };
  const plain = { 'accept-encoding': 'identity' };

  it('is the whole document, compressed for who can read it', async () => {
    const expected = JSON.parse(JSON.stringify(openapi({ at: true }))) as unknown;
    for (const headers of [plain, gzip]) {
      const answer = await readers[0]!.request('/openapi.json', { headers });
      expect(await answer.json()).toEqual(expected);
      expect(answer.headers.get('content-encoding')).toBe(headers === gzip ? 'gzip' : null);
      expect(answer.headers.get('vary')).toContain('Accept-Encoding');
      expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    }
  });

  it('has a tag for each of its two forms, and is not sent again to who has it', async () => {
    const tags = [];
    for (const headers of [plain, gzip]) {
      const first = await readers[0]!.request('/openapi.json', { headers });
      const etag = first.headers.get('etag')!;
      tags.push(etag);
      const again = await readers[0]!.request('/openapi.json', {
        headers: { ...headers, 'if-none-match': etag },
      });
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([
        304,
        '',
        etag,
      ]);
      const head = await readers[0]!.request('/openapi.json', { headers, method: 'HEAD' });
      expect([head.status, await head.text(), head.headers.get('etag')]).toEqual([200, '', etag]);
      expect(head.headers.get('content-length')).toBe(first.headers.get('content-length'));
    }
    expect(new Set(tags).size).toBe(2);
  });

  it('is made once: 1,600 pipelined requests are answered with the very same bytes', async () => {
    const sent = new Set<unknown>();
    const watch: RequestListener = (_request, response) => {
      const end = response.end.bind(response) as (...given: unknown[]) => ServerResponse;
      response.end = ((...given: unknown[]) => {
        sent.add(given[0]);
        return end(...given);
      }) as typeof response.end;
    };
    const reader = await startReader({}, watch);
    const one = 'GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n';
    const asked = one.repeat(49) + rawRequest('GET', '/openapi.json');
    const pieces = Array.from({ length: 32 }, () => sendRaw(reader.url, asked));
    const answers = Buffer.concat(await Promise.all(pieces)).toString();
    await reader.stop();
    expect(answers.match(/HTTP\/1\.1 200 OK\r\n/g)).toHaveLength(1_600);
    expect(sent.size).toBe(1);
    expect([...sent]).toEqual([expect.any(Buffer)]);
  });
});
