import { afterEach, describe, expect, it } from '@jest/globals';
import { createHealthHandler, type Readiness } from '../src/health.ts';
import { listen, type Listening } from '../src/listen.ts';
import { Counter, createMetricsRegistry } from '../src/metrics.ts';

let server: Listening | undefined;
afterEach(async () => {
  await server?.stop();
});

async function serve(ready: () => Promise<Readiness>) {
  const registry = createMetricsRegistry('test');
  new Counter({ name: 'apples_total', help: 'Apples.', registers: [registry] }).inc(3);
  const health = createHealthHandler({ ready, registry });
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

describe('the health endpoints', () => {
  it('say alive and ready with 200', async () => {
    const get = await serve(() => Promise.resolve({ ready: true }));
    const [alive, ready] = [await get('/livez'), await get('/readyz?verbose')];
    expect([alive.status, await alive.json()]).toEqual([200, { status: 'alive' }]);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
  });

  it('say why not ready with 503, and stay alive', async () => {
    const get = await serve(() => Promise.resolve({ ready: false, reason: 'store away' }));
    const ready = await get('/readyz');
    const body = { status: 'not_ready', reason: 'store away' };
    expect([ready.status, await ready.json()]).toEqual([503, body]);
    expect((await get('/livez')).status).toBe(200);
  });

  it('take a failing check for not ready', async () => {
    const get = await serve(() => Promise.reject(new Error('boom')));
    expect((await get('/readyz')).status).toBe(503);
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
