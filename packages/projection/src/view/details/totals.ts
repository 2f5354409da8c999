import { decimal, type Micros, nearestCents } from '@portal/billing';
import { type CurrencyTotals, type Runway } from '../../answer.ts';
import { type DocumentSubscription, type PricedPeriod } from '../../document.ts';
import { type Clock } from '../clock.ts';
import { type Row } from '../rows.ts';
import { type Sums } from '../totals.ts';
import { usageAmount } from '../usage.ts';
import { elapsed, type Pace, runwayOf } from './runway.ts';

export const currencyTotals = (
  rows: readonly Row[],
  sums: Sums,
  newest: Micros | null,
  clock: Clock,
): CurrencyTotals => ({
  currency: sums.currency,
  outstanding_invoice_count: sums.outstandingCount,
  outstanding_amount_cents: nearestCents(sums.outstanding),
  wallet_balance_cents: nearestCents(sums.balance),
  upcoming_total_cents: nearestCents(sums.upcoming),
  wallet_runway: walletRunway(rows, sums, newest, clock),
});

/**
 * When the wallets of a currency are empty if they pay for usage alone, at the pace of that usage. What is carried from
 * period to period has no pace: where it costs something too, there is no answer.
 */
function walletRunway(
  rows: readonly Row[],
  { currency, balance }: Sums,
  newest: Micros | null,
  clock: Clock,
): Runway | null {
  const own = rows.filter(({ upcoming }) => upcoming.currency === currency);
  if (own.some(hasRecurringCost)) return null;
  const current = own.flatMap(({ subscription, life: { period: now } }) => {
    const period = subscription.periods.find((p) => p.start === now.start && p.end === now.end);
    return period === undefined || newest === null ? [] : paceIn(subscription, period, newest);
  });
  // All of it is over, whenever it was used last.
  const previous = own.flatMap(({ subscription, life: { period: now } }) => {
    const period = subscription.periods.find(({ end }) => end === now.start);
    return period === undefined ? [] : paceIn(subscription, period, period.end);
  });
  return runwayOf(newest, decimal(String(balance)), current, previous, clock, null);
}

const hasRecurringCost = ({ subscription, usage }: Row): boolean =>
  usage.kind === 'priced' &&
  usage.usage.charges.some(
    ({ amount }, index) => subscription.charges[index]?.recurring === true && amount !== '0',
  );

/** The usage amount of a period, used until then, without what is carried. */
function paceIn(
  subscription: DocumentSubscription,
  period: PricedPeriod,
  until: Micros,
): readonly Pace[] {
  const charges = period.charges.filter(
    (_, index) => subscription.charges[index]?.recurring !== true,
  );
  const usage = { ...period, charges };
  const { exact, unavailable } = usageAmount(subscription, { kind: 'priced', usage });
  const over = elapsed(subscription, period, until);
  if (unavailable.length > 0 || over === null) return [];
  return [{ amount: decimal(String(exact)), over }];
}
