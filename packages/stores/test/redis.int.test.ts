import { redisBench, requireService } from '@portal/testkit';
import { clusterRedis, singleRedis } from '../src/index.ts';
import { storeContract } from './store-contract.ts';

storeContract('a single Redis', () => redisBench(singleRedis(requireService('REDIS_URL'))));

storeContract('Redis Cluster', () =>
  redisBench(clusterRedis(requireService('REDIS_CLUSTER_NODES'))),
);
