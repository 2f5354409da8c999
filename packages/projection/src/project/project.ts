import { formatDate, type LocalDate } from '@portal/billing';
import { type PartitionName } from '../coordinates.ts';
import { compareCreated } from '../created.ts';
import {
  type Document,
  type DocumentInvoices,
  type DocumentSubscription,
  type DocumentWallet,
} from '../document.ts';
import { get } from '../dict.ts';
import { type SubscriptionSnapshot, type WalletSnapshot } from '../events.ts';
import { type Settings } from '../settings.ts';
import { type Entity } from '../state/entity.ts';
import { firstKeptDayOf } from '../state/retention.ts';
import { customerZone, isKnown, type State } from '../state/state.ts';
import { isListed } from '../state/subscription.ts';
import { conflictsIn, hasSameConflicts } from './conflicts.ts';
import { dashboardCurrency } from './currency.ts';
import { usageOf } from './usage.ts';

/** A document lists at most this many due dates per currency; the oldest ones are merged into one. */
export const DUE_DATES_MAX = 400;

/** What `project` made of a state, with the same settings. */
export interface Projected {
  readonly state: State;
  readonly document: Document | null;
}

/**
 * document = project(state). Pure; null while the customer is not known by any event. `previous` spares work and changes
 * nothing: what a state has in common with the one that was projected before, as the very same objects, is taken from it.
 */
export function project(
  state: State,
  settings: Settings,
  previous: Projected | null = null,
): Document | null {
  if (!isKnown(state)) return null;
  const earlier = earlierOf(state, previous);
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
    subscriptions: subscriptionsOf(state, timezone, earlier),
    wallets: earlier?.state.wallets === state.wallets ? earlier.document.wallets : walletsOf(state),
    invoices:
      earlier?.state.invoices.due === state.invoices.due
        ? earlier.document.invoices
        : invoicesOf(state),
    conflicts:
      earlier !== null && hasSameConflicts(state, earlier.state)
        ? earlier.document.conflicts
        : conflictsIn(state),
    ledger_from: ledgerFrom(state, settings),
  };
}

interface Earlier {
  readonly state: State;
  readonly document: Document;
}

function earlierOf({ ref }: State, previous: Projected | null): Earlier | null {
  const document = previous?.document ?? null;
  if (previous === null || document === null || previous.state.ref !== ref) return null;
  return { state: previous.state, document };
}

function ledgerFrom({ usage }: State, settings: Settings): string | null {
  const firstKeptDay = firstKeptDayOf(usage.newest_days, settings);
  return firstKeptDay === -Infinity ? null : formatDate(firstKeptDay as LocalDate);
}

function subscriptionsOf(
  state: State,
  zone: string,
  earlier: Earlier | null,
): readonly DocumentSubscription[] {
  const made = new Map(earlier?.document.subscriptions.map((each) => [each.id, each]));
  return snapshotsOf(state.subscriptions)
    .filter(isListed)
    .sort(compareCreated)
    .map((snapshot) => {
      const before = get(earlier?.state.subscriptions ?? {}, snapshot.id)?.snapshot;
      const known = before === snapshot ? made.get(snapshot.id) : undefined;
      if (earlier === null || known === undefined) {
        return { ...termsOf(snapshot, zone), ...usageOf(state.usage, snapshot, null) };
      }
      const { usage } = earlier.state;
      return {
        ...known,
        timezone: snapshot.timezone ?? zone,
        ...(usage === state.usage ? {} : usageOf(state.usage, snapshot, { usage, made: known })),
      };
    });
}

const termsOf = (
  { version, canceled_at, charges, ...subscription }: SubscriptionSnapshot,
  zone: string,
) => ({
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
});

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
  const snapshots: S[] = [];
  for (const { snapshot } of Object.values(entities)) {
    if (snapshot !== null) snapshots.push(snapshot);
  }
  return snapshots;
}
