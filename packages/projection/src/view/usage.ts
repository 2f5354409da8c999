import { decimal, type Period, toIso, wholeCents, ZERO } from '@portal/billing';
import { type Unavailable } from '../answer.ts';
import { type DocumentSubscription, type PricedUsage } from '../document.ts';
import { type Lifecycle } from './lifecycle.ts';

export type PeriodUsage =
  | { readonly kind: 'priced'; readonly usage: PricedUsage }
  /** Before its start a subscription has no usage and nothing is priced. */
  | { readonly kind: 'not_started' }
  | { readonly kind: 'not_kept'; readonly reason: string };

/** The usage of the period that contains now. */
export const usageNow = (subscription: DocumentSubscription, life: Lifecycle): PeriodUsage =>
  life.started ? usageIn(subscription, life.period) : { kind: 'not_started' };

/**
 * The usage of one period. The document has it priced for the kept periods that hold usage, and knows that the others
 * between them, and all later ones, hold none; of an older one, and one beyond the kept ones, it is said that it is not kept.
 */
export function usageIn(
  { kept, periods, gaps, without_usage: unused }: DocumentSubscription,
  { start, end }: Period,
): PeriodUsage {
  const found = periods.find((period) => period.start === start && period.end === end);
  if (found !== undefined) return { kind: 'priced', usage: found };
  if (kept === null) return { kind: 'priced', usage: unused };
  if (start < kept.from || (kept.until !== null && end > kept.until)) {
    const reason = `period_not_kept: usage of the period from ${toIso(start)} is not kept`;
    return { kind: 'not_kept', reason };
  }
  const gap =
    start >= kept.without_usage_from ? undefined : gaps.findLast(({ from }) => from <= start);
  return { kind: 'priced', usage: gap ?? unused };
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
