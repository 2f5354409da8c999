import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Micros, toMillis } from '@portal/billing';
import { createTokenVerifier } from '@portal/contracts';
import { type CustomerId } from '@portal/projection';
import { createRedisReader, singleRedis } from '@portal/stores';
import { requireService } from '@portal/testkit';
import fc from 'fast-check';
import { type Answered, type Asked, type Asker, askerOf } from './conformance/ask.ts';
import { checkOf, expectHeaders } from './conformance/check.ts';
import { keepCustomers } from './conformance/customers.ts';
import { type Operation, operationsOf, type Served } from './conformance/document.ts';
import { expectedOf } from './conformance/expected.ts';
import { arbitraryCase, type Case } from './conformance/requests.ts';
import { wireOf } from './conformance/wire.ts';
import { NOW, seconds, SECRET, startReader } from './support/reader.ts';

/**
 * The served OpenAPI document makes the requests and judges the answers. A failure prints the seed and
 * the smallest request that shows it.
 */
interface Target {
  readonly document: Served;
  readonly customers: readonly CustomerId[];
  ask(asked: Asked, now: Case['now']): Promise<Answered>;
}

const cleanups: (() => unknown)[] = [];
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Situation {
  readonly takesAt: boolean;
  readonly live: boolean;
  readonly route: 'hot' | 'express';
}

/** A listening reader over Redis with a clock the test turns. */
async function targetOf({ takesAt, live, route }: Situation): Promise<Target> {
  const url = requireService('REDIS_URL');
  const kept = await keepCustomers(url);
  const prefix = live ? kept.prefix : `${kept.prefix}-nothing`;
  // Long enough for a busy machine: what is late is a test of its own.
  const documents = createRedisReader({ connection: singleRedis(url), prefix, budgetMs: 30_000 });
  let clock = NOW;
  const reader = await startReader(
    { documents, allowAt: takesAt, now: () => clock, verifyToken: verifierAsAtNow(() => clock) },
    undefined,
    route,
  );
  const asker: Asker = askerOf(reader.url);
  cleanups.push(
    kept.remove,
    () => documents.close(),
    reader.stop,
    () => {
      asker.close();
    },
  );
  const served = await asker({ method: 'GET', target: '/openapi.json', headers: {} });
  expect(served.headers['content-type']).toMatch(/^application\/json/);
  return {
    document: JSON.parse(served.text) as Served,
    customers: kept.customers,
    ask: (asked, now) => {
      clock = now;
      return asker(asked);
    },
  };
}

/** Whatever instant the answers are for, tokens hold as they do at NOW: their times move along. */
function verifierAsAtNow(clock: () => Micros) {
  const verify = createTokenVerifier(SECRET);
  return (text: string): ReturnType<typeof verify> => {
    const token = verify(text);
    if (token.kind === 'invalid') return token;
    // Reckoned as `judgeToken` does, so that what ends now ends now.
    const moved = (time: number) => toMillis(clock()) / 1_000 + (time - seconds(NOW));
    return {
      ...token,
      get exp() {
        return moved(token.exp);
      },
      get nbf() {
        return token.nbf === null ? null : moved(token.nbf);
      },
    };
  };
}

describe.each([
  ['the reader', 1_000, { takesAt: false, live: true, route: 'hot' }],
  ['the reader by Express alone', 300, { takesAt: false, live: true, route: 'express' }],
  ['the reader of the embedded mode', 700, { takesAt: true, live: true, route: 'express' }],
  ['a reader before anything is live', 300, { takesAt: false, live: false, route: 'hot' }],
] satisfies [string, number, Situation][])(
  '%s, asked what its document allows and what it does not',
  (_name, numRuns, situation) => {
    let target: Target;
    beforeAll(async () => {
      target = await targetOf(situation);
    });

    it('documents the methods of one path, and `at` only where it is taken', () => {
      const operations = operationsOf(target.document);
      const path = '/portal/dashboard_summary';
      expect(operations).toMatchObject([
        { method: 'GET', path },
        { method: 'HEAD', path },
        { method: 'OPTIONS', path },
      ]);
      const [get, head] = operations.map(({ parameters }) => parameters.map(({ name }) => name));
      expect(get!.includes('at')).toBe(situation.takesAt);
      expect(head).toEqual(get);
    });

    it('answers as documented, to the letter where the contract gives the letter', async () => {
      const seen = new Map<number, number>();
      // A case has a method of its own, whatever operation its parameters are taken from.
      const [operation] = operationsOf(target.document);
      const check = checkOf(target.document);
      await fc.assert(
        fc.asyncProperty(arbitraryCase(operation!, target.customers), async (asked) => {
          const expected = expectedOf(asked, situation);
          const answer = await target.ask(wireOf(asked), asked.now);
          seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
          check(asked, expected, answer);
          if (answer.status === 200 && expected.kind === 'answer') {
            await expectSame(target, operation!, asked, answer);
          }
        }),
        { numRuns },
      );
      const usual = situation.live ? 200 : 503;
      expect([...seen.keys()]).toEqual(expect.arrayContaining([usual, 401, 404, 405, 422]));
    });

    it('refuses what the HTTP parser refuses, without a body', async () => {
      const ask = (asked: Asked): Promise<Answered> => target.ask(asked, NOW);
      const huge = await ask({
        method: 'GET',
        target: `/?token=${'x'.repeat(20_000)}`,
        headers: {},
      });
      expect([huge.status, huge.text]).toEqual([431, '']);
      const cookie = { cookie: 'x'.repeat(20_000) };
      const long = await ask({ method: 'GET', target: '/', headers: cookie });
      expect([long.status, long.text]).toEqual([431, '']);
    });
  },
);

/** The same question with the answer's own ETag is 304 with the same headers and nothing to read. */
async function expectSame(
  target: Target,
  operation: Operation,
  asked: Case,
  { headers }: Answered,
): Promise<void> {
  const etag = String(headers['etag']);
  const ifNoneMatch = asked.repeatedAs.replace('ETAG', etag);
  const again = await target.ask(wireOf({ ...asked, ifNoneMatch }), asked.now);
  expect([again.status, again.text]).toEqual([304, '']);
  expect(again.headers['etag']).toBe(etag);
  expectHeaders(again, operation.responses['304']?.headers ?? {});
}
