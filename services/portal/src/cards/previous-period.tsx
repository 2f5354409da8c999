import { type Subscription } from '../api.ts';
import { money, periodText } from '../format.ts';
import { type Place } from '../speech/speech.ts';
import { type Told } from '../words.ts';
import { ToldReason } from './reason.tsx';

interface Props {
  readonly subscription: Subscription;
  readonly reasons: readonly Told[];
  readonly currency: string;
  readonly place: Place;
}

/** What was used in the period before, and whether it has been invoiced. */
export function PreviousPeriod({ subscription, reasons, currency, place }: Props) {
  const previous = subscription.previous_period;
  if (previous === null) return null;
  const { usage_amount_cents: usage, invoice_arrived } = previous;
  const { say } = place;
  const titleId = `previous-${subscription.subscription_id}`;
  return (
    <section class="aside" aria-labelledby={titleId} data-part="previous">
      <h4 id={titleId}>{say('previous.title')}</h4>
      <p class="muted">{periodText(previous, place)}</p>
      <dl class="sum">
        <div>
          <dt>{say('previous.usage')}</dt>
          <dd>{usage === null ? say('text.unavailable') : money(usage, currency, place.locale)}</dd>
        </div>
        <div>
          <dt>{say('previous.invoice')}</dt>
          <dd>{say(invoiceKey(invoice_arrived))}</dd>
        </div>
      </dl>
      {usage === null &&
        reasons.map((told) => <ToldReason key={told.key} told={told} speech={place} />)}
    </section>
  );
}

function invoiceKey(arrived: boolean | null) {
  if (arrived === null) return 'previous.unknown';
  return arrived ? 'previous.arrived' : 'previous.notArrived';
}
