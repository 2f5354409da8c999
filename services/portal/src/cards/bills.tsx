import { type ComponentChildren } from 'preact';
import { type Bill, type Dashboard, type Subscription } from '../api.ts';
import { dateText, daysText, money } from '../format.ts';
import { Foreign } from '../speech/foreign.tsx';
import { type Place } from '../speech/speech.ts';
import { Card, Empty } from './card.tsx';
import { Value } from './value.tsx';

const INTERVALS = ['weekly', 'monthly', 'quarterly', 'semiannual', 'yearly'] as const;

interface Props {
  readonly dashboard: Dashboard;
  readonly place: Place;
}

export function BillsCard({ dashboard, place }: Props) {
  const subscriptions = dashboard.details.subscriptions;
  const paused = subscriptions.filter((one) => one.status === 'paused');
  return (
    <Card id="bills" title={place.say('bills.title')}>
      {dashboard.next_billing.length === 0 && <Empty>{place.say('bills.none')}</Empty>}
      <ul class="rows">
        {dashboard.next_billing.map((bill) => (
          <BillRow
            key={bill.subscription_id}
            bill={bill}
            details={subscriptions.find((one) => one.subscription_id === bill.subscription_id)}
            place={place}
          />
        ))}
      </ul>
      {paused.map((one) => (
        <Note key={one.subscription_id} tag={place.say('bills.paused')}>
          {place.show('bills.pausedText', {
            subscription: <Foreign text={one.subscription_external_id} speech={place} />,
          })}
        </Note>
      ))}
    </Card>
  );
}

interface RowProps {
  readonly bill: Bill;
  readonly details: Subscription | undefined;
  readonly place: Place;
}

function BillRow({ bill, details, place }: RowProps) {
  const { locale } = place;
  const local = { ...place, timezone: details?.timezone ?? place.timezone };
  const row = bill.subscription_id;
  // A newer server may know more intervals.
  const interval = INTERVALS.find((one) => one === bill.plan_interval);
  return (
    <li class="bill">
      <div class="bill-plan">
        <h3>
          <Foreign text={bill.plan_name} speech={place} />
        </h3>
        <p class="muted">
          {interval !== undefined && `${place.say(`bills.${interval}`)} · `}
          <Foreign text={bill.subscription_external_id} speech={place} />
        </p>
      </div>
      <p class="bill-amount">
        <Value card="bills" row={row} field="amount_cents">
          {money(bill.amount_cents, bill.currency, locale)}
        </Value>
      </p>
      <p class="bill-date">
        <Value card="bills" row={row} field="next_billing_date">
          <time dateTime={bill.next_billing_date}>{dateText(bill.next_billing_date, local)}</time>
        </Value>
        <span class="pill">
          <Value card="bills" row={row} field="days_until_next_billing">
            {daysText(bill.days_until_next_billing, locale)}
          </Value>
        </span>
      </p>
      {details !== undefined && <Turns details={details} place={local} />}
    </li>
  );
}

/** What will happen to the subscription besides being billed. */
function Turns({ details, place }: { readonly details: Subscription; readonly place: Place }) {
  const { in_trial, trial_ends_at, ends_at, pending_plan } = details;
  return (
    <>
      {details.status === 'pending' && (
        <Note tag={place.say('bills.pending')}>{place.say('bills.pendingText')}</Note>
      )}
      {in_trial && trial_ends_at !== null && (
        <Note tag={place.say('bills.trial')}>
          {place.show('bills.trialText', { date: dateText(trial_ends_at, place) })}
        </Note>
      )}
      {pending_plan !== null && (
        <Note tag={place.say('bills.change')}>
          {place.show('bills.changeText', {
            plan: <Foreign text={pending_plan.plan_name} speech={place} />,
            date: dateText(pending_plan.effective_at, place),
            amount: money(pending_plan.amount_cents, pending_plan.currency, place.locale),
          })}
        </Note>
      )}
      {ends_at !== null && (
        <Note tag={place.say('bills.end')} isWarning>
          {place.show('bills.endText', { date: dateText(ends_at, place) })}
        </Note>
      )}
    </>
  );
}

interface NoteProps {
  readonly tag: string;
  readonly isWarning?: boolean;
  readonly children: ComponentChildren;
}

const Note = ({ tag, isWarning = false, children }: NoteProps) => (
  <p class="note">
    <span class={isWarning ? 'tag tag-warn' : 'tag'}>{tag}</span> {children}
  </p>
);
