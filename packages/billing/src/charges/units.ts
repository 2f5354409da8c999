import { type Period } from '../calendar/periods.ts';
import { type Decimal, decimal, maxOf, ofInteger, ZERO } from '../decimal.ts';
import { type Charge } from '../terms.ts';
import { type Unavailable, unavailable } from './unavailable.ts';
import { otherThan, type Usage } from './usage.ts';
import { weightedSum } from './weighted-sum.ts';

export type Units = { readonly kind: 'units'; readonly units: Decimal } | Unavailable;

/** The charge's aggregation over its usage in the period, rounded as it says. */
export function unitsOf(charge: Charge, usage: Usage, period: Period): Units {
  const read = aggregate(charge, usage, period);
  return read.kind === 'unavailable' ? read : units(rounded(read.units, charge));
}

/** Whether the aggregation looks at single events, or at one from before the period. */
export function aggregatesEvents({ aggregation, recurring }: Charge): boolean {
  return NEEDED_KIND.has(aggregation) || (aggregation === 'max' && recurring);
}

const NEEDED_KIND = new Map<string, { readonly kind: 'point' | 'unique'; readonly name: string }>([
  ['unique_count', { kind: 'unique', name: 'unique events' }],
  ['weighted_sum', { kind: 'point', name: 'points' }],
  ['latest', { kind: 'point', name: 'points' }],
]);

function aggregate(charge: Charge, usage: Usage, period: Period): Units {
  const { totals, raw } = usage;
  const { aggregation } = charge;
  const needed = NEEDED_KIND.get(aggregation);
  const others = needed === undefined ? null : otherThan(needed.kind, usage);
  if (needed !== undefined && others !== null) {
    return unavailable(`aggregation ${aggregation} needs ${needed.name}, ${others}`);
  }
  const carried = charge.recurring ? usage.carried : null;
  switch (aggregation) {
    case 'count':
      return units(ofInteger(totals?.count ?? 0));
    case 'sum':
      return units(decimal(totals?.sum ?? '0'));
    case 'max':
      return units([totals?.max ?? '0', carried?.value ?? '0'].map(decimal).reduce(maxOf, ZERO));
    case 'unique_count':
      return units(ofInteger(new Set(raw.map(({ key }) => key)).size));
    case 'weighted_sum':
      return units(weightedSum(raw, carried, period));
    case 'latest':
      return units(decimal((raw.at(-1) ?? carried)?.value ?? '0'));
    default:
      return unavailable(`unknown aggregation '${aggregation}'`);
  }
}

const units = (value: Decimal): Units => ({ kind: 'units', units: value });

/** `round` is half away from zero; ceil and floor go up and down the number line. */
function rounded(exact: Decimal, charge: Charge): Decimal {
  const { rounding_function: by, rounding_precision: precision } = charge;
  if (by === null) return exact;
  const negative = exact.lt(ZERO);
  switch (by) {
    case 'round':
      return exact.round(precision ?? 0, HALF_AWAY_FROM_ZERO);
    case 'ceil':
      return exact.round(precision ?? 0, negative ? TOWARD_ZERO : AWAY_FROM_ZERO);
    case 'floor':
      return exact.round(precision ?? 0, negative ? AWAY_FROM_ZERO : TOWARD_ZERO);
    default:
      return by satisfies never;
  }
}

/** big.js rounding modes. */
const TOWARD_ZERO = 0;
const HALF_AWAY_FROM_ZERO = 1;
const AWAY_FROM_ZERO = 3;
