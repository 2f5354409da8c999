import type { SubscriptionDetails } from '@portal/projection';
import { money } from '../format.ts';
import { Value } from './value.tsx';

interface Props {
  readonly subscription: SubscriptionDetails;
  readonly currency: string;
  readonly locale: string;
}

/** The plan's minimum for a period, and what is missing to it. */
export function Commitment({ subscription, currency, locale }: Props) {
  const { minimum_commitment: minimum, subscription_id } = subscription;
  if (minimum === null) return null;
  const { committed_cents, burned_cents, true_up_cents } = minimum;
  const titleId = `commitment-${subscription_id}`;
  const text = (cents: number | null): string =>
    cents === null ? 'Not available' : money(cents, currency, locale);
  return (
    <section class="aside" aria-labelledby={titleId} data-part="commitment">
      <h4 id={titleId}>Minimum commitment</h4>
      <dl class="sum">
        <div>
          <dt>Agreed for the period</dt>
          <dd lang={locale}>{text(committed_cents)}</dd>
        </div>
        <div>
          <dt>Base price and usage so far</dt>
          <dd>
            <Value card="charges" row={subscription_id} field="burned_cents" lang={locale}>
              {text(burned_cents)}
            </Value>
          </dd>
        </div>
        <div>
          <dt>Missing to the minimum</dt>
          <dd>
            <Value card="charges" row={subscription_id} field="true_up_cents" lang={locale}>
              {true_up_cents === 0 ? 'Nothing, it is reached' : text(true_up_cents)}
            </Value>
          </dd>
        </div>
      </dl>
      {true_up_cents !== null && true_up_cents > 0 && (
        <p class="fine">
          What is still missing when the period ends is added to the bill. It is not in the estimate
          above.
        </p>
      )}
    </section>
  );
}
