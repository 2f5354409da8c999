import { type Charge, type Part } from '../api.ts';
import { exactMoney } from '../format.ts';
import { glance } from '../speech/foreign-text.ts';
import { Foreign } from '../speech/foreign.tsx';
import { type Speech } from '../speech/speech.ts';
import { Reason } from './reason.tsx';
import { stepText, type Telling, unitsText } from './step-text.ts';

interface Props {
  readonly charge: Charge;
  readonly currency: string;
  readonly speech: Speech;
}

/** How a charge comes to its amount, for those who ask: parts, their steps, the true-up. */
export function AddsUp({ charge, currency, speech }: Props) {
  const { parts, true_up, metric_name } = charge;
  if (parts.length === 0) return null;
  const telling: Telling = { model: charge.charge_model, currency, speech };
  return (
    <details class="adds-up">
      <summary aria-label={speech.say('charges.howOf', { name: glance(metric_name) })}>
        {speech.say('charges.how')}
      </summary>
      {parts.map((part, index) => (
        <PartSteps key={index} part={part} isOnly={parts.length === 1} telling={telling} />
      ))}
      {true_up !== '0' && (
        <p class="step">
          <span>{speech.say('charges.trueUp')}</span>
          <Amount amount={true_up} telling={telling} />
        </p>
      )}
      {charge.amount !== null && (
        <p class="step step-total">
          <span>
            <Foreign text={metric_name} speech={speech} />
          </span>
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
  const { speech } = telling;
  // Ranges without a flat fee have one of nothing: it explains nothing.
  const steps = part.steps.filter(({ kind, amount }) => kind !== 'flat' || amount !== '0');
  return (
    <div class="part">
      {!(isOnly && filter === null) && (
        <p class="part-name">
          {filter === null ? speech.say('charges.rest') : <Foreign text={filter} speech={speech} />}
          {units !== null && (
            <span class="muted">
              {' · '}
              {unitsText(units, telling)}
            </span>
          )}
        </p>
      )}
      {amount === null && (
        <div class="step">
          <div>{reason !== null && <Reason reason={reason} speech={speech} />}</div>
          <span>{speech.say('text.unavailable')}</span>
        </div>
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
  <span class="item-amount">{exactMoney(amount, telling.currency, telling.speech.locale)}</span>
);
