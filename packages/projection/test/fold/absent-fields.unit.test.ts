import { type Micros, MICROS_PER_DAY } from '@portal/billing';
import { customerRef, type UsageEvent } from '@portal/projection';
import {
  aCharge,
  aSubscription,
  at,
  aUsage,
  CUSTOMER,
  foldBatch,
  foldBatches,
  ORGANIZATION,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { entry } from './seeing.ts';

const ref = customerRef(ORGANIZATION, CUSTOMER);
const NEWEST = at('2026-11-10T10:00:00Z');

/** One recurring charge of each kind that is kept event by event, and one of counters, since 2024. */
const terms = (version: number, timezone: string) =>
  aSubscription({
    version,
    timezone,
    started_at: at('2024-01-01T00:00:00Z'),
    subscription_at: null,
    charges: [
      charge('api_calls', 'sum', false),
      charge('disk', 'latest', true),
      charge('seats', 'sum', true),
      charge('people', 'unique_count', true),
    ],
  });

const charge = (metric_code: string, aggregation: string, recurring: boolean) =>
  aCharge({ id: metric_code, metric_code, aggregation, recurring, properties: { amount: '1' } });

const KINDS = { api_calls: 'counter', disk: 'point', seats: 'change', people: 'unique' } as const;

/** Every 20th day of 600: the oldest go behind the ledger's horizon. */
const usage = Array.from({ length: 30 }, (_, index) =>
  Object.entries(KINDS).map(([metric_code, kind]): UsageEvent => {
    const timestamp = (NEWEST - (29 - index) * 20 * MICROS_PER_DAY) as Micros;
    const unique_key = kind === 'unique' ? `person ${index}` : null;
    return aUsage(
      { metric_code, kind, timestamp, value: '1', unique_key },
      { event_id: `${metric_code} ${index}` },
    );
  }),
).flat();

describe('a side field that the state says is there', () => {
  const record = foldBatches(ref, [[entry(terms(1, 'UTC'))], usage.map(entry)]);
  // New terms in another zone cut and price every kept period anew.
  const next = [entry(terms(2, 'Asia/Tokyo'))];
  const whole = foldBatch(record, next);
  const names = [...record.fields.keys()].filter((name) => /^[urtm]:/.test(name));

  const without = (name: string) => {
    const fields = new Map([...record.fields].filter(([other]) => other !== name));
    try {
      return foldBatch({ ...record, fields }, next);
    } catch (error) {
      return error as Error;
    }
  };
  const results = names.map((name) => ({ name, result: without(name) }));

  it('is damage where it is not there and is needed: what it held is never taken for nothing', () => {
    for (const { name, result } of results) {
      if (result instanceof Error) {
        expect(result.message).toBe(
          `side field ${JSON.stringify(name)} cannot be read: it is not there`,
        );
      } else expect(result.state).toEqual(whole.state);
    }
  });

  it.each(['u:api_calls', 'r:disk', 'r:people', 'u:seats', 't:seats', 'm:people'])(
    'is needed: of %s at least one',
    (kind) => {
      const needed = results.filter(({ result }) => result instanceof Error);
      expect(needed.map(({ name }) => name.replace(/:\d+:/, ':'))).toContain(kind);
    },
  );
});
