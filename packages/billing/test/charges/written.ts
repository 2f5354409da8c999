import * as fc from 'fast-check';
import {
  canonical,
  type Charge,
  type ChargeFilter,
  type ChargeResult,
  type PropertyBag,
  type Totals,
  type UsageSeries,
} from '../../src/index.ts';
import { arbitraryPrice } from '../fraction.ts';
import { type Written } from './oracle.ts';

export const MODELS = ['standard', 'graduated', 'volume', 'package'] as const;
export type Model = (typeof MODELS)[number];

/** A charge on the sum of a metric, 2 minor units each, with nothing else said. */
export const aCharge = (changes: Partial<Charge> = {}): Charge => ({
  id: 'c1',
  metric_code: 'calls',
  metric_name: 'Calls',
  aggregation: 'sum',
  recurring: false,
  rounding_function: null,
  rounding_precision: null,
  charge_model: 'standard',
  properties: { amount: '2' },
  min_amount_cents: null,
  unmatched_usage: 'charge',
  filters: [],
  ...changes,
});

/** Totals of counter events with these values. */
export const totalsOfAll = (count: number, sum: string, max: string): Totals => ({
  count,
  sum,
  max,
  amount: '0',
  priced: 0,
});

export const bagOf = (written: Written): PropertyBag =>
  JSON.parse(JSON.stringify(written)) as PropertyBag;

const maybe = (text: fc.Arbitrary<string>): fc.Arbitrary<string | null> => fc.option(text);

/** Bounds strictly ascend; the last range is open or closed. */
const arbitraryRanges = fc
  .tuple(
    fc.array(
      fc.tuple(fc.integer({ min: 1, max: 40 }), maybe(arbitraryPrice), maybe(arbitraryPrice)),
      {
        minLength: 1,
        maxLength: 5,
      },
    ),
    fc.boolean(),
  )
  .map(([steps, open]) => {
    let bound = 0;
    return steps.map(([width, per_unit_amount, flat_amount], index) => {
      bound += width;
      const last = open && index === steps.length - 1;
      return { up_to: last ? null : `${bound / 2}`, per_unit_amount, flat_amount };
    });
  });

const positive = arbitraryPrice.filter((text) => /[1-9]/.test(text));

export const arbitraryWritten: Record<Model, fc.Arbitrary<Written>> = {
  standard: fc.record({
    amount: arbitraryPrice,
    min_price: maybe(arbitraryPrice),
    max_price: maybe(arbitraryPrice),
  }),
  graduated: fc.record({ ranges: arbitraryRanges }),
  volume: fc.record({ ranges: arbitraryRanges }),
  package: fc.record({
    amount: arbitraryPrice,
    package_size: maybe(positive),
    free_units: maybe(arbitraryPrice),
  }),
};

export const aFilter = (
  dimensions: ChargeFilter['dimensions'],
  properties: PropertyBag = {},
): ChargeFilter => ({ dimensions, properties, display_name: null });

/** `count` counter events; their largest value is taken to be their sum. */
export const series = (
  dimensions: Record<string, string>,
  count: number,
  sum: string,
): UsageSeries => ({
  dimensions,
  totals: totalsOfAll(count, sum, sum),
});

/** The numbers of a result as text. */
export const summary = (result: ChargeResult): object => ({
  units: result.units === null ? null : canonical(result.units),
  events: result.events,
  amount: result.amount === null ? null : canonical(result.amount),
  reason: result.reason,
});

/** Each part as [place of its filter, units, amount]. */
export const parts = (result: ChargeResult): unknown[] =>
  result.parts.map(({ filter: place, units, amount }) => [
    place,
    units === null ? null : canonical(units),
    amount === null ? null : canonical(amount),
  ]);
