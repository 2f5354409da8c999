import { singleRedis } from '@portal/stores';
import { requireService } from '@portal/testkit';
import { afterAll, describe } from '@jest/globals';
import { type StoreBench } from '../../../packages/stores/test/contract/subject.ts';
import { redisBench } from '../../../packages/stores/test/redis-bench.ts';
import { GENERATION } from './harness.ts';
import { healingLaws } from './healing.ts';

describe('a parked record, in Redis,', () => {
  const opened: StoreBench[] = [];
  afterAll(() => Promise.all(opened.map((bench) => bench.close())));

  healingLaws(() => {
    const bench = redisBench(singleRedis(requireService('REDIS_URL')));
    opened.push(bench);
    return bench.store(GENERATION);
  });
});
