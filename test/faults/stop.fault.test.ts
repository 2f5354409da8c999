import { singleRedis } from '@portal/stores';
import { ORGANIZATION, type OwnRedis, startRedis } from '@portal/testkit';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openCorner } from '../e2e/corner.ts';
import { eventLine } from '../e2e/event-line.ts';
import { eventually, type ServiceProcess, startService } from '../e2e/process.ts';
import { bought, used } from './calls.ts';
import { type OwnKafka, startKafka } from './own-kafka.ts';
import { startSilentRelay } from './silent-relay.ts';
import { allFolded } from './stored.ts';

const opened: { stop(): Promise<void> }[] = [];
afterEach(() => Promise.all(opened.splice(0).map((one) => one.stop())));
const owned = <One extends { stop(): Promise<void> }>(one: One): One => {
  opened.push(one);
  return one;
};

/** Stops all of them at once: the code and the log of each. */
async function stopped(projectors: readonly ServiceProcess[], what: string) {
  const began = performance.now();
  const codes = await Promise.all(projectors.map((one) => one.kill('SIGTERM')));
  const ms = performance.now() - began;
  process.stdout.write(`${what}: ${codes.length} stopped in ${(ms / 1_000).toFixed(1)} s\n`);
  const log = projectors.flatMap((one) => one.log).join('\n');
  return { codes, late: log.includes('not stopped within the deadline') };
}

const started = (count: number, environment: Readonly<Record<string, string>>) =>
  Promise.all(Array.from({ length: count }, () => startService('projector', environment)));

const isOwner = async ({ url }: ServiceProcess): Promise<boolean> =>
  /^portal_projector_partitions_owned(?:{[^}]*})? [1-9]/m.test(
    await (await fetch(`${url}/metrics`)).text(),
  );

/** Waits until every one of them has partitions. */
const allOwn = (projectors: readonly ServiceProcess[]) =>
  eventually(
    () => Promise.all(projectors.map(isOwner)),
    (owners) => owners.every(Boolean),
  );

describe('a projector that is told to stop', () => {
  it.each([1, 2])('gives up what waits for a Redis that is silent: %i of them', async (count) => {
    const redis: OwnRedis = owned(await startRedis());
    const corner = { ...(await openCorner()), redis: singleRedis(redis.url) };
    await corner.publish(bought.map((event) => eventLine(event)));
    const relays = await Promise.all(
      Array.from({ length: count }, async () => owned(await startSilentRelay(redis.port))),
    );
    const projectors = await Promise.all(
      relays.map(({ url }) =>
        startService('projector', {
          ...corner.environment,
          REDIS_URL: url,
          // Less than one answer of Redis is waited for.
          SHUTDOWN_DEADLINE_MS: '4000',
        }),
      ),
    );
    await allFolded(corner, bought.length);
    await allOwn(projectors);
    for (const relay of relays) relay.silence();
    const waiting = relays.map((relay) => relay.swallowed(ORGANIZATION));
    await corner.publish(used('waits').map((event) => eventLine(event)));
    await Promise.all(waiting);
    const { codes, late } = await stopped(projectors, 'Redis silent');
    expect([codes, late]).toEqual([Array<number>(count).fill(0), false]);
  });

  it.each([1, 2])('ends with 0 while Redis is dead and records wait: %i of them', async (count) => {
    const redis: OwnRedis = owned(await startRedis());
    const corner = { ...(await openCorner()), redis: singleRedis(redis.url) };
    const environment = { ...corner.environment, REDIS_URL: redis.url };
    await corner.publish(bought.map((event) => eventLine(event)));
    const projectors = await started(count, environment);
    await allFolded(corner, bought.length);
    await allOwn(projectors);
    redis.signal('SIGKILL');
    await corner.publish(used('waits').map((event) => eventLine(event)));
    await eventually(
      () => Promise.resolve(projectors.map(({ log }) => log.join(''))),
      (logs) => logs.every((log) => log.includes('store_unavailable')),
    );
    const { codes, late } = await stopped(projectors, 'Redis dead');
    expect([codes, late]).toEqual([Array<number>(count).fill(0), false]);
  });

  it('ends with 0 while Kafka is dead: two of them', async () => {
    const kafka: OwnKafka = owned(await startKafka());
    const corner = await openCorner('single', [kafka.address]);
    await corner.publish(bought.map((event) => eventLine(event)));
    const projectors = await started(2, corner.environment);
    await allFolded(corner, bought.length);
    await allOwn(projectors);
    await kafka.kill();
    await eventually(
      () => Promise.resolve(projectors.map(({ log }) => log.join(''))),
      (logs) => logs.every((log) => log.includes('source_unavailable')),
    );
    const { codes, late } = await stopped(projectors, 'Kafka dead');
    expect([codes, late]).toEqual([[0, 0], false]);
  });

  it('ends with 0 while the registry is away and records need it: two of them', async () => {
    const corner = await openCorner();
    await corner.publish(bought.map((event) => eventLine(event)));
    const environment = { ...corner.environment, SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1' };
    const projectors = await started(2, environment);
    await eventually(
      () => Promise.resolve(projectors.map(({ log }) => log.join(''))),
      (logs) => logs.some((log) => log.includes('"reason":"held"')),
    );
    const { codes, late } = await stopped(projectors, 'registry away');
    expect([codes, late]).toEqual([[0, 0], false]);
  });
});
