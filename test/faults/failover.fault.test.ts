import { type BillingEvent, DEFAULT_SETTINGS } from '@portal/projection';
import { generationOf } from '@portal/projector';
import { clusterRedis, keysOf, type RedisConnection, singleRedis, slotOf } from '@portal/stores';
import { eventually, type OwnRedis, startCluster, startRedis } from '@portal/testkit';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Corner, openCorner } from '../e2e/corner.ts';
import { eventLine } from '../e2e/event-line.ts';
import { startService } from '../e2e/process.ts';
import { openReader } from '../e2e/reader.ts';
import { bought, NOW, shown, used } from './calls.ts';
import { expectFreshFold } from './stored.ts';

const GENERATION = generationOf(DEFAULT_SETTINGS);
/** A replica is given its first copy without waiting for others to come. */
const AT_ONCE = ['--repl-diskless-sync-delay', '0'];

/** One Redis that is about to lose what is written from now on: `before` parts its replica, `after` lets that take over. */
interface Failover {
  readonly redis: RedisConnection;
  readonly environment: Readonly<Record<string, string>>;
  before(corner: Corner): Promise<void>;
  after(): Promise<void>;
  stop(): Promise<void>;
}

async function single(): Promise<Failover> {
  const [master, replica] = await Promise.all([startRedis(...AT_ONCE), startRedis(...AT_ONCE)]);
  return {
    redis: singleRedis(master.url),
    environment: { REDIS_URL: master.url },
    before: async () => {
      await replica.command('replicaof', '127.0.0.1', String(master.port));
      await eventually(
        async () => String(await replica.command('info', 'replication')),
        (info) => info.includes('master_link_status:up'),
      );
      await replica.command('replicaof', 'no', 'one');
    },
    after: async () => {
      master.signal('SIGKILL');
      await eventually(
        () => replica.command('config', 'set', 'port', String(master.port)),
        (answer) => answer === 'OK',
      );
    },
    stop: async () => {
      await Promise.all([master.stop(), replica.stop()]);
    },
  };
}

/** The master that fails is one that does not hold the checkpoints: these tell of nothing that is lost. */
async function cluster(): Promise<Failover> {
  const own = await startCluster();
  let [master, replica]: (OwnRedis | undefined)[] = [];
  return {
    redis: clusterRedis(own.nodes),
    environment: { REDIS_URL: '', REDIS_CLUSTER_NODES: own.nodes },
    before: async ({ prefix }) => {
      const keeper = Math.floor(slotOf(keysOf(prefix, GENERATION).checkpoints) / 5461);
      master = own.masters[(Math.min(keeper, 2) + 1) % 3]!;
      replica = await own.replicaOf(master);
      replica.signal('SIGSTOP');
      await master.command('client', 'kill', 'type', 'replica');
    },
    after: async () => {
      master?.signal('SIGKILL');
      replica?.signal('SIGCONT');
      await eventually(
        async () => String(await replica?.command('info', 'replication')),
        (info) => info.includes('role:master'),
      );
    },
    stop: () => own.stop(),
  };
}

describe('a replica that takes over without the last writes, under a running projector', () => {
  const opened: Failover[] = [];
  afterEach(() => Promise.all(opened.splice(0).map((failover) => failover.stop())));

  it.each([
    ['a single Redis', single],
    ['a Redis Cluster', cluster],
  ])('ends the projector; the next one makes every number again, with %s', async (_, start) => {
    const failover = await start();
    opened.push(failover);
    const home = await openCorner();
    const corner = { ...home, redis: failover.redis };
    const environment = { ...home.environment, ...failover.environment };
    const publish = (events: readonly BillingEvent[]) =>
      corner.publish(events.map((event) => eventLine(event)));

    await publish([...bought, ...used('one'), ...used('two')]);
    const first = await startService('projector', environment);
    const reader = await openReader(corner, NOW);
    await shown(reader.url, 200);
    await failover.before(corner);
    await publish(used('three'));
    await shown(reader.url, 300);
    await failover.after();
    await publish(used('four'));
    expect(await first.exited).toBe(1);
    expect(first.log.join('\n')).toContain('the store lost data');

    const second = await startService('projector', environment);
    await shown(reader.url, 400);
    expect(await second.kill('SIGTERM')).toBe(0);
    await reader.stop();
    await expectFreshFold(corner);
  });
});
