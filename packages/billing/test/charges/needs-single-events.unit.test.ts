import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  type Carried,
  type Charge,
  needsSingleEvents,
  priceCharge,
  type PropertyBag,
  type UsageSeries,
} from '../../src/index.ts';
import { CASES } from '../cycles.ts';
import { AGGREGATIONS } from './naive.ts';
import { aPoint, daily, onDay, PERIOD, seriesOf } from './series.ts';
import { aCharge, aFilter } from './written.ts';

describe('needsSingleEvents', () => {
  const percentage = { charge_model: 'percentage', properties: { rate: '1' } };
  const bounded = { per_transaction_max_amount: '3' };
  it.each<[Partial<Charge>, boolean]>([
    [{ aggregation: 'count' }, false],
    [{ aggregation: 'count', recurring: true }, false],
    [{ aggregation: 'sum' }, false],
    [{ aggregation: 'sum', recurring: true }, true],
    [{ aggregation: 'max' }, false],
    [{ aggregation: 'max', recurring: true }, true],
    [{ aggregation: 'latest' }, true],
    [{ aggregation: 'weighted_sum' }, true],
    [{ aggregation: 'unique_count' }, true],
    [{ aggregation: 'median' }, false],
    [{ charge_model: 'dynamic' }, false],
    [{ charge_model: 'percentage', properties: { rate: '1', fixed_amount: '30' } }, false],
    [{ charge_model: 'percentage', properties: { rate: '1', free_units_per_events: '0' } }, false],
    [{ charge_model: 'percentage', properties: { rate: '1', free_units_per_events: '2' } }, true],
    [{ charge_model: 'percentage', properties: { free_units_per_events: '2' } }, false],
    [{ charge_model: 'standard', properties: { amount: '1', ...bounded } }, false],
    [{ ...percentage, filters: [aFilter({}, bounded)] }, true],
    [{ ...percentage, filters: [aFilter({}, bounded)], aggregation: 'sum' }, true],
  ])('%j: %s', (charge, needed) => {
    expect(needsSingleEvents(aCharge(charge))).toBe(needed);
  });

  it('is false only where single events change nothing', () => {
    const bags: Record<string, PropertyBag> = {
      standard: { amount: '3' },
      package: { amount: '3', package_size: '4' },
      percentage: { rate: '2', fixed_amount: '1' },
      custom: { unit_price: '2' },
      dynamic: {},
    };
    const extra = fc.record(
      {
        free_units_per_events: fc.constantFrom('0', '2'),
        free_units_per_total_aggregation: fc.constantFrom('0', '6'),
        per_transaction_min_amount: fc.constantFrom('0', '1'),
        per_transaction_max_amount: fc.constantFrom('0', '2'),
      },
      { requiredKeys: [] },
    );
    const arbitraryCharge = fc
      .record({
        aggregation: fc.constantFrom(...AGGREGATIONS),
        recurring: fc.boolean(),
        charge_model: fc.constantFrom(...Object.keys(bags)),
        extra,
      })
      .map(({ extra: more, ...rest }) =>
        aCharge({ ...rest, properties: { ...bags[rest.charge_model], ...more } }),
      );
    const events = fc.array(fc.nat(9).map(String), { maxLength: 5 });
    const kinds = fc.constantFrom<UsageSeries['kind']>('counter', 'point', 'change', 'unique');
    const event = aPoint({ at: onDay(-1), value: '50', key: 'u' });
    const earlier: Record<UsageSeries['kind'], Carried> = {
      counter: { kind: 'counter' },
      point: { kind: 'point', event },
      change: { kind: 'change', level: '50' },
      unique: { kind: 'unique', events: [event] },
    };
    let without = 0;
    fc.assert(
      fc.property(arbitraryCharge, events, kinds, (charge, values, kind) => {
        if (needsSingleEvents(charge)) return;
        without += 1;
        const full = seriesOf(kind, daily(...values), { carried: earlier[kind] });
        const bare: UsageSeries = { ...full, events: [], carried: null };
        expect(priceCharge(charge, [bare], PERIOD)).toEqual(priceCharge(charge, [full], PERIOD));
      }),
      CASES,
    );
    expect(without).toBeGreaterThan(100);
  });
});
