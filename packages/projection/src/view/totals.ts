import { nearestCents } from '@portal/billing';
import { type Overdue, type StatusReason } from '../answer.ts';
import { type Document } from '../document.ts';
import { beyondCents, beyondRange } from './beyond.ts';
import { type Clock } from './clock.ts';
import { type Row } from './rows.ts';
import { liveWallets } from './wallets.ts';

/** Everything that is added up in one currency, of any size: never two currencies in one sum. */
export interface Sums {
  readonly currency: string;
  readonly outstandingCount: number;
  readonly outstanding: bigint;
  readonly balance: bigint;
  readonly upcoming: bigint;
  readonly overdue: {
    readonly count: number;
    readonly amount: bigint;
    readonly oldest: string;
  } | null;
}

/** One entry per currency that any amount is in, by code; the dashboard's is always there. */
export function sumsByCurrency(
  document: Document,
  rows: readonly Row[],
  clock: Clock,
): readonly Sums[] {
  const wallets = liveWallets(document, clock);
  const codes = new Set([
    document.currency,
    ...document.invoices.map(({ currency }) => currency),
    ...wallets.map(({ currency }) => currency),
    ...rows.map(({ upcoming }) => upcoming.currency),
  ]);
  return [...codes].sort().map((currency) => {
    const due = document.invoices.find((invoices) => invoices.currency === currency);
    return {
      currency,
      outstandingCount: due?.count ?? 0,
      outstanding: BigInt(due?.due_cents ?? '0'),
      balance: sum(
        wallets.filter((w) => w.currency === currency).map((w) => BigInt(w.balance_cents)),
      ),
      upcoming: sum(
        rows.filter(({ upcoming }) => upcoming.currency === currency).map(({ total }) => total),
      ),
      overdue: overdueOf(document, currency, clock),
    };
  });
}

export const overdueIn = ({ currency, overdue }: Sums): readonly Overdue[] =>
  overdue === null
    ? []
    : [
        {
          currency,
          count: overdue.count,
          amount_cents: nearestCents(overdue.amount),
          oldest_due_date: overdue.oldest,
        },
      ];

export const beyondSums = (sums: Sums): readonly StatusReason[] =>
  [
    ...beyondCents('outstanding_amount_cents', sums.outstanding),
    ...beyondCents('wallet_balance_cents', sums.balance),
    ...beyondCents('upcoming_total_cents', sums.upcoming),
    ...beyondCents('overdue amount_cents', sums.overdue?.amount ?? 0n),
  ].map((reason) => beyondRange(`${sums.currency}: ${reason}`));

/** An invoice is overdue once its due date is over, in the customer's zone. */
function overdueOf(document: Document, currency: string, clock: Clock): Sums['overdue'] {
  const due = document.invoices.find((invoices) => invoices.currency === currency);
  const past = (due?.dates ?? []).filter(({ due_date }) =>
    clock.isPast(due_date, document.timezone),
  );
  const [oldest] = past;
  if (oldest === undefined) return null;
  return {
    count: past.reduce((count, date) => count + date.count, 0),
    amount: sum(past.map(({ due_cents }) => BigInt(due_cents))),
    oldest: oldest.due_date,
  };
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);
