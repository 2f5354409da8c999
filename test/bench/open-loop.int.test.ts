import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { runOffered } from '../../bench/load/offered.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const JOB = { paths: ['/a', '/b'], connections: 10, perSecond: 400, seconds: 2 };

describe('the load that does not wait for answers', () => {
  it('tells answers apart: good ones, those that say when to come again, and all others', async () => {
    const given = { good: 0, shed: 0, bare: 0, other: 0, broken: 0 };
    const port = await listen((_request, response) => {
      const sum = Object.values(given).reduce((a, b) => a + b, 0);
      const kind =
        (['good', 'shed', 'good', 'bare', 'other', 'broken'] as const)[sum % 6] ?? 'good';
      given[kind] += 1;
      const empty = { 'Content-Length': 0 };
      if (kind === 'good') response.writeHead(200, empty).end();
      else if (kind === 'shed') response.writeHead(503, { ...empty, 'Retry-After': 1 }).end();
      else if (kind === 'bare') response.writeHead(503, empty).end();
      else if (kind === 'other') response.writeHead(404, empty).end();
      else response.destroy();
    });
    const result = await runOffered({ ...JOB, port });
    const { shedBare, other, broken, unanswered } = result;
    expect({ shedBare, other, broken, unanswered }).toEqual({
      ...{ shedBare: given.bare, other: given.other, broken: given.broken, unanswered: 0 },
    });
    expect(result.accepted / result.shed).toBeCloseTo(given.good / given.shed);
    expect(result.offered).toBe(JOB.perSecond);
    expect(given.good + given.shed + given.bare + given.other + given.broken).toBe(800);
  });

  it('counts the wait for a client that is free', async () => {
    const waiting: (() => void)[] = [];
    // Answers ten at a time, when ten wait: with ten clients the eleventh request waits for one of them.
    const port = await listen((_request, response) => {
      waiting.push(() => response.writeHead(200, { 'Content-Length': 0 }).end());
      if (waiting.length < 10) return;
      setTimeout(() => {
        for (const answer of waiting.splice(0)) answer();
      }, 100);
    });
    const { p99, p50 } = await runOffered({ ...JOB, seconds: 1, port });
    // 400 requests by tens, each ten 100 ms: the last ones were due 3 s before, on any machine.
    expect(p50).toBeGreaterThan(1_000);
    expect(p99).toBeGreaterThan(2_500);
  });
});
