import { nearestCents, type Period, toIso } from '@portal/billing';
import {
  type ChargeDetails,
  type MinimumCommitment,
  type SubscriptionDetails,
} from '../../answer.ts';
import { get } from '../../dict.ts';
import { type DocumentSubscription, type PricedCharge } from '../../document.ts';
import { type ItemisedCharge, type ItemisedPart } from '../../pricing/itemise.ts';
import { type Items } from '../../project/itemise.ts';
import { startOf } from '../../state/subscription.ts';
import { type Lifecycle } from '../lifecycle.ts';
import { baseAmount } from '../rows.ts';
import { type PeriodUsage, usageAmount, usageNow } from '../usage.ts';
import { type PreviousPeriod } from './previous.ts';

export function subscriptionDetails(
  items: Items,
  subscription: DocumentSubscription,
  life: Lifecycle,
  previous: PreviousPeriod | null,
): SubscriptionDetails {
  const { pending_plan } = subscription;
  const usage = usageNow(subscription, life);
  return {
    subscription_id: subscription.id,
    subscription_external_id: subscription.external_id,
    status: subscription.status,
    timezone: subscription.timezone,
    current_period: life.started ? shownPeriod(subscription, life, life.period) : null,
    trial_ends_at: life.trialEndsAt === null ? null : toIso(life.trialEndsAt),
    in_trial: life.inTrial,
    ends_at: life.endsAt === null ? null : toIso(life.endsAt),
    pending_plan: pending_plan && {
      plan_code: pending_plan.plan.code,
      plan_name: pending_plan.plan.name,
      effective_at: toIso(pending_plan.effective_at),
      amount_cents: pending_plan.plan.amount_cents,
      currency: pending_plan.plan.currency,
    },
    charges: chargeDetails(subscription, usage, itemsOf(items, subscription, life.period)),
    minimum_commitment: minimumCommitment(subscription, life, usage),
    previous_period: previous && {
      ...shownPeriod(subscription, life, previous.period),
      usage_amount_cents: previous.unavailable.length === 0 ? nearestCents(previous.exact) : null,
      invoice_arrived: previous.invoiceArrived,
    },
  };
}

/** The start of the subscription and its end cut the period shown. */
function shownPeriod(subscription: DocumentSubscription, life: Lifecycle, period: Period) {
  const start = Math.max(period.start, startOf(subscription)) as Period['start'];
  const end = Math.min(period.end, life.endsAt ?? Infinity) as Period['end'];
  return { start: toIso(start), end: toIso(end) };
}

/** How the charges of that period came about. */
function itemsOf(
  items: Items,
  { id }: DocumentSubscription,
  { start, end }: Period,
): readonly ItemisedCharge[] {
  const own = (get(items.periods, id) ?? []).find(
    (period) => period.start === start && period.end === end,
  );
  const gaps = get(items.gaps, id) ?? [];
  const gap = gaps.findLast(({ from }) => from <= start) ?? gaps[0];
  return own?.charges ?? gap?.charges ?? [];
}

function chargeDetails(
  subscription: DocumentSubscription,
  usage: PeriodUsage,
  items: readonly ItemisedCharge[],
): readonly ChargeDetails[] {
  return subscription.charges.map((charge, index) => {
    const item = usage.kind === 'priced' ? items[index] : undefined;
    return {
      charge_id: charge.id,
      metric_code: charge.metric_code,
      metric_name: charge.metric_name,
      charge_model: charge.charge_model,
      aggregation: charge.aggregation,
      recurring: charge.recurring,
      ...pricedIn(usage, index),
      parts: (item?.parts ?? []).map(partOf),
      true_up: item?.true_up ?? '0',
    };
  });
}

/** In the contract's order of names: what is stored has none, or another. */
const partOf = ({ filter, units, events, amount, reason, steps }: ItemisedPart): ItemisedPart => ({
  filter,
  units,
  events,
  amount,
  reason,
  steps: steps.map(({ kind, range, quantity, price, amount: own }) => ({
    kind,
    range,
    quantity,
    price,
    amount: own,
  })),
});

function pricedIn(usage: PeriodUsage, index: number): PricedCharge {
  switch (usage.kind) {
    case 'priced':
      return usage.usage.charges[index] ?? NOTHING;
    case 'not_started':
      return NOTHING;
    case 'not_kept':
      return { ...NOTHING, units: null, reason: usage.reason };
    default:
      return usage satisfies never;
  }
}

const NOTHING: PricedCharge = { units: '0', events: 0, amount: null, reason: null };

/** What base and usage of the current period have burned of the plan's minimum. */
function minimumCommitment(
  subscription: DocumentSubscription,
  life: Lifecycle,
  usage: PeriodUsage,
): MinimumCommitment | null {
  const committed = subscription.plan.minimum_commitment_cents;
  if (committed === null || !life.started) return null;
  const { exact, unavailable } = usageAmount(subscription, usage);
  if (unavailable.length > 0) {
    return { committed_cents: committed, burned_cents: null, true_up_cents: null };
  }
  const burned = BigInt(baseAmount(subscription, life)) + exact;
  const missing = BigInt(committed) - burned;
  return {
    committed_cents: committed,
    burned_cents: nearestCents(burned),
    true_up_cents: nearestCents(missing > 0n ? missing : 0n),
  };
}
