import { afterEach, describe, expect, it } from '@jest/globals';
import {
  createHealthHandler,
  type HealthOptions,
  type Readiness,
  serveHealth,
} from '../src/health.ts';
import { listen, type Listening } from '../src/listen.ts';
import { createLogger } from '../src/logger.ts';
import { Counter, createMetricsRegistry } from '../src/metrics.ts';

let server: Listening | undefined;
afterEach(async () => {
  await server?.stop();
});

const log: string[] = [];
const logger = createLogger({
  service: 'test',
  level: 'info',
  destination: { write: (line: string) => void log.push(line) },
});

async function serve(ready: () => Promise<Readiness>) {
  log.length = 0;
  const registry = createMetricsRegistry('test');
  new Counter({ name: 'apples_total', help: 'Apples.', registers: [registry] }).inc(3);
  const health = createHealthHandler({ ready, registry, logger });
  server = await listen(
    (request, response) => {
      health(request, response, () => response.writeHead(404).end());
    },
    { port: 0, host: '127.0.0.1' },
  );
  const { port } = server;
  return (path: string, method = 'GET') =>
    fetch(`http://127.0.0.1:${port}${path}`, { method, headers: { connection: 'close' } });
}

const AWAY = {
  ready: false,
  reason: 'store_unavailable',
  detail: 'connect ECONNREFUSED 10.0.0.7:6379',
} as const;

describe('the health endpoints', () => {
  it('say alive and ready with 200', async () => {
    const get = await serve(() => Promise.resolve({ ready: true }));
    const [alive, ready] = [await get('/livez'), await get('/readyz?verbose')];
    expect([alive.status, await alive.json()]).toEqual([200, { status: 'alive' }]);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
  });

  it('say in a fixed word what is to be known of a process that is ready, and write the detail to the log', async () => {
    const warning = { reason: 'time_zone_data', detail: 'folded with 2026b' } as const;
    const get = await serve(() => Promise.resolve({ ready: true, warning }));
    const ready = await get('/readyz');
    const told = { status: 'ready', warning: 'time_zone_data' };
    expect([ready.status, await ready.json()]).toEqual([200, told]);
    await get('/readyz');
    expect(log.filter((line) => line.includes('folded with 2026b'))).toHaveLength(1);
  });

  it('say in a fixed word why not ready, with 503, and stay alive', async () => {
    const get = await serve(() => Promise.resolve(AWAY));
    const ready = await get('/readyz');
    const body = { status: 'not_ready', reason: 'store_unavailable' };
    expect([ready.status, await ready.json()]).toEqual([503, body]);
    expect((await get('/livez')).status).toBe(200);
  });

  it('take a failing check for not ready, and tell a stranger nothing of it', async () => {
    const get = await serve(() => Promise.reject(new Error('boom at 10.0.0.7')));
    const ready = await get('/readyz');
    const body = { status: 'not_ready', reason: 'check_failed' };
    expect([ready.status, await ready.json()]).toEqual([503, body]);
    expect(JSON.parse(log[0] ?? '')).toMatchObject({
      detail: 'the check itself failed: its error is in the log',
      err: { message: 'boom at 10.0.0.7' },
    });
  });

  it('write the detail to the log when it turns, however often somebody asks', async () => {
    let answer: Readiness = AWAY;
    const get = await serve(() => Promise.resolve(answer));
    for (const now of [AWAY, AWAY, { ready: true } as const, { ready: true } as const, AWAY]) {
      answer = now;
      await get('/readyz');
    }
    const told = log.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(told.map(({ msg, detail }) => [msg, detail])).toEqual([
      ['not ready', AWAY.detail],
      // What comes again within a minute is told then, with how often.
      ['ready again', undefined],
    ]);
  });

  it('tell the detail on a port of their own, and serve nothing else there', async () => {
    const options: HealthOptions = {
      ...{ ready: () => Promise.resolve(AWAY), registry: createMetricsRegistry('test') },
      ...{ logger, tellsDetail: true },
    };
    server = await serveHealth(options, { port: 0, host: '127.0.0.1' });
    const url = `http://127.0.0.1:${server.port}`;
    const { ready: _ready, ...told } = AWAY;
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'not_ready', ...told });
    expect((await fetch(`${url}/`)).status).toBe(404);
  });

  it("show the process's metrics, labelled with the service", async () => {
    const get = await serve(() => Promise.resolve({ ready: true }));
    const metrics = await get('/metrics');
    expect(metrics.headers.get('content-type')).toContain('text/plain');
    const text = await metrics.text();
    expect(text).toContain('apples_total{service="test"} 3');
    expect(text).toContain('process_resident_memory_bytes{service="test"}');
  });

  it('answer HEAD, and leave every other path and method to the next handler', async () => {
    const get = await serve(() => Promise.resolve({ ready: true }));
    expect((await get('/livez', 'HEAD')).status).toBe(200);
    expect((await get('/livez', 'POST')).status).toBe(404);
    expect((await get('/livezz')).status).toBe(404);
  });
});

describe('listen', () => {
  it('rejects when the port is taken', async () => {
    await serve(() => Promise.resolve({ ready: true }));
    const again = listen(() => undefined, { port: server!.port, host: '127.0.0.1' });
    await expect(again).rejects.toThrow('EADDRINUSE');
  });

  it('stops taking connections, and ends only when the answers under way are sent', async () => {
    let arrived: (finish: () => void) => void = () => undefined;
    const underWay = new Promise<() => void>((resolve) => (arrived = resolve));
    const busy = await listen(
      (_request, response) => {
        arrived(() => response.end('done'));
      },
      { port: 0, host: '127.0.0.1' },
    );
    const url = `http://127.0.0.1:${busy.port}/`;
    const pending = fetch(url, { headers: { connection: 'close' } });
    const finish = await underWay;
    const order: string[] = [];
    const stopped = busy.stop().then(() => order.push('stopped'));
    await expect(fetch(url)).rejects.toThrow();
    order.push('refused');
    finish();
    expect(await (await pending).text()).toBe('done');
    await stopped;
    expect(order).toEqual(['refused', 'stopped']);
  });
});
