import { type Charge, type ChargeFilter, type Micros } from '@portal/billing';
import { type UsageEvent, type UsageFact } from '@portal/projection';
import {
  expectedAmount,
  type Written,
  type WrittenRange,
} from '../../billing/test/charges/oracle.ts';
import {
  type Fraction,
  fractionOf,
  larger,
  NOTHING,
  plus,
  rounded,
  total,
  whole,
} from '../../billing/test/fraction.ts';

const DAY = 86_400_000_000;
const WINDOW = 35 * DAY;

/** The raw usage that counts: each id once, none that came too late. Ids are known for whole days. */
export function countedUsage(events: readonly UsageEvent[]): {
  readonly mark: Micros | null;
  readonly facts: readonly UsageFact[];
} {
  let mark: Micros | null = null;
  const facts: UsageFact[] = [];
  const known = new Map<string, Micros>();
  for (const { event_id, usage } of events) {
    const { timestamp } = usage;
    if (mark !== null && mark - timestamp > WINDOW) continue;
    const first = known.get(event_id);
    const since = mark === null ? -Infinity : Math.floor((mark - WINDOW) / DAY) * DAY;
    if (first === undefined || first < since) {
      known.set(event_id, timestamp);
      facts.push(usage);
    }
    mark = mark === null || timestamp > mark ? timestamp : mark;
  }
  return { mark, facts };
}

export interface NaiveLine {
  /** null: the aggregation cannot be computed. */
  readonly units: Fraction | null;
  /** null: no price either. */
  readonly amount: Fraction | null;
}

/** One charge over the facts of its metric that count: `ever` the whole history, `now` the period. */
export function naiveLine(
  charge: Charge,
  ever: readonly UsageFact[],
  now: readonly UsageFact[],
): NaiveLine {
  const carries = charge.recurring && charge.aggregation === 'max';
  if (carries && ever.some(({ kind }) => kind === 'point')) return { units: null, amount: null };
  if (!['count', 'sum', 'max'].includes(charge.aggregation)) return { units: null, amount: null };

  const parts: (ChargeFilter | null)[] = [...charge.filters];
  if (charge.filters.length === 0 || charge.unmatched_usage === 'charge') parts.push(null);
  const taken = parts.map((part) => now.filter((fact) => takerOf(charge, fact) === part));
  const units = taken.map((facts) => unitsOf(charge, facts));
  const isBuilt = ['standard', 'graduated', 'volume', 'package'].includes(charge.charge_model);
  if (!isBuilt) return { units: total(units), amount: null };

  const amounts = parts.map((part, index) =>
    expectedAmount(charge.charge_model, writtenOf(charge, part), units[index] ?? NOTHING),
  );
  const minimum = charge.min_amount_cents;
  const sum = total(amounts);
  return {
    units: total(units),
    amount: minimum === null ? sum : larger(sum, whole(BigInt(minimum))),
  };
}

function takerOf(charge: Charge, fact: UsageFact): ChargeFilter | null {
  const size = (filter: ChargeFilter): number => Object.keys(filter.dimensions).length;
  let taker: ChargeFilter | null = null;
  for (const filter of charge.filters) {
    const matches = Object.entries(filter.dimensions).every(([name, values]) =>
      values.includes(fact.dimensions[name] ?? ''),
    );
    if (matches && (taker === null || size(filter) > size(taker))) taker = filter;
  }
  return taker;
}

function unitsOf(charge: Charge, facts: readonly UsageFact[]): Fraction {
  const values = facts.map(({ value }) => fractionOf(value));
  const all = {
    count: whole(BigInt(values.length)),
    sum: total(values),
    max: values.reduce(larger, NOTHING),
  };
  const units = all[charge.aggregation as keyof typeof all];
  const by = charge.rounding_function;
  return by === null ? units : rounded(units, by, charge.rounding_precision ?? 0);
}

/** The properties in force, ranges by their bounds. */
function writtenOf(charge: Charge, filter: ChargeFilter | null): Written {
  const bag = { ...charge.properties, ...filter?.properties } as Written;
  if (bag.ranges === undefined) return bag;
  const bound = ({ up_to }: WrittenRange): number => Number(up_to ?? Infinity);
  return { ...bag, ranges: [...bag.ranges].sort((a, b) => bound(a) - bound(b) || 0) };
}

/** Σ value of counters; null when other kinds are among them. */
export const metricUsage = (facts: readonly UsageFact[]): Fraction | null =>
  facts.some(({ kind }) => kind !== 'counter')
    ? null
    : facts.map(({ value }) => fractionOf(value)).reduce(plus, NOTHING);
