import { type Micros, MICROS_PER_DAY, parseIso } from '@portal/billing';
import { createTokenVerifier, judgeToken } from '@portal/contracts';
import { type CustomerRef } from '@portal/projection';
import { type Follower, type SourceBatch } from '@portal/streams';
import { aCustomer, anErasure, aUsage, CUSTOMER, ORGANIZATION } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { noticeCustomers, SEEN_MAX } from '../../src/embedded/customers.ts';
import { linksOf } from '../../src/embedded/links.ts';
import { sampleCustomers } from '../../src/samples/index.ts';

const NOW = parseIso('2026-11-23T10:00:00Z') as Micros;
const SECRET = 'S0meSecret-0f-the-Tests/which+Nobody=Else_ever~Uses';
const REF = `${ORGANIZATION}:${CUSTOMER}` as CustomerRef;

const unknown = { ref: REF, name: null, locale: null, timezone: null, currency: null };

describe('links', () => {
  it('come for the samples in their order, then for every other customer, each once', () => {
    const [sample] = sampleCustomers(NOW);
    const again = `${sample?.organization_id}:${sample?.customer_id}` as CustomerRef;
    const links = linksOf(SECRET, NOW, NOW, [{ ...unknown, ref: again }, unknown], 'loopback');
    expect(links.map(({ name }) => name)).toEqual([
      ...sampleCustomers(NOW).map(({ name }) => name),
      CUSTOMER,
    ]);
  });

  it('open exactly that customer, for most of a year', () => {
    const [link] = linksOf(SECRET, NOW, null, [{ ...unknown, name: 'Acme' }], 'loopback');
    const later = (NOW + 364 * MICROS_PER_DAY) as Micros;
    const verified = judgeToken(createTokenVerifier(SECRET)(link?.token ?? ''), later);
    expect([link?.name, verified]).toMatchObject(['Acme', { kind: 'valid', ref: REF }]);
  });
});

describe('links where others can reach the server', () => {
  it('open it for 12 hours and no longer', () => {
    const [link] = linksOf(SECRET, NOW, null, [unknown], 'network');
    const verified = createTokenVerifier(SECRET)(link?.token ?? '');
    const after = (seconds: number) => judgeToken(verified, (NOW + seconds * 1_000_000) as Micros);
    expect(after(43_199).kind).toBe('valid');
    expect(after(43_200)).toEqual({ kind: 'expired' });
  });
});

describe('the customers that events tell of', () => {
  const taken: SourceBatch[] = [];
  const follower: Follower = {
    assigned: () => Promise.resolve(new Map()),
    batch: (batch) => {
      taken.push(batch);
      return Promise.resolve('commit');
    },
    revoked: () => Promise.resolve(),
  };

  /** A source that has given the events, one batch each, when it is followed. */
  async function noticed(...events: readonly Parameters<typeof batchOf>[0][]) {
    const { source, seen } = noticeCustomers({
      partitions: () => Promise.resolve({ ranges: [], missing: [] }),
      read: () => {
        throw new Error('nobody reads');
      },
      follow: async (given) => {
        for (const event of events) await given.batch(batchOf(event), () => Promise.resolve());
        return {
          stop: () => Promise.resolve(),
          ended: new Promise(() => undefined),
          held: () => [],
        };
      },
      oldest: () => Promise.resolve(new Map()),
      decisions: () => Promise.resolve([]),
      close: () => Promise.resolve(),
    });
    taken.length = 0;
    await source.follow(follower);
    expect(taken).toEqual(events.map(batchOf));
    return seen();
  }

  it('are known by any event, and described by their own', async () => {
    expect(await noticed(aUsage())).toEqual([unknown]);
    expect(await noticed(aUsage(), aCustomer({ name: 'Acme', timezone: 'Asia/Tokyo' }))).toEqual([
      { ref: REF, name: 'Acme', locale: 'en', timezone: 'Asia/Tokyo', currency: 'EUR' },
    ]);
  });

  it('are not listed once they are erased', async () => {
    expect(await noticed(aCustomer(), anErasure())).toEqual([]);
  });

  it('are at most as many as anybody picks from', async () => {
    const ids = Array.from({ length: SEEN_MAX + 5 }, (_, index) => String(index));
    const crowd = ids.map((id) => aCustomer({}, { customer_id: id as typeof CUSTOMER }));
    expect(await noticed(...crowd)).toHaveLength(SEEN_MAX);
  });
});

const batchOf = (
  event: ReturnType<typeof aCustomer | typeof aUsage | typeof anErasure>,
): SourceBatch => ({
  family: event.family,
  partition: 0,
  from: 0,
  next: 1,
  records: [
    {
      ...{ family: event.family, partition: 0, offset: 0, key: null, timestamp: null },
      headers: {},
      decoded: { kind: 'event', event },
    },
  ],
});
