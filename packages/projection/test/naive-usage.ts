import { type Charge, type ChargeFilter, type Micros } from '@portal/billing';
import { type UsageEvent, type UsageFact } from '@portal/projection';
import { type Fraction, larger, NOTHING, total, whole } from '../../billing/test/fraction.ts';
import { type NaivePeriod } from './naive-calendar.ts';
import { naiveAmount } from './naive-price.ts';
import { byTime, membersAfter, naiveUnits, sumOfValues, type Used } from './naive-units.ts';

const DAY = 86_400_000_000;
const WINDOW = 35 * DAY;

/** The raw usage that counts: each id once, none that came too late. Ids are known for whole days. */
export function countedUsage(events: readonly UsageEvent[]): readonly Used[] {
  let mark: Micros | null = null;
  const used: Used[] = [];
  const known = new Map<string, Micros>();
  for (const { event_id: id, usage } of events) {
    const { timestamp } = usage;
    if (mark !== null && mark - timestamp > WINDOW) continue;
    const first = known.get(id);
    const since = mark === null ? -Infinity : Math.floor((mark - WINDOW) / DAY) * DAY;
    if (first === undefined || first < since) {
      known.set(id, timestamp);
      used.push({ ...usage, id });
    }
    mark = mark === null || timestamp > mark ? timestamp : mark;
  }
  return used;
}

/** What one subscription is told about one of its charges. */
export interface NaiveLine {
  /** null: the aggregation cannot be computed. */
  readonly units: Fraction | null;
  /** null: no price either. */
  readonly amount: Fraction | null;
  readonly events: number;
}

export interface NaiveTime extends NaivePeriod {
  /** The local day on which the subscription began. */
  readonly began: Micros;
  /** The local day from which on usage is carried into later periods. */
  readonly since: Micros;
}

export const countsIn = ({ start, end, began }: NaiveTime, { timestamp }: Used): boolean =>
  start <= timestamp && began <= timestamp && timestamp < end;

/** What lies before the period's own usage and may be carried into it. */
export const isEarlier = ({ start, began, since }: NaiveTime, { timestamp }: Used): boolean =>
  since <= timestamp && timestamp < Math.max(start, began);

/** One charge over all the usage that ever counted for its subscription. */
export function naiveLine(charge: Charge, used: readonly Used[], time: NaiveTime): NaiveLine {
  const own = used.filter(({ metric_code }) => metric_code === charge.metric_code).sort(byTime);
  const parts: (ChargeFilter | null)[] = [...charge.filters];
  if (charge.filters.length === 0 || charge.unmatched_usage === 'charge') parts.push(null);
  const lines = parts.map((part): NaiveLine => {
    const taken = own.filter((one) => takerOf(charge, one) === part);
    const events = taken.filter((one) => countsIn(time, one));
    const earlier = taken.filter((one) => isEarlier(time, one));
    const units = naiveUnits(charge, { events, earlier }, time);
    const amount = units && naiveAmount(charge, part, units, events);
    return { units, amount, events: events.length };
  });
  const sum = sumOf(lines.map(({ amount }) => amount));
  const minimum = charge.min_amount_cents;
  return {
    units: sumOf(lines.map(({ units }) => units)),
    amount: sum && larger(sum, minimum === null ? sum : whole(BigInt(minimum))),
    events: lines.reduce((count, { events }) => count + events, 0),
  };
}

export const sumOf = (all: readonly (Fraction | null)[]): Fraction | null =>
  all.includes(null) ? null : total(all.map((units) => units ?? NOTHING));

/** The matching filter with the most dimensions; of several the first. */
function takerOf({ filters }: Charge, { dimensions }: UsageFact): ChargeFilter | null {
  const size = (filter: ChargeFilter): number => Object.keys(filter.dimensions).length;
  const matching = filters.filter((filter) =>
    Object.entries(filter.dimensions).every(([name, values]) =>
      values.some((value) => value === dimensions[name]),
    ),
  );
  const most = Math.max(...matching.map(size));
  return matching.find((filter) => size(filter) === most) ?? null;
}

/**
 * A feature that no charge measures: Σ counters + the latest point + the number of members + Σ changes, the last
 * of them since the subscription began.
 */
export function metricUsage(current: readonly Used[], earlier: readonly Used[]): Fraction {
  const of = (used: readonly Used[], kind: Used['kind']): readonly Used[] =>
    used.filter((one) => one.kind === kind).sort(byTime);
  return total([
    sumOfValues(of(current, 'counter')),
    sumOfValues(of(current, 'point').slice(-1)),
    whole(BigInt(membersAfter(of(current, 'unique')).size)),
    sumOfValues([...of(earlier, 'change'), ...of(current, 'change')]),
  ]);
}
