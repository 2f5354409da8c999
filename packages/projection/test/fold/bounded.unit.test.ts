import { type Charge } from '@portal/billing';
import { type BillingEvent, customerRef, type Entry } from '@portal/projection';
import {
  aCharge,
  aPlan,
  aSubscription,
  at,
  aUsage,
  CUSTOMER,
  documentOf,
  foldBatch,
  foldBatches,
  ORGANIZATION,
  type TestRecord,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';

const ref = customerRef(ORGANIZATION, CUSTOMER);
const HOUR = 3_600_000_000;
const YEAR = 366 * 24;

const yearly = (charge: Partial<Charge>): Entry => ({
  kind: 'event',
  at: { family: 'subscriptions', partition: 0, offset: 0 },
  event: aSubscription({
    plan: aPlan({ interval: 'yearly' }),
    started_at: at('2025-06-01T00:00:00Z'),
    charges: [aCharge({ properties: { amount: '1' }, ...charge })],
  }),
});

/** One event an hour from the first of January 2026 on, in batches of a week. */
function hourly(first: Entry, event: (at: number, id: string) => BillingEvent): TestRecord {
  const start = at('2026-01-01T00:00:00Z');
  const entries = Array.from({ length: YEAR }, (_, hour): Entry => ({
    kind: 'event',
    at: { family: 'usage', partition: 0, offset: hour },
    event: event(start + hour * HOUR, `hour-${hour}`),
  }));
  let record = foldBatches(ref, [[first]]);
  for (let hour = 0; hour < YEAR; hour += 168) {
    record = foldBatch(record, entries.slice(hour, hour + 168));
  }
  return record;
}

const bytes = (value: unknown): number => JSON.stringify(value).length;
const named = ({ fields }: TestRecord, prefix: string) =>
  [...fields].filter(([name]) => name.startsWith(prefix));

describe('a year of hourly usage on a yearly plan', () => {
  it.each([
    ['counter', { aggregation: 'sum' }, 'the sum of all hours', String(YEAR - 24)],
    ['point', { aggregation: 'latest' }, 'the last hour', '1'],
    ['unique', { aggregation: 'unique_count' }, 'a key each day', '365'],
  ] as const)('of %s events keeps the record bounded', (kind, charge, _, units) => {
    const record = hourly(yearly(charge), (timestamp, event_id) =>
      aUsage(
        {
          kind,
          timestamp: at(new Date(timestamp / 1_000).toISOString()),
          value: '1',
          unique_key: kind === 'unique' ? `day-${Math.floor(timestamp / (24 * HOUR))}` : null,
        },
        { event_id },
      ),
    );
    // An id for each hour of the horizon, 64 in a shard.
    expect(named(record, 'd:').length).toBe(Math.ceil(YEAR / 64));
    // A field of cells and, of single events, another for each day.
    const days = named(record, 'u:').length + named(record, 'r:').length;
    expect(days).toBeLessThanOrEqual(kind === 'counter' ? 366 : 2 * 366);
    expect(Math.max(...[...record.fields.values()].map((text) => text.length))).toBeLessThan(4_000);
    expect(bytes(record.state)).toBeLessThan(4_000);
    const document = documentOf(record);
    expect(bytes(document)).toBeLessThan(2_048);
    expect(document?.subscriptions[0]?.periods[0]?.charges[0]?.units).toBe(units);
  });
});
