import { type Period, periodBefore, toIso } from '@portal/billing';
import {
  type ChargeDetails,
  type Details,
  type SubscriptionDetails,
  type Unavailable,
  type WalletDetails,
} from '../answer.ts';
import { compareCreated } from '../created.ts';
import { type Document, type DocumentSubscription, type DocumentWallet } from '../document.ts';
import { cycleOf, startOf } from '../state/subscription.ts';
import { liveWallets } from './actions.ts';
import { type Clock } from './clock.ts';
import { isOver, type Lifecycle, lifecycleAt } from './lifecycle.ts';
import { type Row } from './rows.ts';
import { overdueOf, totalsByCurrency } from './totals.ts';
import { type PeriodUsage, type UsageAmount, usageAmount, usageIn, usageNow } from './usage.ts';

/** What the default body has no shape for. Paused subscriptions appear here only. */
export function detailsOf(
  document: Document,
  rows: readonly Row[],
  unavailable: readonly Unavailable[],
  clock: Clock,
): Details {
  const shown = document.subscriptions
    .filter((subscription) => !isOver(subscription, clock))
    .map((subscription) => {
      const life = lifecycleAt(subscription, clock);
      const previous = previousPeriod(document, subscription, life);
      return { subscription, life, previous };
    });
  return {
    subscriptions: shown.map(({ subscription, life, previous }) =>
      subscriptionDetails(document, subscription, life, previous),
    ),
    totals_by_currency: totalsByCurrency(document, rows, clock),
    overdue: overdueOf(document, clock),
    wallets: [...liveWallets(document, clock)].sort(burnOrder).map(walletDetails),
    unavailable: [
      ...unavailable,
      ...shown
        .flatMap(({ previous }) => previous?.unavailable ?? [])
        .filter((line) => !unavailable.some((known) => isSame(known, line)))
        .map((line) => ({ ...line, reason: `previous period: ${line.reason}` })),
    ],
  };
}

function subscriptionDetails(
  document: Document,
  subscription: DocumentSubscription,
  life: Lifecycle,
  previous: PreviousPeriod | null,
): SubscriptionDetails {
  const { pending_plan } = subscription;
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
    charges: chargeDetails(subscription, usageNow(document, subscription, life)),
    previous_period: previous && {
      ...shownPeriod(subscription, life, previous.period),
      usage_amount_cents: previous.unavailable.length === 0 ? previous.amount : null,
    },
  };
}

/** The start of the subscription and its end cut the period shown. */
function shownPeriod(subscription: DocumentSubscription, life: Lifecycle, period: Period) {
  const start = Math.max(period.start, startOf(subscription)) as Period['start'];
  const end = Math.min(period.end, life.endsAt ?? Infinity) as Period['end'];
  return { start: toIso(start), end: toIso(end) };
}

function chargeDetails(
  subscription: DocumentSubscription,
  usage: PeriodUsage,
): readonly ChargeDetails[] {
  const priced = usage.kind === 'priced' ? usage.usage.charges : [];
  const reason = usage.kind === 'not_kept' ? usage.reason : null;
  return subscription.charges.map((charge, index) => ({
    charge_id: charge.id,
    metric_code: charge.metric_code,
    metric_name: charge.metric_name,
    charge_model: charge.charge_model,
    aggregation: charge.aggregation,
    ...(priced[index] ?? { units: reason === null ? '0' : null, events: 0, amount: null, reason }),
  }));
}

interface PreviousPeriod extends UsageAmount {
  readonly period: Period;
}

/** null in the first period: before its start a subscription has none. */
function previousPeriod(
  document: Document,
  subscription: DocumentSubscription,
  life: Lifecycle,
): PreviousPeriod | null {
  if (!life.started) return null;
  const period = periodBefore(cycleOf(subscription, subscription.timezone), life.period);
  if (period.end <= startOf(subscription)) return null;
  const usage = usageIn(document, subscription, period);
  return { period, ...usageAmount(subscription, usage) };
}

/** What ails the current period as well is said once. */
const isSame = (a: Unavailable, b: Unavailable): boolean =>
  a.subscription_id === b.subscription_id && a.charge_id === b.charge_id && a.reason === b.reason;

const burnOrder = (a: DocumentWallet, b: DocumentWallet): number =>
  a.priority - b.priority ||
  (a.expiration_at ?? Infinity) - (b.expiration_at ?? Infinity) ||
  compareCreated(a, b);

const walletDetails = (wallet: DocumentWallet): WalletDetails => ({
  wallet_id: wallet.id,
  name: wallet.name,
  currency: wallet.currency,
  balance_cents: wallet.balance_cents,
  priority: wallet.priority,
  expires_at: wallet.expiration_at === null ? null : toIso(wallet.expiration_at),
});
