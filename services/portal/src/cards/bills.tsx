import type { NextBilling, SubscriptionDetails } from '@portal/projection';
import type { Interval } from '@portal/billing';
import { type Dashboard } from '../api.ts';
import { dateText, daysText, money, type Place } from '../format.ts';
import { Card, Empty } from './card.tsx';
import { Value } from './value.tsx';

const INTERVALS: Readonly<Record<Interval, string>> = {
  weekly: 'every week',
  monthly: 'every month',
  quarterly: 'every quarter',
  semiannual: 'every half-year',
  yearly: 'every year',
};

export function BillsCard({
  dashboard,
  place,
}: {
  readonly dashboard: Dashboard;
  readonly place: Place;
}) {
  const subscriptions = dashboard.details.subscriptions;
  const paused = subscriptions.filter((one) => one.status === 'paused');
  return (
    <Card id="bills" title="Next bills">
      {dashboard.next_billing.length === 0 && (
        <Empty>No bill is planned: there is no active subscription.</Empty>
      )}
      <ul class="rows">
        {dashboard.next_billing.map((bill) => (
          <Bill
            key={bill.subscription_id}
            bill={bill}
            details={subscriptions.find((one) => one.subscription_id === bill.subscription_id)}
            place={place}
          />
        ))}
      </ul>
      {paused.map((one) => (
        <p class="note" key={one.subscription_id}>
          <span class="tag">Paused</span> {one.subscription_external_id} is not billed while it is
          paused.
        </p>
      ))}
    </Card>
  );
}

interface BillProps {
  readonly bill: NextBilling;
  readonly details: SubscriptionDetails | undefined;
  readonly place: Place;
}

function Bill({ bill, details, place }: BillProps) {
  const { locale } = place;
  const local = { locale, timezone: details?.timezone ?? place.timezone };
  const row = bill.subscription_id;
  return (
    <li class="bill">
      <div class="bill-plan">
        <h3>{bill.plan_name}</h3>
        <p class="muted">
          {INTERVALS[bill.plan_interval]} · {bill.subscription_external_id}
        </p>
      </div>
      <p class="bill-amount">
        <Value card="bills" row={row} field="amount_cents" lang={locale}>
          {money(bill.amount_cents, bill.currency, locale)}
        </Value>
      </p>
      <p class="bill-date">
        <Value card="bills" row={row} field="next_billing_date" lang={locale}>
          <time dateTime={bill.next_billing_date}>{dateText(bill.next_billing_date, local)}</time>
        </Value>
        <span class="pill">
          <Value card="bills" row={row} field="days_until_next_billing">
            {daysText(bill.days_until_next_billing)}
          </Value>
        </span>
      </p>
      {details !== undefined && <Turns details={details} place={local} />}
    </li>
  );
}

/** What will happen to the subscription besides being billed. */
function Turns({
  details,
  place,
}: {
  readonly details: SubscriptionDetails;
  readonly place: Place;
}) {
  const { in_trial, trial_ends_at, ends_at, pending_plan } = details;
  const day = (instant: string) => <span lang={place.locale}>{dateText(instant, place)}</span>;
  return (
    <>
      {details.status === 'pending' && (
        <p class="note">
          <span class="tag">Not begun</span> Starts on its first bill.
        </p>
      )}
      {in_trial && trial_ends_at !== null && (
        <p class="note">
          <span class="tag">Trial</span> until {day(trial_ends_at)}
        </p>
      )}
      {pending_plan !== null && (
        <p class="note">
          <span class="tag">Changes</span> to {pending_plan.plan_name} on{' '}
          {day(pending_plan.effective_at)},{' '}
          <span lang={place.locale}>
            {money(pending_plan.amount_cents, pending_plan.currency, place.locale)}
          </span>
        </p>
      )}
      {ends_at !== null && (
        <p class="note">
          <span class="tag tag-warn">Ends</span> on {day(ends_at)}
        </p>
      )}
    </>
  );
}
