import { type Dashboard } from '../api.ts';
import { money, plainDateText } from '../format.ts';
import { type Speech } from '../speech/speech.ts';
import { Card, Empty } from './card.tsx';
import { Value } from './value.tsx';

interface Props {
  readonly dashboard: Dashboard;
  readonly speech: Speech;
}

export function InvoicesCard({ dashboard, speech }: Props) {
  const {
    outstanding_invoice_count: count,
    outstanding_amount_cents,
    currency,
  } = dashboard.quick_actions;
  const { overdue, totals_by_currency } = dashboard.details;
  const { say, show, locale } = speech;
  const others = totals_by_currency.filter(
    (total) => total.currency !== currency && total.outstanding_invoice_count > 0,
  );
  return (
    <Card id="invoices" title={say('invoices.title')}>
      {count === 0 && <Empty>{say('invoices.none')}</Empty>}
      {count > 0 && (
        <p class="big">
          <Value card="invoices" row="all" field="outstanding_amount_cents">
            {money(outstanding_amount_cents, currency, locale)}
          </Value>
          <Value card="invoices" row="all" field="outstanding_invoice_count">
            <span class="muted">{show('invoices.count', { count: String(count) })}</span>
          </Value>
        </p>
      )}
      {others.map((total) => (
        <p class="note" key={total.currency}>
          {show('invoices.others', {
            amount: money(total.outstanding_amount_cents, total.currency, locale),
          })}
        </p>
      ))}
      {overdue.map((late) => (
        <p class="note" key={late.currency}>
          <span class="tag tag-bad">{say('invoices.overdue')}</span>{' '}
          {show('invoices.overdueText', {
            count: String(late.count),
            amount: (
              <Value card="invoices" row={late.currency} field="overdue">
                {money(late.amount_cents, late.currency, locale)}
              </Value>
            ),
            date: (
              <time dateTime={late.oldest_due_date}>
                {plainDateText(late.oldest_due_date, locale)}
              </time>
            ),
          })}
        </p>
      ))}
    </Card>
  );
}
