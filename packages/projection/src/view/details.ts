import { addCents, type Cents, NO_CENTS, type Period, toIso } from '@portal/billing';
import {
  type ChargeDetails,
  type CurrencyTotals,
  type Details,
  type Overdue,
  type SubscriptionDetails,
  type Unavailable,
  type WalletDetails,
} from '../answer.ts';
import { compareCreated } from '../created.ts';
import { type Document, type DocumentSubscription, type DocumentWallet } from '../document.ts';
import { startOf } from '../state/subscription.ts';
import { liveWallets } from './actions.ts';
import { type Clock } from './clock.ts';
import { isOver, type Lifecycle, lifecycleAt } from './lifecycle.ts';
import { type Row } from './rows.ts';
import { type CurrentUsage, usageAmount, usageNow } from './usage.ts';

/** What the default body has no shape for. Paused subscriptions appear here only. */
export function detailsOf(
  document: Document,
  rows: readonly Row[],
  unavailable: readonly Unavailable[],
  clock: Clock,
): Details {
  const shown = document.subscriptions.filter((subscription) => !isOver(subscription, clock));
  return {
    subscriptions: shown.map((subscription) => subscriptionDetails(document, subscription, clock)),
    totals_by_currency: totalsByCurrency(document, rows, clock),
    overdue: overdueOf(document, clock),
    wallets: [...liveWallets(document, clock)].sort(burnOrder).map(walletDetails),
    unavailable,
  };
}

function subscriptionDetails(
  document: Document,
  subscription: DocumentSubscription,
  clock: Clock,
): SubscriptionDetails {
  const life = lifecycleAt(subscription, clock);
  const { pending_plan } = subscription;
  return {
    subscription_id: subscription.id,
    subscription_external_id: subscription.external_id,
    status: subscription.status,
    timezone: subscription.timezone,
    current_period: life.started ? shownPeriod(subscription, life) : null,
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
    previous_period: previousPeriod(subscription, life),
  };
}

/** The start of the subscription and its end cut the period shown. */
function shownPeriod(subscription: DocumentSubscription, life: Lifecycle) {
  const start = Math.max(life.period.start, startOf(subscription)) as Period['start'];
  const end = Math.min(life.period.end, life.endsAt ?? Infinity) as Period['end'];
  return { start: toIso(start), end: toIso(end) };
}

function chargeDetails(
  subscription: DocumentSubscription,
  usage: CurrentUsage,
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

/** Only a previous period that may have had usage is known; others are not listed. */
function previousPeriod(
  subscription: DocumentSubscription,
  life: Lifecycle,
): SubscriptionDetails['previous_period'] {
  const before = subscription.periods.find(({ end }) => end === life.period.start);
  if (before === undefined) return null;
  const { amount, unavailable } = usageAmount(subscription, { kind: 'priced', usage: before });
  return {
    start: toIso(before.start),
    end: toIso(before.end),
    usage_amount_cents: unavailable.length === 0 ? amount : null,
  };
}

function totalsByCurrency(
  document: Document,
  rows: readonly Row[],
  clock: Clock,
): readonly CurrencyTotals[] {
  const wallets = liveWallets(document, clock);
  const codes = new Set([
    document.currency,
    ...document.invoices.map(({ currency }) => currency),
    ...wallets.map(({ currency }) => currency),
    ...rows.map(({ upcoming }) => upcoming.currency),
  ]);
  const sum = (amounts: readonly Cents[]): Cents => addCents(NO_CENTS, ...amounts);
  return [...codes].sort().map((currency) => {
    const due = document.invoices.find((invoices) => invoices.currency === currency);
    return {
      currency,
      outstanding_invoice_count: due?.count ?? 0,
      outstanding_amount_cents: due?.due_cents ?? NO_CENTS,
      wallet_balance_cents: sum(
        wallets.filter((w) => w.currency === currency).map((w) => w.balance_cents),
      ),
      upcoming_total_cents: sum(
        rows
          .filter(({ upcoming }) => upcoming.currency === currency)
          .map(({ upcoming }) => upcoming.total_estimated_cents),
      ),
    };
  });
}

/** An invoice is overdue once its due date is over, in the customer's zone. */
function overdueOf(document: Document, clock: Clock): readonly Overdue[] {
  return document.invoices.flatMap(({ currency, dates }) => {
    const past = dates.filter(({ due_date }) => clock.isPast(due_date, document.timezone));
    const [oldest] = past;
    if (oldest === undefined) return [];
    return [
      {
        currency,
        count: past.reduce((count, due) => count + due.count, 0),
        amount_cents: addCents(...past.map((due) => due.due_cents)),
        oldest_due_date: oldest.due_date,
      },
    ];
  });
}

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
