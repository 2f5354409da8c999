import { type Charge } from '../api.ts';
import { exactMoney } from '../format.ts';
import { Foreign } from '../speech/foreign.tsx';
import { type Speech } from '../speech/speech.ts';
import { AddsUp } from './adds-up.tsx';
import { Reason } from './reason.tsx';
import { isOfMoney } from './step-text.ts';
import { Value } from './value.tsx';

interface Props {
  readonly subscription: string;
  readonly charges: readonly Charge[];
  readonly currency: string;
  readonly speech: Speech;
}

/** What the usage of a subscription is made of. */
export function ChargeItems({ subscription, charges, currency, speech }: Props) {
  return (
    <>
      <ul class="items" aria-label={speech.say('charges.list')}>
        {charges.map((charge) => (
          <li key={charge.charge_id}>
            <div class="item">
              <div class="item-name">
                <Foreign text={charge.metric_name} speech={speech} />
                {charge.units !== null && !isAhead(charge) && (
                  <span class="muted">
                    {unitsOf(charge, charge.units, currency, speech)}
                    {isCarriedOver(charge) && ` · ${speech.say('charges.carriedOver')}`}
                  </span>
                )}
                {charge.reason !== null && <Reason reason={charge.reason} speech={speech} />}
              </div>
              <span class="item-amount">
                <Value card="charges" row={subscription} field={charge.charge_id}>
                  {amountText(charge, currency, speech)}
                </Value>
              </span>
            </div>
            <AddsUp charge={charge} currency={currency} speech={speech} />
          </li>
        ))}
      </ul>
      {charges.some(isCarriedOver) && <p class="fine">{speech.say('charges.carriedOverNote')}</p>}
      {charges.some(({ amount }) => amount?.includes('.') === true) && (
        <p class="fine">{speech.say('charges.fractions')}</p>
      )}
    </>
  );
}

const unitsOf = (charge: Charge, units: string, currency: string, speech: Speech) =>
  isOfMoney(charge.charge_model)
    ? exactMoney(units, currency, speech.locale)
    : speech.show('charges.units', { count: units });

const isCarriedOver = (charge: Charge): boolean =>
  charge.recurring && charge.units !== null && !isAhead(charge);

/** Without an amount and without a reason it has not begun. */
const isAhead = ({ amount, reason }: Charge): boolean => amount === null && reason === null;

function amountText(charge: Charge, currency: string, { say, locale }: Speech): string {
  if (charge.amount !== null) return exactMoney(charge.amount, currency, locale);
  return say(isAhead(charge) ? 'charges.ahead' : 'text.unavailable');
}
