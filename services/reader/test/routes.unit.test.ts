import { request as send } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  memoryReader,
  REF,
  type RunningReader,
  startReader,
  storedCustomer,
  token,
} from './support/reader.ts';

/** The same reader twice: reads by the route in front of Express, and by Express alone. */
let hot: RunningReader;
let express: RunningReader;
beforeAll(async () => {
  const documents = await memoryReader(new Map([[REF, storedCustomer(REF)]]));
  [hot, express] = await Promise.all([
    startReader({ documents }, undefined, 'hot'),
    startReader({ documents }, undefined, 'express'),
  ]);
});
afterAll(() => Promise.all([hot.stop(), express.stop()]));

interface Asked {
  readonly method: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** All that comes back but what differs from one request to the next. */
function ask({ url }: RunningReader, { method, query, headers }: Asked): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const path = `${url}/portal/dashboard_summary${query}`;
    const sent = send(path, { method, headers: { ...headers, connection: 'close' } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const { date, 'server-timing': timing, ...others } = answer.headers;
        const body = Buffer.concat(chunks).toString();
        const isTimed = timing?.includes('store;dur=');
        resolve({ status: answer.statusCode, isTimed, hasDate: date !== undefined, others, body });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

const good = token();
const QUERIES = [
  ...['', '?', `?token=${good}`, `?token=${good}&include=details`, `?token=${good}&include=meta`],
  ...[`?token=${good}&include=meta,details&x=1`, `?token=${good}&include=nothing`, '?token='],
  ...[`?token=${good}x`, `?token=${token({ exp: 1 })}`, `?token=${token({ type: 'other' })}`],
  ...[`?token=${good}&at=2026-01-01T00:00:00Z`, `?include=meta`, `?token=${'x'.repeat(9_000)}`],
  `?token=${token({ customer_id: '33333333-3333-4333-8333-333333333333' })}`,
];
const HEADERS = {
  origin: ['https://portal.example.com', 'https://evil.example', 'null', ''],
  authorization: [`Bearer ${good}`, 'Bearer', 'Basic x'],
  'if-none-match': ['*', '"other"', 'W/"other", *'],
  'x-request-id': ['mine-1', 'no good id', 'x'.repeat(80)],
  'cache-control': ['no-cache'],
  accept: ['text/html'],
};
const arbitraryHeaders: fc.Arbitrary<Asked['headers']> = fc
  .subarray(
    Object.entries(HEADERS).flatMap(([name, values]) => values.map((value) => [name, value])),
  )
  .map((pairs) => Object.fromEntries(pairs) as Record<string, string>);

const arbitraryAsked: fc.Arbitrary<Asked> = fc.record({
  method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'POST', 'OPTIONS'),
  query: fc.constantFrom(...QUERIES),
  headers: arbitraryHeaders,
});

describe('a read of the dashboard', () => {
  it('is answered the same by the route in front of Express as by Express', async () => {
    const statuses = new Set<unknown>();
    await fc.assert(
      fc.asyncProperty(arbitraryAsked, async (asked) => {
        // A request without an id is given one of its own.
        const headers = { 'x-request-id': 'given', ...asked.headers };
        const isGiven = /^[\w.-]{1,64}$/.test(headers['x-request-id']);
        const all = {
          ...asked,
          headers: isGiven ? headers : { ...headers, 'x-request-id': 'given' },
        };
        const [own, other] = await Promise.all([ask(hot, all), ask(express, all)]);
        expect(own).toEqual(other);
        statuses.add((own as { readonly status: unknown }).status);
      }),
      { numRuns: 400 },
    );
    expect([...statuses]).toEqual(expect.arrayContaining([200, 304, 401, 404, 405, 422]));
  });

  it.each<[string, Asked, number]>([
    ['a token in the query', { method: 'GET', query: `?token=${good}`, headers: {} }, 0],
    [
      'a token in a header',
      { method: 'GET', query: '', headers: { authorization: `Bearer ${good}` } },
      0,
    ],
    ['no token', { method: 'GET', query: '?', headers: {} }, 0],
    ['another method', { method: 'HEAD', query: `?token=${good}`, headers: {} }, 1],
  ])('with %s is answered before Express where it is a GET', async (_, asked, passedOn) => {
    const before = hot.passedOn();
    await ask(hot, asked);
    expect(hot.passedOn() - before).toBe(passedOn);
  });

  it('is 500 on both, and told in the log, when what reads it throws', async () => {
    const verifyToken = (): never => {
      throw new Error('a fault of ours');
    };
    for (const route of ['hot', 'express'] as const) {
      const reader = await startReader({ verifyToken }, undefined, route);
      const answer = await reader.get();
      expect([answer.status, await answer.json()]).toEqual([
        500,
        { detail: 'Internal Server Error', request_id: answer.headers.get('x-request-id') },
      ]);
      expect(reader.log.join('')).toMatch(/a fault of ours[^]*"status":500/);
      await reader.stop();
    }
  });

  it('is logged by both in the same words', async () => {
    const lineOf = (reader: RunningReader) => {
      const { time, ms, ...fields } = JSON.parse(reader.log.at(-1)!) as Record<string, unknown>;
      return { ...fields, time: typeof time, ms: typeof ms };
    };
    const asked = { method: 'GET', query: `?token=${good}`, headers: { 'x-request-id': 'mine' } };
    await Promise.all([ask(hot, asked), ask(express, asked)]);
    expect(lineOf(hot)).toEqual(lineOf(express));
    expect(lineOf(hot)).toMatchObject({ level: 'info', request_id: 'mine', status: 200 });
  });
});
