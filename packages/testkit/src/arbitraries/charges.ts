import { type Charge, type ChargeFilter, type PropertyBag } from '@portal/billing';
import fc from 'fast-check';
import {
  arbitraryCents,
  arbitraryDecimal,
  type Metric,
  METRICS,
  oneOf,
  orNull,
  rarely,
} from './words.ts';

/** Mostly terms that fit what the metric's events can tell; at times any aggregation with any model. */
export const arbitraryCharge = (): fc.Arbitrary<Charge> =>
  oneOf(...METRICS).chain((metric) =>
    fc
      .tuple(
        fc.record({
          id: oneOf('charge-1', 'charge-2'),
          metric_code: fc.constant(metric),
          metric_name: fc.constant('A metric'),
          aggregation: rarely(oneOf(...ANY_AGGREGATION), oneOf(...AGGREGATIONS[metric])),
          recurring: fc.boolean(),
          rounding_function: orNull(oneOf<'round' | 'ceil' | 'floor'>('round', 'ceil', 'floor')),
          rounding_precision: orNull(fc.integer({ min: 0, max: 3 })),
          min_amount_cents: rarely(arbitraryCents(), fc.constant(null)),
          unmatched_usage: oneOf<'charge' | 'free'>('charge', 'free'),
        }),
        metric === 'payments' ? fc.oneof(onEvents(), onUnits()) : rarely(onEvents(), onUnits()),
      )
      .map(([charge, pricing]) => ({
        ...charge,
        ...pricing,
      })),
  );

const AGGREGATIONS: Readonly<Record<Metric, readonly string[]>> = {
  api_calls: ['count', 'sum', 'max'],
  storage_gb: ['latest', 'weighted_sum', 'max'],
  seats: ['unique_count', 'unique_count', 'count'],
  payments: ['sum', 'count'],
  licences: ['sum', 'sum', 'weighted_sum', 'weighted_sum', 'max'],
};
const ANY_AGGREGATION = [...new Set(Object.values(AGGREGATIONS).flat()), 'median'];

type Pricing = Pick<Charge, 'charge_model' | 'properties' | 'filters'>;

/** Prices by units; a filter overrides some of them. `telepathic` is a model nobody knows. */
const onUnits = (): fc.Arbitrary<Pricing> =>
  fc.oneof(
    pricing('standard', { amount: price(), min_price: price(), max_price: price() }, ['amount']),
    pricing('graduated', { ranges: rangesOf('per_unit_amount') }, ['ranges']),
    pricing('volume', { ranges: rangesOf('per_unit_amount') }, ['ranges']),
    pricing('graduated_percentage', { ranges: rangesOf('rate') }, ['ranges']),
    pricing(
      'package',
      { amount: price(), package_size: oneOf('1', '10', '12.5'), free_units: oneOf('0', '5') },
      ['amount'],
    ),
    pricing('custom', { custom_amount: price(), unit_price: price() }, ['unit_price']),
    rarely(
      pricing('telepathic', { amount: price() }, []),
      pricing('standard', { amount: price() }, []),
    ),
  );

/** Prices that need single events. */
const onEvents = (): fc.Arbitrary<Pricing> =>
  fc.oneof(
    { weight: 1, arbitrary: pricing('dynamic', {}, []) },
    {
      weight: 3,
      arbitrary: pricing(
        'percentage',
        {
          rate: oneOf('1', '2.5', '0', '100'),
          fixed_amount: oneOf('0', '1', '0.5'),
          free_units_per_events: oneOf('0', '1', '3'),
          free_units_per_total_aggregation: oneOf('0', '10', '50.5'),
          per_transaction_min_amount: oneOf('0', '2', '5'),
          per_transaction_max_amount: oneOf('3', '100.5'),
        },
        ['rate'],
      ),
    },
  );

/** Names outside `required` are there or not, and so is each name of a filter's own properties. */
function pricing(
  model: string,
  properties: Readonly<Record<string, fc.Arbitrary<PropertyBag[string]>>>,
  required: readonly string[],
): fc.Arbitrary<Pricing> {
  const bag = (requiredKeys: string[]) =>
    fc.record(properties, { requiredKeys, noNullPrototype: true }) as fc.Arbitrary<PropertyBag>;
  return fc.record({
    charge_model: fc.constant(model),
    properties: bag([...required]),
    filters: fc.array(filterWith(bag([])), { maxLength: 2 }),
  });
}

const filterWith = (properties: fc.Arbitrary<PropertyBag>): fc.Arbitrary<ChargeFilter> =>
  fc.record({
    dimensions: fc.dictionary(oneOf('region', 'tier'), fc.subarray(['eu', 'us', 'gold']), {
      noNullPrototype: true,
    }),
    properties,
    display_name: orNull(fc.constant('Europe')),
  });

const price = (): fc.Arbitrary<string> => fc.oneof(arbitraryDecimal(), oneOf('1', '0.05', '0'));

const rangesOf = (each: 'per_unit_amount' | 'rate'): fc.Arbitrary<PropertyBag[string]> =>
  fc.array(
    fc.record(
      { up_to: orNull(oneOf('10', '100', '1000.5')), [each]: price(), flat_amount: price() },
      { noNullPrototype: true },
    ),
    { minLength: 1, maxLength: 3 },
  );
