import { createRedisDirectory, singleRedis } from '@portal/stores';
import { listGroups } from '@portal/streams';
import { eventually, type OwnRedis, startRedis } from '@portal/testkit';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Corner, openCorner } from '../e2e/corner.ts';
import { eventLine } from '../e2e/event-line.ts';
import { endOf, type ServiceProcess, startService } from '../e2e/process.ts';
import { openReader } from '../e2e/reader.ts';
import { COMMAND, shell } from '../e2e/shell.ts';
import { bought, NOW, shown, used } from './calls.ts';
import { expectFreshFold } from './stored.ts';

const publish = (corner: Corner, events: ReturnType<typeof used>): Promise<void> =>
  corner.publish(events.map((event) => eventLine(event)));

/** One store of the corner's topics, with a projector and a reader of its own. */
interface Side {
  readonly place: Corner & { readonly redisPrefix: string };
  readonly environment: Readonly<Record<string, string>>;
}

async function expectBothRight(corner: Corner, sides: readonly Side[]): Promise<void> {
  const running: ServiceProcess[] = [];
  for (const side of sides) running.push(await startService('projector', side.environment));
  const readers = await Promise.all(sides.map(({ place }) => openReader(place, NOW)));
  await publish(corner, used('together'));
  await Promise.all(readers.map(({ url }) => shown(url, 200)));
  for (const projector of running) expect(await projector.kill('SIGTERM')).toBe(0);
  await Promise.all(readers.map((reader) => reader.stop()));
  for (const { place } of sides) await expectFreshFold(place);
}

describe('two stores fed from the same topics', () => {
  const opened: OwnRedis[] = [];
  afterEach(() => Promise.all(opened.splice(0).map((redis) => redis.stop())));

  it('each get every event, though code and topics are the same', async () => {
    const corner = await openCorner();
    await publish(corner, [...bought, ...used('before')]);
    const sides = [corner.prefix, `${corner.prefix}-b`].map((redisPrefix) => ({
      place: { ...corner, redisPrefix },
      environment: { ...corner.environment, REDIS_PREFIX: redisPrefix },
    }));
    await expectBothRight(corner, sides);
  });

  it('each get every event when one is a copy of the other that was adopted', async () => {
    const corner = await openCorner();
    const [one, two] = await Promise.all([
      startRedis(),
      startRedis('--repl-diskless-sync-delay', '0'),
    ]);
    opened.push(one, two);
    const sideOf = (redis: OwnRedis): Side => ({
      place: { ...corner, redis: singleRedis(redis.url), redisPrefix: corner.prefix },
      environment: { ...corner.environment, REDIS_URL: redis.url },
    });
    await publish(corner, [...bought, ...used('before')]);
    const first = await startService('projector', sideOf(one).environment);
    const reader = await openReader(sideOf(one).place, NOW);
    await shown(reader.url, 100);
    await reader.stop();
    await first.kill('SIGTERM');

    await two.command('replicaof', '127.0.0.1', String(one.port));
    await eventually(
      async () => String(await two.command('info', 'replication')),
      (info) => info.includes('master_link_status:up'),
    );
    await two.command('replicaof', 'no', 'one');
    const identityOf = (redis: OwnRedis) => redis.command('get', `${corner.prefix}:store`);
    expect(await identityOf(two)).toBe(await identityOf(one));
    const { code, stdout } = await shell(
      `"$0" ${COMMAND} generations adopt`,
      sideOf(two).environment,
    );
    expect([code, stdout]).toEqual([0, expect.stringContaining(String(await identityOf(two)))]);
    expect(await identityOf(two)).not.toBe(await identityOf(one));
    await expectBothRight(corner, [sideOf(one), sideOf(two)]);
    const groups = await listGroups(corner.kafka, 10_000);
    expect(groups.filter((group) => group.startsWith(`${corner.prefix}.`))).toHaveLength(2);
  });
});

describe('a second projector that reads other topics, on a store in use', () => {
  it('is refused with both sides named, also when the first one is gone', async () => {
    const corner = await openCorner();
    await publish(corner, [...bought, ...used('one')]);
    const first = await startService('projector', corner.environment);
    const reader = await openReader(corner, NOW);
    await shown(reader.url, 100);

    const stranger = { ...corner.environment, TOPIC_PREFIX: `${corner.prefix}-other` };
    const whileFed = await endOf('projector', stranger);
    expect([whileFed.code, whileFed.log]).toEqual([2, expect.stringContaining('another log')]);
    for (const named of [`topics ${corner.prefix}.*`, `reads ${corner.prefix}-other.*`]) {
      expect(whileFed.log).toContain(named);
    }
    expect(whileFed.log).toContain('fed by process');
    expect(await first.kill('SIGTERM')).toBe(0);
    const whenGone = await endOf('projector', stranger);
    expect([whenGone.code, whenGone.log]).toEqual([2, expect.stringContaining('last fed')]);

    await shown(reader.url, 100);
    await reader.stop();
    const { redis: connection, prefix } = corner;
    const directory = createRedisDirectory({ connection, prefix });
    const { generations } = await directory.snapshot();
    await directory.close();
    expect(generations.map(({ topicPrefix }) => topicPrefix)).toEqual([prefix]);
    await expectFreshFold(corner);
  });
});
