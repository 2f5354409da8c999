import { type Micros, MICROS_PER_DAY, MICROS_PER_HOUR } from '@portal/billing';
import { customerRef } from '@portal/projection';
import { aSubscription, at, aUsage, CUSTOMER, foldBatches, ORGANIZATION } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { entry, foldSeeing, gauge, level } from './seeing.ts';

const ref = customerRef(ORGANIZATION, CUSTOMER);

describe('one more point of a recurring gauge', () => {
  const history = (days: number, series: number) =>
    Array.from({ length: days }, (_, day) =>
      Array.from({ length: series }, (__, index) =>
        entry(
          level(
            `p-${day}-${index}`,
            (at('2026-11-10T00:00:00Z') - day * MICROS_PER_DAY) as Micros,
            '1',
            {
              host: String(index),
            },
          ),
        ),
      ),
    ).flat();

  it('sees the same few fields after 20 and after 290 days', () => {
    const seen = [20, 290].map((days) => {
      const record = foldBatches(ref, [[entry(gauge)], history(days, 2)]);
      const next = entry(level('next', at('2026-11-10T01:00:00Z'), '2', { host: '0' }));
      return foldSeeing(record.state, record.fields, [next]).seen.length;
    });
    // The days of the priced periods are walked, which 20 days do not fill.
    expect(seen[1]).toBeLessThan(80);
    expect(seen[0]).toBeLessThan(40);
  });
});

describe('a subscription that is over', () => {
  it('does not make each event price everything anew', () => {
    const over = aSubscription({
      id: '99999999-9999-4999-8999-999999999999',
      status: 'terminated',
      terminated_at: at('2026-01-01T00:00:00Z'),
    });
    const points = Array.from({ length: 200 }, (_, index) =>
      entry(level(`p-${index}`, (at('2026-11-01T00:00:00Z') + index * MICROS_PER_HOUR) as Micros)),
    );
    const other = entry(aUsage({ metric_code: 'other', timestamp: at('2026-11-10T00:00:00Z') }));
    const record = foldBatches(ref, [[entry(gauge), entry(over)], points]);
    expect(foldSeeing(record.state, record.fields, [other]).seen.length).toBeLessThanOrEqual(4);
  });
});
