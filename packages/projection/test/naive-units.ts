import { type Charge } from '@portal/billing';
import { type UsageFact } from '@portal/projection';
import {
  type Fraction,
  fractionOf,
  larger,
  NOTHING,
  rounded,
  same,
  times,
  total,
  whole,
} from '../../billing/test/fraction.ts';
import { type NaivePeriod } from './naive-calendar.ts';

/** A usage event that counts. */
export type Used = UsageFact & { readonly id: string };

/** What of one filter's usage a charge may look at, each in time order. */
export interface Taken {
  readonly events: readonly Used[];
  /** From the day the subscription began up to the period. */
  readonly earlier: readonly Used[];
}

/** The aggregation over a filter's usage; null: it cannot be computed of these kinds of events. */
export function naiveUnits(charge: Charge, taken: Taken, period: NaivePeriod): Fraction | null {
  const earlier = charge.recurring ? withoutVoid(taken.earlier) : [];
  const exact = aggregated(charge, taken.events, earlier, period);
  const { rounding_function: by, rounding_precision: precision } = charge;
  return exact && by !== null ? rounded(exact, by, precision ?? 0) : exact;
}

function aggregated(
  { aggregation, recurring }: Charge,
  events: readonly Used[],
  earlier: readonly Used[],
  period: NaivePeriod,
): Fraction | null {
  const all = [...earlier, ...events];
  const areAll = (some: readonly Used[], kind: Used['kind']): boolean =>
    some.every((one) => one.kind === kind);
  const point = ofKinds(earlier, 'point').at(-1);
  switch (aggregation) {
    case 'count':
      return recurring ? null : whole(BigInt(events.length));
    case 'sum':
      return recurring && !areAll(all, 'change') ? null : sumOfValues(all);
    case 'max':
      return [NOTHING, valueOf(point), ...events.map(valueOf)].reduce(larger);
    case 'unique_count':
      return areAll(all, 'unique') ? whole(BigInt(membersAfter(all).size)) : null;
    case 'weighted_sum': {
      const carried = ofKinds(earlier, 'point', 'change').map((one) => ({
        ...one,
        timestamp: period.start,
      }));
      const levels = [...carried, ...events];
      if (areAll(levels, 'point')) return average(levels, (until) => valueOf(until.at(-1)), period);
      return areAll(levels, 'change') ? average(levels, sumOfValues, period) : null;
    }
    case 'latest':
      return areAll(events, 'point') ? valueOf(events.at(-1) ?? point) : null;
    default:
      return null;
  }
}

const ofKinds = (used: readonly Used[], ...kinds: readonly Used['kind'][]): readonly Used[] =>
  used.filter(({ kind }) => kinds.includes(kind));

const valueOf = (used: Used | undefined): Fraction => fractionOf(used?.value ?? '0');

export const sumOfValues = (used: readonly Used[]): Fraction => total(used.map(valueOf));

/** Earlier changes that took each other back are no usage any more, for any charge. */
function withoutVoid(earlier: readonly Used[]): readonly Used[] {
  const seriesOf = ({ subscription_external_id: scope, dimensions }: Used): string =>
    JSON.stringify([scope, Object.entries(dimensions).sort()]);
  return earlier.filter((one) => {
    if (one.kind !== 'change') return true;
    const changes = ofKinds(earlier, 'change').filter((other) => seriesOf(other) === seriesOf(one));
    return !same(NOTHING, sumOfValues(changes));
  });
}

/** The members there are after all of this was done, one after the other, in each scope. */
export function membersAfter(used: readonly Used[]): ReadonlySet<string | null> {
  const inScope = new Map<string | null, ReadonlySet<string | null>>();
  for (const { subscription_external_id: scope, unique_key: key, operation } of used) {
    const before = [...(inScope.get(scope) ?? [])].filter((member) => member !== key);
    inScope.set(scope, new Set(operation === 'remove' ? before : [...before, key]));
  }
  return new Set([...inScope.values()].flatMap((members) => [...members]));
}

/** The average over the period of a level that changes with each event, the earlier ones at its start. */
function average(
  used: readonly Used[],
  levelAfter: (used: readonly Used[]) => Fraction,
  { start, end }: NaivePeriod,
): Fraction {
  const turns = [start, ...used.map(({ timestamp }) => timestamp), end];
  const held = [0, ...used.map((_, index) => index + 1)].map((count) => {
    const microseconds = (turns[count + 1] ?? end) - (turns[count] ?? start);
    return times(levelAfter(used.slice(0, count)), whole(BigInt(microseconds)));
  });
  const { top, bottom } = total(held);
  return rounded({ top, bottom: bottom * BigInt(end - start) }, 'round', 20);
}

/** By time, then by event id. */
export const byTime = (a: Used, b: Used): number =>
  a.timestamp - b.timestamp || (a.id < b.id ? -1 : 1);
