import { describe, expect, it } from '@jest/globals';
import { storeReadiness } from '../src/readiness.ts';
import { EVENTS, memoryReader, REF, startReader, storedCustomer, token } from './support/reader.ts';

describe('a reader whose time zone data is not that of the generation', () => {
  it('says stale and names both versions, in header, meta and readiness, and stays ready', async () => {
    const holed = storedCustomer(REF, EVENTS, 1);
    const documents = await memoryReader(new Map([[REF, storedCustomer(REF)]]));
    const own = await startReader({
      documents,
      zoneData: '2027a',
      ready: () => storeReadiness(documents, '2027a'),
    });
    const answer = await own.get({ token: token(), include: 'meta' });
    const ready = await own.request('/readyz');
    await own.stop();
    expect(answer.headers.get('dashboard-status')).toBe('stale; reason="time_zone_data"');
    const { meta } = (await answer.json()) as { meta: Record<string, unknown> };
    const detail = 'folded with time zone data 2026b, answered with 2027a';
    expect([meta['status'], meta['reasons']]).toEqual([
      'stale',
      [{ code: 'time_zone_data', detail }],
    ]);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ready', warning: 'time_zone_data' },
    ]);

    const worse = await startReader({
      documents: await memoryReader(new Map([[REF, holed]])),
      zoneData: '2027a',
    });
    const { headers } = await worse.get();
    await worse.stop();
    expect(headers.get('dashboard-status')).toBe('degraded; reason="hole,time_zone_data"');
  });
});
