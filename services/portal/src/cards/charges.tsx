import type { ChargeDetails, UpcomingCharge } from '@portal/projection';
import { type Dashboard } from '../api.ts';
import { decimalText, money, moneyOfDecimal } from '../format.ts';
import { Card, Empty } from './card.tsx';
import { Value } from './value.tsx';

export function ChargesCard({
  dashboard,
  locale,
}: {
  readonly dashboard: Dashboard;
  readonly locale: string;
}) {
  const chargesOf = (id: string): readonly ChargeDetails[] =>
    dashboard.details.subscriptions.find((one) => one.subscription_id === id)?.charges ?? [];
  return (
    <Card id="charges" title="Upcoming charges">
      {dashboard.upcoming_charges.length === 0 && <Empty>Nothing is being charged.</Empty>}
      <ul class="rows">
        {dashboard.upcoming_charges.map((upcoming) => (
          <Upcoming
            key={upcoming.subscription_id}
            upcoming={upcoming}
            charges={chargesOf(upcoming.subscription_id)}
            locale={locale}
          />
        ))}
      </ul>
    </Card>
  );
}

interface UpcomingProps {
  readonly upcoming: UpcomingCharge;
  readonly charges: readonly ChargeDetails[];
  readonly locale: string;
}

function Upcoming({ upcoming, charges, locale }: UpcomingProps) {
  const incomplete = charges.some((charge) => charge.amount === null);
  const amount = (field: 'base_amount_cents' | 'usage_amount_cents' | 'total_estimated_cents') => (
    <Value card="charges" row={upcoming.subscription_id} field={field} lang={locale}>
      {money(upcoming[field], upcoming.currency, locale)}
    </Value>
  );
  return (
    <li class="upcoming">
      <h3>{upcoming.plan_name}</h3>
      <dl class="sum">
        <div>
          <dt>Base price</dt>
          <dd>{amount('base_amount_cents')}</dd>
        </div>
        <div>
          <dt>Usage so far</dt>
          <dd>{amount('usage_amount_cents')}</dd>
        </div>
        <div class="sum-total">
          <dt>Estimated total {incomplete && <span class="tag tag-warn">Incomplete</span>}</dt>
          <dd>{amount('total_estimated_cents')}</dd>
        </div>
      </dl>
      {charges.length > 0 && (
        <Items charges={charges} currency={upcoming.currency} locale={locale} />
      )}
    </li>
  );
}

interface ItemsProps {
  readonly charges: readonly ChargeDetails[];
  readonly currency: string;
  readonly locale: string;
}

function Items({ charges, currency, locale }: ItemsProps) {
  return (
    <details class="items">
      <summary>
        {charges.length === 1 ? '1 usage charge' : `${charges.length} usage charges`}
      </summary>
      <ul>
        {charges.map((charge) => (
          <li key={charge.charge_id}>
            <span class="item-name">
              {charge.metric_name}
              {charge.units !== null && (
                <span class="muted" lang={locale}>
                  {decimalText(charge.units, locale)} units
                </span>
              )}
              {charge.reason !== null && <span class="item-reason">{charge.reason}</span>}
            </span>
            <span class="item-amount" lang={locale}>
              {charge.amount === null
                ? 'Not available'
                : moneyOfDecimal(charge.amount, currency, locale)}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
