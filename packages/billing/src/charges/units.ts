import { type Period } from '../calendar/periods.ts';
import { type Decimal, decimal, maxOf, ofInteger, ZERO } from '../decimal.ts';
import { type Charge } from '../terms.ts';
import { whyNotAggregated } from './kinds.ts';
import { memberCount } from './members.ts';
import { type Unavailable, unavailable } from './unavailable.ts';
import { NOTHING_EARLIER, type Usage } from './usage.ts';
import { weightedChanges, weightedPoints } from './weighted-sum.ts';

export type Units = { readonly kind: 'units'; readonly units: Decimal } | Unavailable;

/** The charge's aggregation over its usage in the period, rounded as it says. */
export function unitsOf(charge: Charge, usage: Usage, period: Period): Units {
  const read = aggregate(charge, usage, period);
  return read.kind === 'unavailable' ? read : units(rounded(read.units, charge));
}

function aggregate(charge: Charge, usage: Usage, period: Period): Units {
  const reason = whyNotAggregated(charge, usage);
  if (reason !== null) return unavailable(reason);
  const { aggregation, recurring } = charge;
  const { totals, events } = usage;
  const { kinds, point, level } = recurring ? usage.earlier : NOTHING_EARLIER;
  switch (aggregation) {
    case 'count':
      return units(ofInteger(totals?.count ?? 0));
    case 'sum':
      return units(level.plus(decimal(totals?.sum ?? '0')));
    case 'max':
      return units([totals?.max ?? '0', point?.value ?? '0'].map(decimal).reduce(maxOf, ZERO));
    case 'unique_count':
      return units(ofInteger(memberCount(usage.series, recurring)));
    case 'weighted_sum':
      return units(
        [...kinds, ...usage.kinds].includes('change')
          ? weightedChanges(events, level, period)
          : weightedPoints(events, point, period),
      );
    case 'latest':
      return units(decimal((events.at(-1) ?? point)?.value ?? '0'));
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
