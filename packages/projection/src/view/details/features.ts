import { canonical, decimal, type Micros, ofInteger, toIso, ZERO } from '@portal/billing';
import { type FeatureDetails, type Runway } from '../../answer.ts';
import { get } from '../../dict.ts';
import { type DocumentSubscription, type PricedPeriod } from '../../document.ts';
import { type Entitlement } from '../../events.ts';
import { hasLimit } from '../../pricing/price.ts';
import { type Clock } from '../clock.ts';
import { type Lifecycle } from '../lifecycle.ts';
import { percentageOf, STEPS } from '../percentage.ts';
import { usedOf } from '../progress.ts';
import { type Row } from '../rows.ts';
import { elapsed, type Pace, runwayOf } from './runway.ts';

/**
 * Every entitlement of every current subscription, the ones that the default rows leave out included:
 * what is used of it without a cap, and when it starts anew.
 */
export const featureDetails = (
  rows: readonly Row[],
  newest: Micros | null,
  clock: Clock,
): readonly FeatureDetails[] =>
  rows.flatMap((row) =>
    row.subscription.entitlements.map((entitlement) => featureOf(row, entitlement, newest, clock)),
  );

function featureOf(
  row: Row,
  entitlement: Entitlement,
  newest: Micros | null,
  clock: Clock,
): FeatureDetails {
  const { life } = row;
  const used = usedOf(row, entitlement);
  const isLimited = hasLimit(entitlement);
  const units = 'units' in used ? used.units : null;
  const names = {
    subscription_id: row.subscription.id,
    feature_code: entitlement.feature_code,
    feature_name: entitlement.feature_name,
    feature_type: entitlement.feature_type,
    entitlement_value: entitlement.value,
    current_usage: units,
  };
  const another = isLimited && periodFollows(life);
  const recurring = another && goesOn(row, entitlement.feature_code);
  const resets_at = another && !recurring ? toIso(life.period.end) : null;
  if (!isLimited || units === null) {
    return { ...names, usage_percentage: null, overage: null, recurring, resets_at, runway: null };
  }
  const [value, limit] = [decimal(units), decimal(entitlement.value)];
  const overage = value.gt(limit) ? value.minus(limit) : ZERO;
  return {
    ...names,
    usage_percentage: percentageText(percentageOf(units, entitlement.value)),
    overage: canonical(overage),
    recurring,
    resets_at,
    runway: limitRunway(row, entitlement, newest, clock),
  };
}

const percentageText = (steps: bigint): string =>
  canonical(decimal(String(steps)).div(ofInteger(STEPS)));

/** Whether the next period begins with it: a recurring charge says so, and of a feature that no charge measures its changes. */
function goesOn({ subscription, usage }: Row, feature: string): boolean {
  const own = subscription.charges.filter(({ metric_code }) => metric_code === feature);
  if (own.length > 0) return own.some(({ recurring }) => recurring);
  const used = usage.kind === 'priced' ? get(usage.usage.features, feature) : undefined;
  return used !== undefined && 'units' in used && used.goes_on === true;
}

/** There is a period now, and another one after it. */
const periodFollows = ({ started, endsAt, period }: Lifecycle): boolean =>
  started && (endsAt === null || endsAt > period.end);

/** Only what adds up runs out: a count or a sum, and only before it starts anew. */
function limitRunway(
  { subscription, life }: Row,
  { feature_code, value }: Entitlement,
  newest: Micros | null,
  clock: Clock,
): Runway | null {
  const { start, end } = life.period;
  const period = subscription.periods.find((one) => one.start === start && one.end === end);
  if (!addsUp(subscription, feature_code) || period === undefined) return null;
  const now = paceOf(subscription, period, feature_code, newest);
  const before = subscription.periods.find((one) => one.end === start);
  const earlier =
    before === undefined ? null : paceOf(subscription, before, feature_code, before.end);
  if (now === null) return null;
  const remaining = decimal(value).minus(now.amount);
  return runwayOf(newest, remaining, [now], earlier === null ? [] : [earlier], clock, end);
}

function addsUp({ charges }: DocumentSubscription, feature: string): boolean {
  const own = charges.filter(({ metric_code }) => metric_code === feature);
  return (
    own.length > 0 &&
    own.every(
      ({ aggregation, recurring }) =>
        !recurring && (aggregation === 'count' || aggregation === 'sum'),
    )
  );
}

/** null when the usage cannot be computed, or nothing can have been used by then. */
function paceOf(
  subscription: DocumentSubscription,
  period: PricedPeriod,
  feature: string,
  until: Micros | null,
): Pace | null {
  const used = get(period.features, feature);
  if (used === undefined || !('units' in used) || until === null) return null;
  const over = elapsed(subscription, period, until);
  return over === null ? null : { amount: decimal(used.units), over };
}
