import { createLogger } from '@portal/runtime';
import { aUsage } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { followerOn, noAlive } from './follower-on.ts';
import { batchOf, memoryStore } from '../harness.ts';

describe('the log of parked records', () => {
  it('names one of a kind at once and the others by their number; all of them are kept', async () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => lines.push(line) };
    const logger = createLogger({ service: 'test', level: 'warn', destination });
    const store = memoryStore();
    const { follower } = followerOn(store, undefined, logger);
    const { organization_id, customer_id } = aUsage();
    const error = { code: 'malformed_json', field: null, reason: 'no JSON' } as const;
    const records = Array.from({ length: 500 }, (_, offset) => ({
      ...{
        family: 'usage' as const,
        partition: 0,
        offset,
        key: `${organization_id}:${customer_id}`,
        timestamp: null,
        headers: {},
      },
      decoded: { kind: 'undecodable' as const, error },
    }));
    expect(await follower.take([batchOf(records)], noAlive)).toBe('commit');
    const said = lines.map((line) => JSON.parse(line) as { msg: string; more?: number });
    expect(said.filter(({ msg }) => msg === 'parked')).toMatchObject([
      { offset: 0, organization_id, customer_id },
    ]);
    expect(await store.parked(1_000)).toHaveLength(500);
  });
});
