import { decimal, type Period, toIso, wholeCents, ZERO } from '@portal/billing';
import { type Unavailable } from '../answer.ts';
import { type Document, type DocumentSubscription, type PricedUsage } from '../document.ts';
import { type Lifecycle } from './lifecycle.ts';

export type PeriodUsage =
  | { readonly kind: 'priced'; readonly usage: PricedUsage }
  /** Before its start a subscription has no usage and nothing is priced. */
  | { readonly kind: 'not_started' }
  | { readonly kind: 'not_kept'; readonly reason: string };

/** The usage of the period that contains now. */
export const usageNow = (
  document: Document,
  subscription: DocumentSubscription,
  life: Lifecycle,
): PeriodUsage =>
  life.started ? usageIn(document, subscription, life.period) : { kind: 'not_started' };

/**
 * The usage of one period. The document carries it priced for the periods that can hold usage; a later
 * one has none; an earlier one is no longer kept, and that is said.
 */
export function usageIn(
  document: Document,
  subscription: DocumentSubscription,
  { start, end }: Period,
): PeriodUsage {
  const found = subscription.periods.find((period) => period.start === start && period.end === end);
  if (found !== undefined) return { kind: 'priced', usage: found };
  if (document.usage_mark === null || document.usage_mark < start) {
    return { kind: 'priced', usage: subscription.idle };
  }
  return {
    kind: 'not_kept',
    reason: `usage of the period from ${toIso(start)} is older than the priced periods`,
  };
}

export interface UsageAmount {
  /** What could be priced, the fraction dropped once; of any size. */
  readonly exact: bigint;
  readonly unavailable: readonly Unavailable[];
}

export function usageAmount(subscription: DocumentSubscription, usage: PeriodUsage): UsageAmount {
  if (usage.kind === 'not_started') return { exact: 0n, unavailable: [] };
  if (usage.kind === 'not_kept') {
    return { exact: 0n, unavailable: [lineOf(subscription, null, usage.reason)] };
  }
  const { charges } = usage.usage;
  const unavailable = charges.flatMap(({ reason }, index) =>
    reason === null ? [] : [lineOf(subscription, subscription.charges[index]?.id ?? null, reason)],
  );
  const sum = charges.reduce(
    (total, { amount }) => (amount === null ? total : total.plus(decimal(amount))),
    ZERO,
  );
  return { exact: wholeCents(sum), unavailable };
}

export const lineOf = (
  subscription: DocumentSubscription,
  charge_id: string | null,
  reason: string,
): Unavailable => ({ subscription_id: subscription.id, charge_id, feature_code: null, reason });
