import { decimal, type Micros, nearestCents, type Period } from '@portal/billing';
import { type CurrencyTotals, type Runway } from '../../answer.ts';
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

/** When the wallets of a currency are empty if they pay for usage alone, at the pace of that usage. */
function walletRunway(
  rows: readonly Row[],
  { currency, balance }: Sums,
  newest: Micros | null,
  clock: Clock,
): Runway | null {
  const own = rows.filter(({ upcoming }) => upcoming.currency === currency);
  const current = own.flatMap((row) =>
    paceIn(row, newest, ({ start, end }, now) => start === now.start && end === now.end),
  );
  const previous = own.flatMap((row) => paceIn(row, newest, ({ end }, now) => end === now.start));
  return runwayOf(newest, decimal(String(balance)), current, previous, clock, null);
}

/** The usage amount of the period that is told by the one that now lies in; what is carried is no pace. */
function paceIn(
  { subscription, life }: Row,
  newest: Micros | null,
  isIt: (period: Period, now: Period) => boolean,
): readonly Pace[] {
  const period = subscription.periods.find((one) => isIt(one, life.period));
  if (period === undefined || newest === null) return [];
  const charges = period.charges.filter(
    (_, index) => subscription.charges[index]?.recurring !== true,
  );
  const usage = { ...period, charges };
  const { exact, unavailable } = usageAmount(subscription, { kind: 'priced', usage });
  const over = elapsed(subscription, period, newest);
  if (unavailable.length > 0 || over === null) return [];
  return [{ amount: decimal(String(exact)), over }];
}
