import { dayStart, toIso } from '@portal/billing';
import { type PartitionName } from '../coordinates.ts';
import { compareCreated } from '../created.ts';
import {
  type Document,
  type DocumentInvoices,
  type DocumentSubscription,
  type DocumentWallet,
} from '../document.ts';
import { type WalletSnapshot } from '../events.ts';
import { type Settings } from '../settings.ts';
import { type Entity } from '../state/entity.ts';
import { firstKeptDayOf } from '../state/retention.ts';
import { customerZone, isKnown, type State } from '../state/state.ts';
import { isListed } from '../state/subscription.ts';
import { conflictsIn } from './conflicts.ts';
import { dashboardCurrency } from './currency.ts';
import { usageOf } from './usage.ts';

/** A document lists at most this many due dates per currency; the oldest ones are merged into one. */
export const DUE_DATES_MAX = 400;

/** document = project(state). Pure; null while the customer is not known by any event. */
export function project(state: State, settings: Settings): Document | null {
  if (!isKnown(state)) return null;
  const timezone = customerZone(state) ?? settings.defaultTimezone;
  return {
    ref: state.ref,
    vector: state.vector,
    holes: state.holes.map(({ partition, offset }) => ({ partition, offset })),
    hole_ranges: Object.entries(state.hole_ranges).map(([partition, { count, first, last }]) => ({
      partition: partition as PartitionName,
      ...{ count, first, last },
    })),
    as_of: state.as_of,
    timezone,
    currency: dashboardCurrency(state, settings),
    subscriptions: subscriptionsOf(state, timezone),
    wallets: walletsOf(state),
    invoices: invoicesOf(state),
    conflicts: conflictsIn(state),
    ledger_from: ledgerFrom(state, settings),
  };
}

function ledgerFrom({ usage }: State, settings: Settings): string | null {
  const firstKeptDay = firstKeptDayOf(usage.newest_days, settings);
  return firstKeptDay === -Infinity ? null : toIso(dayStart(firstKeptDay)).slice(0, 10);
}

function subscriptionsOf(state: State, zone: string): readonly DocumentSubscription[] {
  return snapshotsOf(state.subscriptions)
    .filter(isListed)
    .sort(compareCreated)
    .map(({ version, canceled_at, charges, ...subscription }) => ({
      ...subscription,
      timezone: subscription.timezone ?? zone,
      charges: charges.map((charge) => ({
        id: charge.id,
        metric_code: charge.metric_code,
        metric_name: charge.metric_name,
        charge_model: charge.charge_model,
        aggregation: charge.aggregation,
        recurring: charge.recurring,
      })),
      ...usageOf(state.usage, { ...subscription, charges }),
    }));
}

function walletsOf(state: State): readonly DocumentWallet[] {
  return snapshotsOf(state.wallets)
    .filter(isLiveWallet)
    .sort(compareCreated)
    .map(({ id, name, currency, balance_cents, priority, expiration_at, created_at }) => ({
      id,
      name,
      currency,
      balance_cents,
      priority,
      expiration_at,
      created_at,
    }));
}

const isLiveWallet = (wallet: WalletSnapshot): boolean => wallet.status === 'active';

function invoicesOf(state: State): readonly DocumentInvoices[] {
  return Object.entries(state.invoices.due).map(([currency, byDate]) => {
    const all = Object.entries(byDate);
    const dated = all.filter(([date]) => date !== '');
    return {
      currency,
      count: all.reduce((sum, [, due]) => sum + due.count, 0),
      due_cents: String(all.reduce((sum, [, due]) => sum + BigInt(due.cents), 0n)),
      dates: mergeOldest(
        dated.map(([due_date, { count, cents }]) => ({ due_date, count, due_cents: cents })),
      ),
    };
  });
}

type DueDate = DocumentInvoices['dates'][number];

/** Dates are sorted, as their dictionary is. */
function mergeOldest(dates: readonly DueDate[]): readonly DueDate[] {
  const surplus = dates.length - DUE_DATES_MAX;
  if (surplus <= 0) return dates;
  const merged = dates.slice(0, surplus + 1).reduce((oldest, next) => ({
    due_date: oldest.due_date,
    count: oldest.count + next.count,
    due_cents: String(BigInt(oldest.due_cents) + BigInt(next.due_cents)),
  }));
  return [merged, ...dates.slice(surplus + 1)];
}

function snapshotsOf<S>(entities: Readonly<Record<string, Entity<S>>>): S[] {
  return Object.values(entities).flatMap(({ snapshot }) => (snapshot === null ? [] : [snapshot]));
}
