import { type Subscription } from '../api.ts';
import { money } from '../format.ts';
import { type Speech } from '../speech/speech.ts';
import { Value } from './value.tsx';

interface Props {
  readonly subscription: Subscription;
  readonly currency: string;
  readonly speech: Speech;
}

/** The plan's minimum for a period, and what is missing to it. */
export function Commitment({ subscription, currency, speech }: Props) {
  const { minimum_commitment: minimum, subscription_id } = subscription;
  if (minimum === null) return null;
  const { committed_cents, burned_cents, true_up_cents } = minimum;
  const { say } = speech;
  const titleId = `commitment-${subscription_id}`;
  const text = (cents: number | null): string =>
    cents === null ? say('text.unavailable') : money(cents, currency, speech.locale);
  return (
    <section class="aside" aria-labelledby={titleId} data-part="commitment">
      <h4 id={titleId}>{say('commitment.title')}</h4>
      <dl class="sum">
        <div>
          <dt>{say('commitment.agreed')}</dt>
          <dd>{text(committed_cents)}</dd>
        </div>
        <div>
          <dt>{say('commitment.burned')}</dt>
          <dd>
            <Value card="charges" row={subscription_id} field="burned_cents">
              {text(burned_cents)}
            </Value>
          </dd>
        </div>
        <div>
          <dt>{say('commitment.missing')}</dt>
          <dd>
            <Value card="charges" row={subscription_id} field="true_up_cents">
              {true_up_cents === 0 ? say('commitment.reached') : text(true_up_cents)}
            </Value>
          </dd>
        </div>
      </dl>
      {true_up_cents !== null && true_up_cents > 0 && <p class="fine">{say('commitment.note')}</p>}
    </section>
  );
}
