import { type Charge, type ChargeFilter, type Micros } from '@portal/billing';
import { type UsageEvent, type UsageFact } from '@portal/projection';
import { type Fraction, larger, NOTHING, total, whole } from '../../billing/test/fraction.ts';
import { type NaivePeriod } from './naive-calendar.ts';
import { naiveAmount } from './naive-price.ts';
import { byTime, membersAfter, naiveUnits, sumOfValues, type Used } from './naive-units.ts';

const DAY = 86_400_000_000;
const HORIZON_DAYS = 401;

const dayOf = (at: Micros): number => Math.floor(at / DAY);

/**
 * The usage events that count: each id once, as it came first, and none that was older than the ledger reaches when it
 * came: 401 days behind the third-newest day with usage. A point may come too late to count and still be the last one.
 */
export function countedUsage(events: readonly UsageEvent[]): readonly Used[] {
  const used: Used[] = [];
  const days = new Set<number>();
  const known = new Map<string, number>();
  for (const { event_id: id, usage } of events) {
    const day = dayOf(usage.timestamp);
    const [, , third] = [...days].sort((a, b) => b - a);
    const since = third === undefined ? -Infinity : third - HORIZON_DAYS;
    if (day < since) {
      if (usage.kind === 'point') used.push({ ...usage, id });
      continue;
    }
    const seen = known.get(id);
    if (seen !== undefined && seen >= since) continue;
    known.set(id, day);
    days.add(day);
    used.push({ ...usage, id });
  }
  return used;
}

/** The newest usage that counts; null: there is none. */
export function newestUsage(log: readonly UsageEvent[]): Micros | null {
  const instants = countedUsage(log).map(({ timestamp }) => timestamp);
  return instants.length === 0 ? null : (Math.max(...instants) as Micros);
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
