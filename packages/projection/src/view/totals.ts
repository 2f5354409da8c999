import { addCents, type Cents, NO_CENTS } from '@portal/billing';
import { type CurrencyTotals, type Overdue } from '../answer.ts';
import { type Document } from '../document.ts';
import { liveWallets } from './actions.ts';
import { type Clock } from './clock.ts';
import { type Row } from './rows.ts';

/** One entry per currency that any amount is in, by code: never two currencies in one sum. */
export function totalsByCurrency(
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
export function overdueOf(document: Document, clock: Clock): readonly Overdue[] {
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
