import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CUSTOMER, ORGANIZATION } from '@portal/testkit';
import fc from 'fast-check';
import { memoryReader, type RunningReader, startReader, token } from './support/reader.ts';

let reader: RunningReader;
beforeAll(async () => {
  reader = await startReader();
});
afterAll(() => reader.stop());

const DASHBOARD = '/portal/dashboard_summary';

/** `fetch` and axios with what applications add, as they were seen; `accept` only when it is unusual. */
const WHAT_CLIENTS_SEND = [
  ...['accept', 'accept-language', 'authorization', 'cache-control', 'consistency-token'],
  ...['content-type', 'if-none-match', 'pragma', 'x-request-id', 'x-requested-with'],
];

describe('CORS', () => {
  const preflight = (origin: string) =>
    reader.request(DASHBOARD, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization,content-type',
      },
    });

  it('lets the configured origins read answer and headers', async () => {
    const allowed = await preflight('https://portal.example.com');
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://portal.example.com');
    expect(allowed.headers.get('access-control-allow-methods')).toBe('GET,HEAD');
    const headers = allowed.headers.get('access-control-allow-headers')!.toLowerCase().split(',');
    expect(headers).toEqual(expect.arrayContaining(WHAT_CLIENTS_SEND));
    expect(allowed.headers.get('access-control-allow-credentials')).toBe('true');
    expect(allowed.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    const answer = await reader.get(undefined, {
      headers: { origin: 'https://portal.example.com' },
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://portal.example.com');
    expect(answer.headers.get('access-control-expose-headers')).toContain('Dashboard-Status');
  });

  it('lets no other origin read, nor any origin when none is configured', async () => {
    for (const origin of [
      'https://evil.example',
      'https://portal.example.com.evil.example',
      'null',
    ]) {
      expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
    }
    const own = await startReader({ corsOrigins: [] });
    const answer = await own.get(undefined, { headers: { origin: 'https://portal.example.com' } });
    await own.stop();
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('answers no preflight for a path below: it is unknown, whoever asks', async () => {
    for (const method of ['OPTIONS', 'GET']) {
      const answer = await reader.request(`${DASHBOARD}/x`, { method });
      expect([answer.status, await answer.json()]).toEqual([404, { detail: 'Not Found' }]);
    }
  });

  it('lets every refusal be read too, so that a page can tell what is wrong', async () => {
    const headers = { origin: 'https://portal.example.com' };
    const failing = { document: () => Promise.reject(new Error('broken')) };
    const working = await memoryReader(new Map());
    const [down, broken] = await Promise.all([
      startReader({ documents: await memoryReader(new Map(), false) }),
      startReader({ documents: { ...working, ...failing } }),
    ]);
    const refused = [
      await reader.get({ token: 'x' }, { headers }),
      await reader.get('', { headers }),
      await reader.get({ token: token({ customer_id: ORGANIZATION }) }, { headers }),
      await reader.get(undefined, { headers, method: 'POST' }),
      await down.get(undefined, { headers }),
      await broken.get(undefined, { headers }),
    ];
    await Promise.all([down.stop(), broken.stop()]);
    expect(refused.map(({ status }) => status)).toEqual([401, 422, 404, 405, 503, 500]);
    for (const answer of refused) {
      expect(answer.headers.get('access-control-allow-origin')).toBe(headers.origin);
      expect(answer.headers.get('access-control-expose-headers')).toContain('Retry-After');
      expect(answer.headers.get('vary')).toContain('Origin');
    }
  });

  it('lets everybody read when * is configured', async () => {
    const own = await startReader({ corsOrigins: ['*'] });
    const answer = await own.get(undefined, { headers: { origin: 'https://any.example' } });
    await own.stop();
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
  });
});

describe('health', () => {
  it('is ready when the store answers and a generation is live', async () => {
    expect((await reader.request('/livez')).status).toBe(200);
    expect((await reader.request('/readyz')).status).toBe(200);
    const waiting = await startReader({ documents: await memoryReader(new Map(), false) });
    const [alive, ready] = [await waiting.request('/livez'), await waiting.request('/readyz')];
    await waiting.stop();
    expect(alive.status).toBe(200);
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: 'not_ready', reason: 'store_unavailable' },
    ]);
  });

  it('is unknown here when it has a port of its own', async () => {
    const own = await startReader({ ready: null });
    for (const path of ['/livez', '/readyz', '/metrics']) {
      const answer = await own.request(path);
      expect([answer.status, await answer.json()]).toEqual([404, { detail: 'Not Found' }]);
    }
    expect((await own.get()).status).toBe(200);
    await own.stop();
  });

  it('counts requests by route and status, answers by status, and their time', async () => {
    const own = await startReader();
    const first = await own.get();
    await own.get(undefined, { headers: { 'if-none-match': first.headers.get('etag')! } });
    await own.request('/nowhere');
    await own.request(DASHBOARD, { method: 'OPTIONS' });
    const metrics = await (await own.request('/metrics')).text();
    await own.stop();
    const counted = (route: string, status: number) =>
      new RegExp(
        `^portal_reader_requests_total\\{route="${route}",status="${status}",service="reader"\\} 1$`,
        'm',
      );
    expect(metrics).toMatch(counted(DASHBOARD, 200));
    expect(metrics).toMatch(counted(DASHBOARD, 304));
    expect(metrics).toMatch(counted('other', 404));
    expect(metrics).toMatch(counted(DASHBOARD, 204));
    expect(metrics).toContain('portal_reader_answers_total{status="fresh",service="reader"} 2');
    expect(metrics).toMatch(/^portal_reader_request_seconds_count\{.*dashboard_summary.*\} 3$/m);
  });
});

describe('the log', () => {
  const lineOf = (log: readonly string[]) => JSON.parse(log.at(-1)!) as Record<string, unknown>;
  const WHO = { organization_id: ORGANIZATION, customer_id: CUSTOMER };

  it('says once that the store gives no answer, however many ask', async () => {
    const away = await startReader({ documents: await memoryReader(new Map(), false) });
    for (let n = 0; n < 20; n += 1) expect((await away.get()).status).toBe(503);
    await away.stop();
    expect(away.log.filter((line) => line.includes('the store gave no answer'))).toHaveLength(1);
    expect(away.log.filter((line) => line.includes('"status":503'))).toHaveLength(20);
  });

  it('tells who read whom, whatever the answer to a good token was', async () => {
    const own = await startReader();
    const first = await own.get();
    expect(lineOf(own.log)).toMatchObject({ ...WHO, status: 200 });
    await own.get(undefined, { headers: { 'if-none-match': first.headers.get('etag')! } });
    expect(lineOf(own.log)).toMatchObject({ ...WHO, status: 304 });
    await own.stop();

    const unknown = await startReader({ documents: await memoryReader(new Map()) });
    await unknown.get();
    expect(lineOf(unknown.log)).toMatchObject({ ...WHO, status: 404 });
    await unknown.stop();

    const away = await startReader({ documents: await memoryReader(new Map(), false) });
    await away.get();
    expect(lineOf(away.log)).toMatchObject({ ...WHO, status: 503 });
    expect(JSON.parse(away.log[0]!)).toMatchObject({ reason: 'no generation is live yet' });
    await away.stop();
  });

  it('tells of nobody while the token is not proved', async () => {
    const own = await startReader();
    for (const bad of [token({}, 'another-secret'), token({ exp: 1 }), '']) {
      await own.get({ token: bad });
      expect(lineOf(own.log)).toMatchObject({ status: 401 });
      expect(Object.keys(lineOf(own.log))).not.toContain('customer_id');
    }
    await own.stop();
  });

  it('holds nothing that the client wrote', async () => {
    const own = await startReader();
    const fruit = 'banana';
    await own.request(`/${fruit}/${fruit}?${fruit}=${fruit}`, {
      headers: {
        ...{ 'user-agent': fruit, referer: `https://${fruit}.example/`, cookie: fruit },
        ...{
          'x-request-id': `${fruit} ${fruit}`,
          'x-forwarded-for': fruit,
          origin: `http://${fruit}`,
        },
      },
    });
    await own.get(
      { token: fruit, include: fruit, at: fruit },
      { headers: { 'if-none-match': fruit } },
    );
    await own.get({ token: fruit }, { method: 'OPTIONS' });
    await own.stop();
    expect(own.log.map((line) => (JSON.parse(line) as { route: string }).route)).toEqual([
      ...['other', DASHBOARD, DASHBOARD],
    ]);
    expect(own.log.join('').toLowerCase()).not.toContain(fruit);
  });

  it.each([
    ['gateway-7.a_B', true],
    ['x'.repeat(64), true],
    ['x'.repeat(65), false],
    ['a b', false],
    ['a"b', false],
    ['', false],
  ])('takes over the request id %j: %j', async (given, taken) => {
    const own = await startReader();
    const answer = await own.get(undefined, { headers: { 'x-request-id': given } });
    await own.stop();
    const id = answer.headers.get('x-request-id');
    expect(id === given).toBe(taken);
    expect(lineOf(own.log)).toMatchObject({ request_id: id });
  });

  it('has a line per request with its id, and never a token', async () => {
    const own = await startReader();
    const good = token();
    const spoilt = `${good}x`;
    const answer = await own.get({ token: good });
    await own.get({ token: spoilt });
    await own.get('', { headers: { authorization: `Bearer ${good}` } });
    await own.request(`/portal/${good}?token=${good}`);
    await own.stop();
    const text = own.log.join('');
    const [line] = own.log.map((each) => JSON.parse(each) as object);
    expect(own.log).toHaveLength(4);
    expect(line).toMatchObject({
      request_id: answer.headers.get('x-request-id'),
      ...{ method: 'GET', route: DASHBOARD, status: 200 },
    });
    for (const part of good.split('.')) expect(text).not.toContain(part);
  });
});

describe('whatever the query holds', () => {
  const name = fc.oneof(
    fc.constantFrom('token', 'include', 'at', '__proto__', 'token[]'),
    fc.string(),
  );
  const value = fc.oneof(fc.constantFrom('meta', 'details', token(), '', '%', '%00'), fc.string());
  const query = fc.oneof(
    fc.array(fc.tuple(name, value)).map((pairs) => String(new URLSearchParams(pairs))),
    fc.string().map((text) => text.replaceAll('#', '')),
  );

  it('the answer is one of the contract, never a 5xx', async () => {
    await fc.assert(
      fc.asyncProperty(query, async (text) => {
        const { status } = await reader.get(text);
        expect([200, 401, 422]).toContain(status);
      }),
      { numRuns: 200 },
    );
  });
});
