import { clusterRedis, type RedisConnection, singleRedis } from '@portal/stores';
import { redisBench, requireService, type StoreBench } from '@portal/testkit';
import { afterAll, describe } from '@jest/globals';
import { assumedLaws } from './assumed-ids.ts';

describe.each<[string, () => RedisConnection]>([
  ['Redis', () => singleRedis(requireService('REDIS_URL'))],
  ['Redis Cluster', () => clusterRedis(requireService('REDIS_CLUSTER_NODES'))],
])('usage events in %s', (_name, connection) => {
  const opened: StoreBench[] = [];
  afterAll(() => Promise.all(opened.map((bench) => bench.close())));

  assumedLaws(() => {
    const bench = redisBench(connection());
    opened.push(bench);
    return bench;
  });
});
