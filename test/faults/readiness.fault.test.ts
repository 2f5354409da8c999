import { createServer, request, type Server } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { DASHBOARD_PATH, signPortalToken } from '@portal/contracts';
import { type Micros } from '@portal/billing';
import { createRedisPointer, singleRedis } from '@portal/stores';
import { ORGANIZATION, requireService, startRedis } from '@portal/testkit';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openCorner, SECRET } from '../e2e/corner.ts';
import { eventLine } from '../e2e/event-line.ts';
import { eventually, type ServiceProcess, startService } from '../e2e/process.ts';
import { openReader } from '../e2e/reader.ts';
import { bought, CUSTOMERS, used } from './calls.ts';
import { allFolded, expectFreshFold } from './stored.ts';

const opened: { stop(): Promise<unknown> }[] = [];
afterEach(() => Promise.all(opened.splice(0).map((one) => one.stop())));

/** What `/readyz` says: `ready`, or the reason. */
async function readiness({ url }: ServiceProcess): Promise<string> {
  const answer = (await (await fetch(`${url}/readyz`)).json()) as Record<string, string>;
  return answer['reason'] ?? answer['status'] ?? '';
}

/** Waits until it says so, and prints how long that took. */
async function says(projector: ServiceProcess, wanted: string, after: string): Promise<void> {
  const began = performance.now();
  await eventually(
    () => readiness(projector),
    (now) => now === wanted,
  );
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  process.stdout.write(`${after}: ${wanted} after ${seconds} s\n`);
}

/** A way to the real registry that can be closed and opened. */
async function registryWay() {
  const target = new URL(requireService('SCHEMA_REGISTRY_URL'));
  let server: Server | null = null;
  let port = 0;
  const open = async (): Promise<void> => {
    server = createServer((incoming, outgoing) => {
      const { method, url: path } = incoming;
      const onward = request({ host: target.hostname, port: target.port, method, path }, (reply) =>
        reply.pipe(outgoing.writeHead(reply.statusCode ?? 500, reply.headers)),
      );
      incoming.pipe(onward);
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };
  const close = async (): Promise<void> => {
    server?.closeAllConnections();
    const closed = server === null ? null : once(server, 'close');
    server?.close();
    await closed;
    server = null;
  };
  await open();
  const way = { url: `http://127.0.0.1:${port}${target.pathname}`, open, close, stop: close };
  opened.push(way);
  return way;
}

/** What `meta` says of one customer's usage, milliseconds. */
async function lagOf(url: string): Promise<number | null> {
  const token = signPortalToken(SECRET, {
    organizationId: ORGANIZATION,
    customerId: CUSTOMERS[0]!,
    expiresAt: ((Date.now() + 60_000) * 1_000) as Micros,
  });
  const answer = await fetch(`${url}${DASHBOARD_PATH}?token=${token}&include=meta`);
  const body = (await answer.json()) as { meta?: { lag_ms: Record<string, number | null> } };
  return body.meta?.lag_ms['usage'] ?? null;
}

describe('readiness of a projector, both ways', () => {
  it('is not given before it owns partitions', async () => {
    const corner = await openCorner();
    const projector = await startService('projector', corner.environment);
    const said: string[] = [];
    await eventually(
      async () => said.push(await readiness(projector)),
      () => said.at(-1) === 'ready',
    );
    expect(new Set(said)).toEqual(new Set(['joining', 'ready']));
    expect(await projector.kill('SIGTERM')).toBe(0);
  });

  it('ends while the registry is away and records need it; the lag is seen, and all is folded after it', async () => {
    const corner = await openCorner();
    const way = await registryWay();
    await way.close();
    const environment = { ...corner.environment, SCHEMA_REGISTRY_URL: way.url };
    const projector = await startService('projector', environment);
    await says(projector, 'ready', 'registry away, no records');
    await corner.publish([...bought, ...used('one')].map((event) => eventLine(event)));
    await says(projector, 'held', 'registry away, records wait');
    await way.open();
    await says(projector, 'ready', 'registry back');
    await allFolded(corner, bought.length + used('one').length);
    const reader = await openReader(corner, (Date.now() * 1_000) as Micros);
    opened.push(reader);
    await eventually(
      () => lagOf(reader.url),
      (lag) => lag === 0,
    );
    expect(await projector.kill('SIGTERM')).toBe(0);
    expect(projector.log.filter((line) => line.includes('registry_away')).length).toBeLessThan(4);
    await expectFreshFold(corner);
  });

  it('ends while the store refuses writes, also when there is nothing to write', async () => {
    const redis = await startRedis();
    opened.push(redis);
    const corner = { ...(await openCorner()), redis: singleRedis(redis.url) };
    const environment = { ...corner.environment, REDIS_URL: redis.url };
    await corner.publish(bought.map((event) => eventLine(event)));
    const projector = await startService('projector', environment);
    await says(projector, 'ready', 'started');
    await allFolded(corner, bought.length);
    await redis.command('config', 'set', 'maxmemory', '1');
    await says(projector, 'store_refuses_writes', 'Redis full');
    await corner.publish(used('one').map((event) => eventLine(event)));
    await redis.command('config', 'set', 'maxmemory', '0');
    await says(projector, 'ready', 'Redis with room');
    // It is ready at once; a batch that was refused is tried again after a pause.
    await allFolded(corner, bought.length + used('one').length);
    expect(await projector.kill('SIGTERM')).toBe(0);
    await expectFreshFold(corner);
  });

  it('is not given to a generation that nobody reads, also when another one took over later', async () => {
    const corner = await openCorner();
    await corner.publish(bought.map((event) => eventLine(event)));
    const pointer = createRedisPointer({ connection: corner.redis, prefix: corner.prefix });
    opened.push({ stop: () => pointer.close() });
    await pointer.switch(null, 'another');
    // Nobody feeds that other generation, and that is meant.
    const orphaning = { ...corner.environment, ORPHAN_LIVE: '1' };
    const standby = await startService('projector', orphaning);
    await says(standby, 'not_live', 'another generation is live');
    expect(await standby.kill('SIGTERM')).toBe(0);

    const environment = { ...orphaning, GO_LIVE: 'take-over' };
    const projector = await startService('projector', environment);
    await eventually(
      () => pointer.live(),
      (live) => live !== 'another',
    );
    await says(projector, 'ready', 'took over');
    const own = await pointer.live();
    await pointer.switch(own, 'another');
    await says(projector, 'not_live', 'another one took over');
    await pointer.switch('another', own ?? '');
    await says(projector, 'ready', 'switched back');
    expect(await projector.kill('SIGTERM')).toBe(0);
  });
});
