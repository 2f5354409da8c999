import { type SingleEvent } from '../../src/index.ts';
import {
  type Fraction,
  fractionOf,
  larger,
  less,
  minus,
  NOTHING,
  plus,
  rounded,
  same,
  smaller,
  times,
  total,
  whole,
} from '../fraction.ts';
import { hundredth, or } from './oracle.ts';

/** Properties of `percentage` as these tests write them. */
export interface WrittenPercentage {
  readonly rate: string;
  readonly fixed_amount?: string | null;
  readonly free_units_per_events?: string | null;
  readonly free_units_per_total_aggregation?: string | null;
  readonly per_transaction_min_amount?: string | null;
  readonly per_transaction_max_amount?: string | null;
}

/** What `percentage` comes to for so many units, which events of these values, in order, made up. */
export function expectedPercentage(
  price: WrittenPercentage,
  units: Fraction,
  values: readonly Fraction[],
): Fraction {
  const min = allowance(price.per_transaction_min_amount);
  const max = price.per_transaction_max_amount ?? null;
  const fixed = or(price.fixed_amount, NOTHING);
  const rated = (value: Fraction): Fraction => hundredth(times(value, fractionOf(price.rate)));
  const { free, freeUnits } = freeOf(price, values);
  const billable = values.flatMap((value, index) => {
    const part = free[index] ?? null;
    return part !== null && same(part, value) ? [] : [minus(value, part ?? NOTHING)];
  });
  if (values.length === 0 || (min === null && max === null)) {
    const paid = larger(NOTHING, minus(units, freeUnits));
    return plus(rated(paid), times(whole(BigInt(billable.length)), fixed));
  }
  const fees = billable.map((value) => {
    const fee = plus(rated(value), fixed);
    const lifted = larger(fee, min ?? fee);
    return smaller(lifted, or(max, lifted));
  });
  return larger(NOTHING, total(fees));
}

const allowance = (text: string | null | undefined): Fraction | null => {
  const value = or(text, NOTHING);
  return less(NOTHING, value) ? value : null;
};

/** The free part of each event, null once the free part has ended. Sums all events before it, each time. */
function freeOf(price: WrittenPercentage, values: readonly Fraction[]) {
  const events = allowance(price.free_units_per_events);
  const units = allowance(price.free_units_per_total_aggregation);
  const before = (index: number): Fraction => total(values.slice(0, index));
  const countedOut = (passed: number): boolean =>
    events !== null && !less(whole(BigInt(passed)), events);
  const usedUp = (passed: number): boolean => units !== null && !less(before(passed), units);
  const ended = (passed: number): boolean =>
    Array.from({ length: passed + 1 }, (_, k) => k).some((k) => countedOut(k) || usedUp(k));
  const free = values.map((value, index) => {
    if ((events === null && units === null) || ended(index)) return null;
    return units === null ? value : smaller(value, minus(units, before(index)));
  });
  const taken = total(free.map((part) => part ?? NOTHING));
  return { free, freeUnits: units !== null && !countedOut(values.length) ? units : taken };
}

/** The level at any instant is that of the newest point until then. */
export const expectedWeightedSum = (
  points: readonly SingleEvent[],
  carried: SingleEvent | null,
  period: TimeRange,
): Fraction =>
  expectedAverage(
    period,
    points.map(({ at }) => at),
    (from) => {
      const until = points.filter(({ at }) => at <= from);
      return expectedLatest(until, carried);
    },
  );

interface TimeRange {
  readonly start: number;
  readonly end: number;
}

/** The average of a level that changes at these instants only, summed over the cuts they make. */
export function expectedAverage(
  { start, end }: TimeRange,
  turns: readonly number[],
  levelAt: (instant: number) => Fraction,
): Fraction {
  const cuts = [...new Set([start, ...turns, end])].sort((a, b) => a - b);
  const parts = cuts.slice(1).map((until, index) => {
    const from = cuts[index] ?? until;
    return times(levelAt(from), whole(BigInt(until - from)));
  });
  const sum = total(parts);
  return rounded({ top: sum.top, bottom: sum.bottom * BigInt(end - start) }, 'round', 20);
}

/** Of the newest instant the one with the highest id. */
export const newestOf = (points: readonly SingleEvent[]): SingleEvent | null =>
  points.find((one) =>
    points.every(({ at, id }) => at < one.at || (at === one.at && id <= one.id)),
  ) ?? null;

export const expectedLatest = (
  points: readonly SingleEvent[],
  carried: SingleEvent | null,
): Fraction => fractionOf((newestOf(points) ?? carried)?.value ?? '0');
