import type { SubscriptionDetails } from '@portal/projection';
import { money, periodText, type Place } from '../format.ts';

interface Props {
  readonly subscription: SubscriptionDetails;
  readonly reasons: readonly string[];
  readonly currency: string;
  readonly place: Place;
}

/** What was used in the period before, and whether it has been invoiced. */
export function PreviousPeriod({ subscription, reasons, currency, place }: Props) {
  const previous = subscription.previous_period;
  if (previous === null) return null;
  const { usage_amount_cents: usage, invoice_arrived } = previous;
  const titleId = `previous-${subscription.subscription_id}`;
  return (
    <section class="aside" aria-labelledby={titleId} data-part="previous">
      <h4 id={titleId}>Period before</h4>
      <p class="muted" lang={place.locale}>
        {periodText(previous, place)}
      </p>
      <dl class="sum">
        <div>
          <dt>Usage</dt>
          <dd lang={place.locale}>
            {usage === null ? 'Not available' : money(usage, currency, place.locale)}
          </dd>
        </div>
        <div>
          <dt>Invoice</dt>
          <dd>{invoiceText(invoice_arrived)}</dd>
        </div>
      </dl>
      {usage === null &&
        reasons.map((reason) => (
          <p class="fine" key={reason}>
            {reason}
          </p>
        ))}
    </section>
  );
}

function invoiceText(arrived: boolean | null): string {
  if (arrived === null) return 'Cannot be told any more';
  return arrived ? 'Has arrived' : 'None has arrived';
}
