import type { CurrencyTotals } from '@portal/projection';
import { type Dashboard } from '../api.ts';
import { money } from '../format.ts';
import { Card } from './card.tsx';
import { Value } from './value.tsx';

interface Props {
  readonly dashboard: Dashboard;
  readonly locale: string;
}

const ROWS = [
  ['Upcoming', 'upcoming_total_cents'],
  ['Outstanding', 'outstanding_amount_cents'],
  ['Credits', 'wallet_balance_cents'],
] as const;

/** What there is in each currency, for customers who have to do with several. */
export function TotalsCard({ dashboard, locale }: Props) {
  const totals = dashboard.details.totals_by_currency;
  if (totals.length < 2) return null;
  return (
    <Card id="totals" title="Totals by currency">
      <ul class="rows">
        {totals.map((total) => (
          <li key={total.currency}>
            <h3>{total.currency}</h3>
            <dl class="sum">
              {ROWS.map(([name, field]) => (
                <div key={field}>
                  <dt>
                    {name}
                    {field === 'outstanding_amount_cents' && countText(total)}
                  </dt>
                  <dd>
                    <Value card="totals" row={total.currency} field={field} lang={locale}>
                      {money(total[field], total.currency, locale)}
                    </Value>
                  </dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function countText({ outstanding_invoice_count: count }: CurrencyTotals): string {
  if (count === 0) return '';
  return count === 1 ? ', 1 invoice' : `, ${count} invoices`;
}
