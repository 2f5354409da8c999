import type { SubscriptionDetails, UpcomingCharge } from '@portal/projection';
import { type Dashboard } from '../api.ts';
import { money, periodText, type Place } from '../format.ts';
import { subscriptionReasons } from '../words.ts';
import { Card, Empty } from './card.tsx';
import { ChargeItems } from './charge-items.tsx';
import { Commitment } from './commitment.tsx';
import { PreviousPeriod } from './previous-period.tsx';
import { Value } from './value.tsx';

interface CardProps {
  readonly dashboard: Dashboard;
  readonly place: Place;
}

export function ChargesCard({ dashboard, place }: CardProps) {
  const { upcoming_charges, details } = dashboard;
  return (
    <Card id="charges" title="Upcoming charges">
      {upcoming_charges.length === 0 && <Empty>Nothing is being charged.</Empty>}
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
  readonly subscription: SubscriptionDetails | undefined;
}

function Upcoming({ upcoming, subscription, dashboard, place }: UpcomingProps) {
  const { subscription_id: id, currency } = upcoming;
  const { unavailable } = dashboard.details;
  const local = { ...place, timezone: subscription?.timezone ?? place.timezone };
  const reasons = subscriptionReasons(unavailable, id, 'current');
  return (
    <li class="upcoming">
      <h3>{upcoming.plan_name}</h3>
      {subscription?.current_period != null && (
        <p class="muted" lang={place.locale}>
          {periodText(subscription.current_period, local)}
        </p>
      )}
      <Sums
        upcoming={upcoming}
        isIncomplete={subscription?.charges.some(({ reason }) => reason !== null) === true}
        locale={place.locale}
      />
      {reasons.map((reason) => (
        <p class="note" key={reason}>
          <span class="tag tag-warn">Not complete</span> {reason}
        </p>
      ))}
      {subscription !== undefined && (
        <>
          <ChargeItems
            subscription={id}
            charges={subscription.charges}
            currency={currency}
            locale={place.locale}
          />
          <Commitment subscription={subscription} currency={currency} locale={place.locale} />
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
  readonly isIncomplete: boolean;
  readonly locale: string;
}

function Sums({ upcoming, isIncomplete, locale }: SumsProps) {
  const amount = (field: 'base_amount_cents' | 'usage_amount_cents' | 'total_estimated_cents') => (
    <Value card="charges" row={upcoming.subscription_id} field={field} lang={locale}>
      {money(upcoming[field], upcoming.currency, locale)}
    </Value>
  );
  return (
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
        <dt>Estimated total {isIncomplete && <span class="tag tag-warn">Incomplete</span>}</dt>
        <dd>{amount('total_estimated_cents')}</dd>
      </div>
    </dl>
  );
}
