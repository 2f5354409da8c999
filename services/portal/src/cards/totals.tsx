import { type CurrencyTotals, type Dashboard } from '../api.ts';
import { money } from '../format.ts';
import { type Speech } from '../speech/speech.ts';
import { Card } from './card.tsx';
import { Value } from './value.tsx';

interface Props {
  readonly dashboard: Dashboard;
  readonly speech: Speech;
}

/** What there is in each currency, for customers who have to do with several. */
export function TotalsCard({ dashboard, speech }: Props) {
  const totals = dashboard.details.totals_by_currency;
  if (totals.length < 2) return null;
  return (
    <Card id="totals" title={speech.say('totals.title')}>
      <ul class="rows">
        {totals.map((total) => (
          <li key={total.currency}>
            <h3>{total.currency}</h3>
            <dl class="sum">
              {rowsOf(total, speech).map(([name, field]) => (
                <div key={field}>
                  <dt>{name}</dt>
                  <dd>
                    <Value card="totals" row={total.currency} field={field}>
                      {money(total[field], total.currency, speech.locale)}
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

function rowsOf({ outstanding_invoice_count: count }: CurrencyTotals, { say, show }: Speech) {
  return [
    [say('totals.upcoming'), 'upcoming_total_cents'],
    [
      count === 0
        ? say('totals.outstanding')
        : show('totals.outstandingCount', { count: String(count) }),
      'outstanding_amount_cents',
    ],
    [say('totals.credits'), 'wallet_balance_cents'],
  ] as const;
}
