import * as fc from 'fast-check';
import {
  canonical,
  type Charge,
  type ChargeFilter,
  type ChargeResult,
  type PropertyBag,
} from '../../src/index.ts';
import { arbitraryPrice } from '../fraction.ts';
import { type Written, type WrittenRange } from './oracle.ts';

/** The models whose amount depends on the units alone. */
export const MODELS = [
  'standard',
  'graduated',
  'volume',
  'package',
  'graduated_percentage',
  'custom',
] as const;
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

export const bagOf = (written: object): PropertyBag =>
  JSON.parse(JSON.stringify(written)) as PropertyBag;

const maybe = (text: fc.Arbitrary<string>): fc.Arbitrary<string | null> => fc.option(text);

/** Bounds strictly ascend; the last range is open or closed. */
const arbitraryRanges = (
  price: 'per_unit_amount' | 'rate',
): fc.Arbitrary<readonly WrittenRange[]> =>
  fc
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
      return steps.map(([width, each, flat_amount], index) => {
        bound += width;
        const last = open && index === steps.length - 1;
        return { up_to: last ? null : `${bound / 2}`, [price]: each, flat_amount };
      });
    });

const positive = arbitraryPrice.filter((text) => /[1-9]/.test(text));

export const arbitraryWritten: Record<Model, fc.Arbitrary<Written>> = {
  standard: fc.record({
    amount: arbitraryPrice,
    min_price: maybe(arbitraryPrice),
    max_price: maybe(arbitraryPrice),
  }),
  graduated: fc.record({ ranges: arbitraryRanges('per_unit_amount') }),
  volume: fc.record({ ranges: arbitraryRanges('per_unit_amount') }),
  graduated_percentage: fc.record({ ranges: arbitraryRanges('rate') }),
  custom: fc.oneof(
    fc.record({ custom_amount: arbitraryPrice, unit_price: maybe(arbitraryPrice) }),
    fc.record({ unit_price: arbitraryPrice }),
  ),
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
