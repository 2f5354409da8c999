import { type Decimal, decimal, maxOf, ofInteger, ZERO } from '../decimal.ts';
import { type Totals } from '../ledger/totals.ts';
import { type Charge } from '../terms.ts';

export type Units =
  | { readonly kind: 'units'; readonly units: Decimal }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Aggregations of the event contract that this version cannot compute. */
const NOT_BUILT_YET = new Set(['unique_count', 'weighted_sum', 'latest']);

/**
 * The charge's aggregation over its usage (null: none), rounded as it says. Nothing is carried in from
 * before the period: a caller with a recurring charge must know that there is nothing to carry.
 */
export function unitsOf(charge: Charge, totals: Totals | null): Units {
  switch (charge.aggregation) {
    case 'count':
      return { kind: 'units', units: rounded(ofInteger(totals?.count ?? 0), charge) };
    case 'sum':
      return { kind: 'units', units: rounded(decimal(totals?.sum ?? '0'), charge) };
    case 'max':
      return { kind: 'units', units: rounded(maxOf(ZERO, decimal(totals?.max ?? '0')), charge) };
    default:
      return unavailable(
        NOT_BUILT_YET.has(charge.aggregation)
          ? `aggregation ${charge.aggregation} is not built yet`
          : `unknown aggregation '${charge.aggregation}'`,
      );
  }
}

const unavailable = (reason: string): Units => ({ kind: 'unavailable', reason });

/** `round` is half away from zero; ceil and floor go up and down the number line. */
function rounded(units: Decimal, charge: Charge): Decimal {
  const { rounding_function: by, rounding_precision: precision } = charge;
  if (by === null) return units;
  const negative = units.lt(ZERO);
  switch (by) {
    case 'round':
      return units.round(precision ?? 0, HALF_AWAY_FROM_ZERO);
    case 'ceil':
      return units.round(precision ?? 0, negative ? TOWARD_ZERO : AWAY_FROM_ZERO);
    case 'floor':
      return units.round(precision ?? 0, negative ? AWAY_FROM_ZERO : TOWARD_ZERO);
    default:
      return by satisfies never;
  }
}

/** big.js rounding modes. */
const TOWARD_ZERO = 0;
const HALF_AWAY_FROM_ZERO = 1;
const AWAY_FROM_ZERO = 3;
