import { type Dashboard } from '../api.ts';
import { money, plainDateText } from '../format.ts';
import { Card, Empty } from './card.tsx';
import { Value } from './value.tsx';

export function InvoicesCard({
  dashboard,
  locale,
}: {
  readonly dashboard: Dashboard;
  readonly locale: string;
}) {
  const {
    outstanding_invoice_count: count,
    outstanding_amount_cents,
    currency,
  } = dashboard.quick_actions;
  const { overdue, totals_by_currency } = dashboard.details;
  const others = totals_by_currency.filter(
    (total) => total.currency !== currency && total.outstanding_invoice_count > 0,
  );
  return (
    <Card id="invoices" title="Outstanding invoices">
      {count === 0 && <Empty>Everything is paid.</Empty>}
      {count > 0 && (
        <p class="big">
          <Value card="invoices" row="all" field="outstanding_amount_cents" lang={locale}>
            {money(outstanding_amount_cents, currency, locale)}
          </Value>
          <Value card="invoices" row="all" field="outstanding_invoice_count">
            <span class="muted">{count === 1 ? '1 invoice' : `${count} invoices`}</span>
          </Value>
        </p>
      )}
      {others.map((total) => (
        <p class="note" key={total.currency}>
          Of these in another currency:{' '}
          <span lang={locale}>{money(total.outstanding_amount_cents, total.currency, locale)}</span>
        </p>
      ))}
      {overdue.map((late) => (
        <p class="note" key={late.currency}>
          <span class="tag tag-bad">Overdue</span>{' '}
          <Value card="invoices" row={late.currency} field="overdue" lang={locale}>
            {money(late.amount_cents, late.currency, locale)}
          </Value>{' '}
          {late.count === 1
            ? 'on 1 invoice, due on '
            : `on ${late.count} invoices, the oldest due on `}
          <time dateTime={late.oldest_due_date} lang={locale}>
            {plainDateText(late.oldest_due_date, locale)}
          </time>
        </p>
      ))}
    </Card>
  );
}
