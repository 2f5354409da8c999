import type { ChargeDetails } from '@portal/projection';
import { exactMoney } from '../format.ts';
import { AddsUp } from './adds-up.tsx';
import { Reason } from './reason.tsx';
import { unitsText } from './step-text.ts';
import { Value } from './value.tsx';

interface Props {
  readonly subscription: string;
  readonly charges: readonly ChargeDetails[];
  readonly currency: string;
  readonly locale: string;
}

/** What the usage of a subscription is made of. */
export function ChargeItems({ subscription, charges, currency, locale }: Props) {
  return (
    <>
      <ul class="items" aria-label="Usage charges">
        {charges.map((charge) => (
          <li key={charge.charge_id}>
            <div class="item">
              <span class="item-name">
                {charge.metric_name}
                {charge.units !== null && !isAhead(charge) && (
                  <Units charge={charge} currency={currency} locale={locale} />
                )}
                {charge.reason !== null && <Reason reason={charge.reason} />}
              </span>
              <span class="item-amount">
                <Value card="charges" row={subscription} field={charge.charge_id} lang={locale}>
                  {amountText(charge, currency, locale)}
                </Value>
              </span>
            </div>
            <AddsUp charge={charge} currency={currency} locale={locale} />
          </li>
        ))}
      </ul>
      {charges.some(({ amount }) => amount?.includes('.') === true) && (
        <p class="fine">Fractions are dropped once, from the sum of all usage.</p>
      )}
    </>
  );
}

function Units({
  charge,
  currency,
  locale,
}: Omit<Props, 'subscription' | 'charges'> & { readonly charge: ChargeDetails }) {
  const isMoney = charge.charge_model.endsWith('percentage');
  return (
    <span class="muted" lang={locale}>
      {unitsText(charge.units ?? '0', { model: charge.charge_model, currency, locale })}
      {isMoney ? '' : charge.units === '1' ? ' unit' : ' units'}
    </span>
  );
}

/** Without an amount and without a reason it has not begun. */
const isAhead = ({ amount, reason }: ChargeDetails): boolean => amount === null && reason === null;

function amountText(charge: ChargeDetails, currency: string, locale: string): string {
  if (charge.amount !== null) return exactMoney(charge.amount, currency, locale);
  return isAhead(charge) ? 'Not begun' : 'Not available';
}
