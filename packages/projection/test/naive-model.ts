import { type Cents, type Charge, type Micros, toIso } from '@portal/billing';
import {
  type BillingEvent,
  type DashboardSummary,
  type Entry,
  type NextBilling,
  type SubscriptionSnapshot,
  type UpcomingCharge,
  type UsageProgress,
} from '@portal/projection';
import { type Log } from '@portal/testkit';
import {
  type Fraction,
  fractionOf,
  larger,
  NOTHING,
  rounded,
  smaller,
  total,
  whole,
} from '../../billing/test/fraction.ts';
import { dateOf, daysBetween, daysLater, midnightOf, periodHolding } from './naive-calendar.ts';
import { type Used } from './naive-units.ts';
import {
  countedUsage,
  countsIn,
  isEarlier,
  metricUsage,
  type NaiveLine,
  naiveLine,
  sumOf,
} from './naive-usage.ts';

/**
 * The dashboard once more, straight from the rules: every event is kept, nothing is remembered
 * between reads, everything is computed at `now`. Slow and obvious; one partition per family. Usage of an instant before
 * `trimmedAt` may be missing.
 */
export function naiveDashboard(
  log: Log,
  now: Micros,
  trimmedAt: Micros | null = null,
): NaiveDashboard {
  const entries = log.flat();
  const [customer] = winners(
    eventsOf(entries, 'customers').flatMap((event) =>
      'customer' in event ? [{ type: event.event_type, snapshot: event.customer }] : [],
    ),
  );
  const subscriptions = winners(
    eventsOf(entries, 'subscriptions').map((e) => ({
      type: e.event_type,
      snapshot: e.subscription,
    })),
  ).sort(byCreation);
  const invoices = winners(
    eventsOf(entries, 'invoices').map((e) => ({ type: e.event_type, snapshot: e.invoice })),
  ).filter(({ status }) => status !== 'deleted');
  const wallets = winners(
    eventsOf(entries, 'wallets').map((e) => ({ type: e.event_type, snapshot: e.wallet })),
  );
  const facts = countedUsage(eventsOf(entries, 'usage'));

  const rows = subscriptions
    .filter((subscription) => isCurrent(subscription, now))
    .map((subscription) =>
      naiveRow(subscription, customer?.timezone ?? 'UTC', facts, now, trimmedAt),
    );
  const due = invoices
    .map((i) => ({ ...i, due: i.total_cents - i.paid_cents - i.credited_cents }))
    .filter(({ status, due }) => status === 'finalized' && due > 0);
  const live = wallets.filter(
    (w) => w.status === 'active' && (w.expiration_at === null || w.expiration_at > now),
  );
  const used = new Set([
    ...subscriptions.map((subscription) => subscription.plan.currency),
    ...[...invoices, ...wallets].map(({ currency }) => currency),
  ]);
  const currency = customer?.currency ?? (used.size === 1 ? [...used].join() : 'USD');
  const inIt = (item: { readonly currency: string }): boolean => item.currency === currency;
  const sum = (values: readonly number[]): Cents => values.reduce((a, b) => a + b, 0) as Cents;
  const summary: DashboardSummary = {
    next_billing: rows.map(({ next }) => next),
    upcoming_charges: rows.map(({ upcoming }) => upcoming),
    usage_progress: firstOfEach(rows.flatMap(({ progress }) => progress)),
    quick_actions: {
      outstanding_invoice_count: due.length,
      outstanding_amount_cents: sum(due.filter(inIt).map((invoice) => invoice.due)),
      has_wallet: live.length > 0,
      wallet_balance_cents: sum(live.filter(inIt).map((wallet) => wallet.balance_cents)),
      has_active_subscription: rows.length > 0,
      currency,
    },
  };
  const lines = rows.map(({ next, lines }) => [next.subscription_id, lines] as const);
  return { summary, lines: Object.fromEntries(lines) };
}

/** A line as details show it; null is what cannot be computed. */
export interface ShownLine {
  readonly units: string | null;
  readonly events: number;
  readonly amount: string | null;
}

export interface NaiveDashboard {
  readonly summary: DashboardSummary;
  /** The charges of each current subscription. */
  readonly lines: Readonly<Record<string, readonly ShownLine[]>>;
}

type EventOf<F extends BillingEvent['family']> = Extract<BillingEvent, { readonly family: F }>;

const eventsOf = <F extends BillingEvent['family']>(
  entries: readonly Entry[],
  family: F,
): readonly EventOf<F>[] =>
  entries.flatMap((entry) =>
    entry.kind === 'event' && entry.event.family === family ? [entry.event as EventOf<F>] : [],
  );

/** Of each entity the snapshot of the highest version, of that the first; none when it is a deletion. */
function winners<S extends { readonly version: number; readonly id?: string }>(
  changes: readonly { readonly type: string; readonly snapshot: S }[],
): S[] {
  const best = new Map<string, { readonly type: string; readonly snapshot: S }>();
  for (const change of changes) {
    const id = change.snapshot.id ?? '';
    const known = best.get(id);
    if (known === undefined || known.snapshot.version < change.snapshot.version)
      best.set(id, change);
  }
  return [...best.values()].flatMap(({ type, snapshot }) =>
    type.endsWith('.deleted') ? [] : [snapshot],
  );
}

type Created = Pick<SubscriptionSnapshot, 'created_at' | 'id'>;
const byCreation = (a: Created, b: Created): number =>
  a.created_at - b.created_at || (a.id < b.id ? -1 : 1);

const endOf = ({ ending_at, terminated_at }: SubscriptionSnapshot): number =>
  Math.min(ending_at ?? Infinity, terminated_at ?? Infinity);

const isCurrent = (subscription: SubscriptionSnapshot, now: Micros): boolean =>
  endOf(subscription) > now &&
  (['active', 'pending'].includes(subscription.status) ||
    (subscription.status === 'canceled' && subscription.ending_at !== null));

interface NaiveRow {
  readonly next: NextBilling;
  readonly upcoming: UpcomingCharge;
  readonly progress: readonly UsageProgress[];
  readonly lines: readonly ShownLine[];
}

function naiveRow(
  subscription: SubscriptionSnapshot,
  customerZone: string,
  facts: readonly Used[],
  now: Micros,
  trimmedAt: Micros | null,
): NaiveRow {
  const { plan, pending_plan, charges } = subscription;
  const zone = subscription.timezone ?? customerZone;
  const start = subscription.started_at ?? subscription.subscription_at ?? subscription.created_at;
  const trialBase =
    subscription.subscription_at ?? subscription.started_at ?? subscription.created_at;
  const trialEnd = daysLater(trialBase, subscription.trial_period_days, zone);
  const inTrial =
    subscription.trial_period_days > 0 && subscription.trial_ended_at === null && now < trialEnd;
  const period = periodHolding(subscription, start, zone, now);
  const ordinary = now < start ? start : inTrial && plan.pay_in_advance ? trialEnd : period.end;
  const end = endOf(subscription);
  const onItsDay =
    end < Infinity && now >= start && dateOf(end as Micros, zone) === dateOf(ordinary, zone);
  const isFinal = end <= ordinary || onItsDay;
  const bill = (isFinal ? end : ordinary) as Micros;
  const changes =
    pending_plan !== null &&
    (plan.pay_in_advance ? pending_plan.effective_at <= bill : pending_plan.effective_at < bill);
  const billed = changes ? pending_plan.plan : plan;
  const isFree = isFinal && plan.pay_in_advance;
  const base = isFree ? 0 : (billed.currency === plan.currency ? billed : plan).amount_cents;

  const counted = facts.filter(
    ({ subscription_external_id: scope }) => scope === null || scope === subscription.external_id,
  );
  const began = midnightOf(start, zone);
  const time = { ...period, began, since: midnightOf(trialBase, zone) };
  const current = counted.filter((one) => now >= start && countsIn(time, one));
  const isTrimmed = trimmedAt !== null && Math.min(start, trialBase) < trimmedAt;
  const lines = charges.map((charge) => {
    if (now < start) return NOT_BEGUN;
    const line = naiveLine(charge, counted, time);
    return isTrimmed && isCarried(charge) && line.units !== null ? UNKNOWN : line;
  });
  const usage = toCents(total(lines.map(({ amount }) => amount ?? NOTHING)));
  const names = {
    subscription_id: subscription.id,
    subscription_external_id: subscription.external_id,
    plan_name: plan.name,
  };
  return {
    next: {
      ...names,
      plan_interval: plan.interval,
      next_billing_date: toIso(bill),
      days_until_next_billing: daysBetween(now, bill, zone),
      amount_cents: isFree ? (0 as Cents) : billed.amount_cents,
      currency: billed.currency,
    },
    upcoming: {
      ...names,
      base_amount_cents: base as Cents,
      usage_amount_cents: usage as Cents,
      total_estimated_cents: (base + usage) as Cents,
      currency: plan.currency,
    },
    progress: subscription.entitlements.map((entitlement) => {
      const { feature_code, value } = entitlement;
      const own = lines.filter((_, index) => charges[index]?.metric_code === feature_code);
      const isMetered = ({ metric_code }: Used): boolean => metric_code === feature_code;
      const earlier = counted.filter((one) => now >= start && isEarlier(time, one));
      const kinds = facts.filter(isMetered).map(({ kind }) => kind);
      const mayChange = kinds.length === 0 || kinds.includes('change');
      const known = isTrimmed && mayChange && now >= start ? null : NOTHING;
      const units =
        own.length > 0
          ? sumOf(own.map((l) => l.units))
          : known && metricUsage(current.filter(isMetered), earlier.filter(isMetered));
      const limited = entitlement.feature_type === 'quantity' && Number(value) > 0;
      return {
        feature_name: entitlement.feature_name,
        feature_code,
        feature_type: entitlement.feature_type,
        entitlement_value: value,
        current_usage: limited && units ? decimalText(units) : null,
        usage_percentage: limited && units ? percentage(units, fractionOf(value)) : null,
      };
    }),
    lines: lines.map(({ units, events, amount }) => ({
      units: units && decimalText(units),
      events,
      amount: now < start || amount === null ? null : decimalText(amount),
    })),
  };
}

const UNKNOWN: NaiveLine = { units: null, amount: null, events: 0 };
const isCarried = ({ recurring, aggregation }: Charge): boolean =>
  recurring && ['sum', 'max', 'latest', 'weighted_sum', 'unique_count'].includes(aggregation);
const NOT_BEGUN: NaiveLine = { units: NOTHING, amount: NOTHING, events: 0 };

const toCents = ({ top, bottom }: Fraction): number => Number(top / bottom);

function percentage(units: Fraction, limit: Fraction): number {
  const share = { top: units.top * limit.bottom * 100n, bottom: units.bottom * limit.top };
  const capped = smaller(whole(100n), larger(NOTHING, share));
  return Number(decimalText(rounded(capped, 'round', 4)));
}

/** The bottom is a power of ten. */
function decimalText({ top, bottom }: Fraction): string {
  const decimals = String(bottom).length - 1;
  const digits = String(top < 0n ? -top : top).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const rest = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return `${top < 0n ? '-' : ''}${whole}${rest === '' ? '' : `.${rest}`}`;
}

const firstOfEach = (rows: readonly UsageProgress[]): readonly UsageProgress[] =>
  rows.filter((row, index) => rows.findIndex((r) => r.feature_code === row.feature_code) === index);
