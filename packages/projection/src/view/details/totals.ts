import { decimal, nearestCents } from '@portal/billing';
import { type CurrencyTotals, type Runway } from '../../answer.ts';
import { type Document } from '../../document.ts';
import { type Clock } from '../clock.ts';
import { type Row } from '../rows.ts';
import { type Sums } from '../totals.ts';
import { usageAmount } from '../usage.ts';
import { elapsed, type Pace, runwayOf } from './runway.ts';

export const currencyTotals = (
  document: Document,
  rows: readonly Row[],
  sums: Sums,
  clock: Clock,
): CurrencyTotals => ({
  currency: sums.currency,
  outstanding_invoice_count: sums.outstandingCount,
  outstanding_amount_cents: nearestCents(sums.outstanding),
  wallet_balance_cents: nearestCents(sums.balance),
  upcoming_total_cents: nearestCents(sums.upcoming),
  wallet_runway: walletRunway(document, rows, sums, clock),
});

/** When the wallets of a currency are empty if they pay for usage alone, at the pace of that usage. */
function walletRunway(
  document: Document,
  rows: readonly Row[],
  { currency, balance }: Sums,
  clock: Clock,
): Runway | null {
  const own = rows.filter(({ upcoming }) => upcoming.currency === currency);
  const [current, previous] = [0, 1].map((place) =>
    own.flatMap((row) => paceOf(document, row, place)),
  );
  return runwayOf(document, decimal(String(balance)), current ?? [], previous ?? [], clock);
}

/** The usage amount of the period that now lies in (place 0) or of the one before. */
function paceOf(document: Document, { subscription, life }: Row, place: number): readonly Pace[] {
  const index = subscription.periods.findIndex(
    ({ start, end }) => start === life.period.start && end === life.period.end,
  );
  const period = index === -1 ? undefined : subscription.periods[index + place];
  const mark = document.usage_mark;
  if (period === undefined || mark === null) return [];
  const { exact, unavailable } = usageAmount(subscription, { kind: 'priced', usage: period });
  const over = elapsed(subscription, period, mark);
  if (unavailable.length > 0 || over === null) return [];
  return [{ amount: decimal(String(exact)), over }];
}
