import { type Charge, type Dashboard, type Subscription, type UpcomingCharge } from '../api.ts';
import { money, periodText } from '../format.ts';
import { Foreign } from '../speech/foreign.tsx';
import { type Place } from '../speech/speech.ts';
import { subscriptionReasons } from '../words.ts';
import { Card, Empty } from './card.tsx';
import { ChargeItems } from './charge-items.tsx';
import { Commitment } from './commitment.tsx';
import { PreviousPeriod } from './previous-period.tsx';
import { ToldReason } from './reason.tsx';
import { Value } from './value.tsx';

interface CardProps {
  readonly dashboard: Dashboard;
  readonly place: Place;
}

export function ChargesCard({ dashboard, place }: CardProps) {
  const { upcoming_charges, details } = dashboard;
  return (
    <Card id="charges" title={place.say('charges.title')}>
      {upcoming_charges.length === 0 && <Empty>{place.say('charges.none')}</Empty>}
      <ul class="rows">
        {upcoming_charges.map((upcoming) => (
          <Upcoming
            key={upcoming.subscription_id}
            upcoming={upcoming}
            subscription={details.subscriptions.find(
              (one) => one.subscription_id === upcoming.subscription_id,
            )}
            dashboard={dashboard}
            place={place}
          />
        ))}
      </ul>
    </Card>
  );
}

interface UpcomingProps extends CardProps {
  readonly upcoming: UpcomingCharge;
  readonly subscription: Subscription | undefined;
}

function Upcoming({ upcoming, subscription, dashboard, place }: UpcomingProps) {
  const { subscription_id: id, currency } = upcoming;
  const { unavailable } = dashboard.details;
  const local = { ...place, timezone: subscription?.timezone ?? place.timezone };
  return (
    <li class="upcoming">
      <h3>
        <Foreign text={upcoming.plan_name} speech={place} />
      </h3>
      {subscription?.current_period != null && (
        <p class="muted">{periodText(subscription.current_period, local)}</p>
      )}
      <Sums upcoming={upcoming} charges={subscription?.charges ?? []} place={place} />
      {subscriptionReasons(unavailable, id, 'current').map((told) => (
        <div class="note" key={told.key}>
          <span class="tag tag-warn">{place.say('charges.incomplete')}</span>{' '}
          <ToldReason told={told} speech={place} />
        </div>
      ))}
      {subscription !== undefined && (
        <>
          <ChargeItems
            subscription={id}
            charges={subscription.charges}
            currency={currency}
            speech={place}
          />
          <Commitment subscription={subscription} currency={currency} speech={place} />
          <PreviousPeriod
            subscription={subscription}
            reasons={subscriptionReasons(unavailable, id, 'previous')}
            currency={currency}
            place={local}
          />
        </>
      )}
    </li>
  );
}

interface SumsProps {
  readonly upcoming: UpcomingCharge;
  readonly charges: readonly Charge[];
  readonly place: Place;
}

function Sums({ upcoming, charges, place }: SumsProps) {
  const { say, locale } = place;
  const isIncomplete = charges.some(isUnavailable);
  // The answer has a number there in any case: what cannot be told at all is no zero.
  const isUnknown = isIncomplete && charges.every(isUnavailable);
  const amount = (field: 'base_amount_cents' | 'usage_amount_cents' | 'total_estimated_cents') => (
    <Value card="charges" row={upcoming.subscription_id} field={field}>
      {money(upcoming[field], upcoming.currency, locale)}
    </Value>
  );
  return (
    <dl class="sum">
      <div>
        <dt>{say('charges.base')}</dt>
        <dd>{amount('base_amount_cents')}</dd>
      </div>
      <div>
        <dt>{say('charges.usage')}</dt>
        <dd>{isUnknown ? say('text.unavailable') : amount('usage_amount_cents')}</dd>
      </div>
      <div class="sum-total">
        <dt>
          {say('charges.total')}{' '}
          {isIncomplete && <span class="tag tag-warn">{say('charges.incomplete')}</span>}
        </dt>
        <dd>{amount('total_estimated_cents')}</dd>
      </div>
    </dl>
  );
}

const isUnavailable = ({ reason }: Charge): boolean => reason !== null;
