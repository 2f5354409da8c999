import { type Charge } from '@portal/billing';
import { type UsageFact } from '@portal/projection';
import {
  type Fraction,
  fractionOf,
  larger,
  NOTHING,
  rounded,
  times,
  total,
  whole,
} from '../../billing/test/fraction.ts';
import { type NaivePeriod } from './naive-calendar.ts';

/** A usage event that counts. */
export type Used = UsageFact & { readonly id: string };

/** The aggregation over the events of a period, in time order; null: it needs another kind of event. */
export function naiveUnits(
  charge: Charge,
  events: readonly Used[],
  carried: Used | null,
  period: NaivePeriod,
): Fraction | null {
  const exact = aggregated(charge.aggregation, events, carried, period);
  const { rounding_function: by, rounding_precision: precision } = charge;
  return exact && by !== null ? rounded(exact, by, precision ?? 0) : exact;
}

function aggregated(
  aggregation: string,
  events: readonly Used[],
  carried: Used | null,
  period: NaivePeriod,
): Fraction | null {
  const needs = { unique_count: 'unique', weighted_sum: 'point', latest: 'point' }[aggregation];
  if (needs !== undefined && events.some(({ kind }) => kind !== needs)) return null;
  const values = events.map(({ value }) => fractionOf(value));
  const before = fractionOf(carried?.value ?? '0');
  switch (aggregation) {
    case 'count':
      return whole(BigInt(events.length));
    case 'sum':
      return total(values);
    case 'max':
      return [NOTHING, before, ...values].reduce(larger);
    case 'unique_count':
      return whole(BigInt(new Set(events.map(({ unique_key }) => unique_key)).size));
    case 'weighted_sum':
      return weightedSum(values, before, events, period);
    case 'latest':
      return values.at(-1) ?? before;
    default:
      return null;
  }
}

/** What was held, at any time, is worth its value for as long as it was held. */
function weightedSum(
  values: readonly Fraction[],
  before: Fraction,
  events: readonly Used[],
  { start, end }: NaivePeriod,
): Fraction {
  const turns = [start, ...events.map(({ timestamp }) => timestamp), end];
  const held = [before, ...values].map((value, index) => {
    const microseconds = (turns[index + 1] ?? end) - (turns[index] ?? start);
    return times(value, whole(BigInt(microseconds)));
  });
  const { top, bottom } = total(held);
  return rounded({ top, bottom: bottom * BigInt(end - start) }, 'round', 20);
}

/** By time, then by event id. */
export const byTime = (a: Used, b: Used): number =>
  a.timestamp - b.timestamp || (a.id < b.id ? -1 : 1);
