import type { ChargeDetails } from '@portal/projection';
import { exactMoney } from '../format.ts';
import { Reason } from './reason.tsx';
import { stepText, type Telling, unitsText } from './step-text.ts';

type Part = ChargeDetails['parts'][number];

interface Props {
  readonly charge: ChargeDetails;
  readonly currency: string;
  readonly locale: string;
}

/** How a charge comes to its amount, for those who ask: parts, their steps, the true-up. */
export function AddsUp({ charge, currency, locale }: Props) {
  const { parts, true_up } = charge;
  if (parts.length === 0) return null;
  const telling: Telling = { model: charge.charge_model, currency, locale };
  return (
    <details class="adds-up">
      <summary>
        How this adds up<span class="visually-hidden">: {charge.metric_name}</span>
      </summary>
      {parts.map((part, index) => (
        <PartSteps key={index} part={part} isOnly={parts.length === 1} telling={telling} />
      ))}
      {true_up !== '0' && (
        <p class="step">
          <span>Up to the minimum of this charge</span>
          <Amount amount={true_up} telling={telling} />
        </p>
      )}
      {charge.amount !== null && (
        <p class="step step-total">
          <span>{charge.metric_name}</span>
          <Amount amount={charge.amount} telling={telling} />
        </p>
      )}
    </details>
  );
}

interface PartProps {
  readonly part: Part;
  /** Without filters there is nothing to tell the part apart from. */
  readonly isOnly: boolean;
  readonly telling: Telling;
}

function PartSteps({ part, isOnly, telling }: PartProps) {
  const { filter, units, amount, reason } = part;
  // Ranges without a flat fee have one of nothing: it explains nothing.
  const steps = part.steps.filter(({ kind, amount }) => kind !== 'flat' || amount !== '0');
  return (
    <div class="part">
      {!(isOnly && filter === null) && (
        <p class="part-name">
          {filter ?? 'Everything else'}
          {units !== null && (
            <span class="muted">
              {' · '}
              {unitsText(units, telling)}
            </span>
          )}
        </p>
      )}
      {amount === null && (
        <p class="step">
          <span>{reason !== null && <Reason reason={reason} />}</span>
          <span>Not available</span>
        </p>
      )}
      <ul>
        {steps.map((step, index) => (
          <li class="step" key={index}>
            <span>{stepText(step, index, telling)}</span>
            <Amount amount={step.amount} telling={telling} />
          </li>
        ))}
      </ul>
    </div>
  );
}

const Amount = ({ amount, telling }: { readonly amount: string; readonly telling: Telling }) => (
  <span class="item-amount" lang={telling.locale}>
    {exactMoney(amount, telling.currency, telling.locale)}
  </span>
);
