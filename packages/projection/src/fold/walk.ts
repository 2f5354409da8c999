import { type Charge, type Micros, needsRaw } from '@portal/billing';
import { fromEntries, get } from '../dict.ts';
import { itemiseCharge } from '../pricing/itemise.ts';
import { freeFeatures, metricUsage, unpriced } from '../pricing/price.ts';
import { type Priceable } from '../pricing/series.ts';
import { type Settings } from '../settings.ts';
import {
  type State,
  type UsagePeriod,
  type UsageState,
  type WalkedPeriod,
} from '../state/state.ts';
import { type Fields } from './fields.ts';
import { type Gathered, gatherSeries, type Ground } from './gather.ts';
import { cellsSince } from './metrics.ts';
import { rawStateOf } from './raw-usage.ts';
import { type Addition } from './usage.ts';
import { beganOf } from './windows.ts';

/**
 * Prices what looks at single events: it walks the days of the priced periods, and does so only for
 * subscriptions whose terms, periods or events of such a metric changed.
 */
export function settleWalked(
  before: State,
  after: State,
  fields: Fields,
  additions: readonly Addition[],
  resum: boolean,
  settings: Settings,
): UsageState['walked'] {
  const { usage } = after;
  const isUsed = Object.keys(usage.metrics).some(
    (code) => rawStateOf(usage.metrics, code) !== null,
  );
  if (!isUsed) return {};
  const touched = new Set(additions.map(({ metric }) => metric));
  const entries = Object.entries(usage.periods).flatMap(([id, periods]) => {
    const subscription = get(after.subscriptions, id)?.snapshot;
    if (subscription === undefined || subscription === null) return [];
    const work = workOf(usage, subscription);
    if (work.metrics.size === 0) return [];
    const known = get(before.usage.walked, id);
    const isSame =
      known !== undefined &&
      !resum &&
      before.subscriptions[id] === after.subscriptions[id] &&
      before.customer === after.customer &&
      periods === get(before.usage.periods, id) &&
      isOf(work, known) &&
      ![...work.metrics].some((metric) => touched.has(metric));
    const walked = isSame
      ? known
      : walk(usage, subscription, periods, work, {
          fields,
          began: beganOf(after, subscription, settings),
          keptSince: cellsSince(usage.mark ?? (0 as Micros), settings),
        });
    return [[id, walked] as const];
  });
  return fromEntries(entries);
}

/** What of the terms looks at single events, and of which metrics. */
interface WalkWork {
  readonly charges: readonly (readonly [index: number, charge: Charge])[];
  readonly features: readonly string[];
  readonly metrics: ReadonlySet<string>;
}

function workOf(usage: UsageState, { charges, entitlements }: Priceable): WalkWork {
  const hasRaw = (metric: string): boolean => rawStateOf(usage.metrics, metric) !== null;
  const own = [...charges.entries()].filter(
    ([, charge]) => hasRaw(charge.metric_code) && needsRaw(charge),
  );
  const features = freeFeatures(charges, entitlements).filter(hasRaw);
  const metrics = new Set([...own.map(([, { metric_code }]) => metric_code), ...features]);
  return { charges: own, features, metrics };
}

/** A metric may have got its first single event without counting it, or have lost its last one. */
const isOf = (work: WalkWork, walked: readonly WalkedPeriod[]): boolean =>
  walked.every(
    ({ charges, features }) =>
      isEqual(Object.keys(charges), new Set(work.charges.map(([index]) => String(index)))) &&
      isEqual(Object.keys(features), new Set(work.features)),
  );

const isEqual = (names: readonly string[], set: ReadonlySet<string>): boolean =>
  names.length === set.size && names.every((name) => set.has(name));

function walk(
  usage: UsageState,
  subscription: Priceable,
  periods: readonly UsagePeriod[],
  work: WalkWork,
  ground: Ground,
): readonly WalkedPeriod[] {
  const [newest] = periods;
  if (newest === undefined) return [];
  const { end } = newest;
  const later: UsagePeriod = { start: end, from: end, end: (end + 1) as Micros };
  return [...periods, later].map((period) => {
    const gather = (metric: string, carries: boolean): Gathered =>
      gatherSeries(usage, subscription, metric, period, carries, ground);
    const charges = work.charges.map(([index, charge]) => {
      const found = gather(charge.metric_code, charge.recurring);
      const priced =
        found.kind === 'full'
          ? unpriced(found.reason)
          : itemiseCharge(charge, found.series, period);
      return [String(index), priced] as const;
    });
    const features = work.features.map((code) => {
      const found = gather(code, false);
      return [
        code,
        found.kind === 'full' ? { reason: found.reason } : metricUsage(found.series),
      ] as const;
    });
    return { charges: fromEntries(charges), features: fromEntries(features) };
  });
}
