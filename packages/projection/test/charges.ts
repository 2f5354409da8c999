import { type Charge } from '@portal/billing';
import { type BillingEvent, type UsageFact } from '@portal/projection';
import { aCharge, aSubscription, aUsage, given } from '@portal/testkit';

export const NOW = '2026-11-23T10:00:00Z';

/** A subscription with these charges. */
export const charged = (...charges: readonly Partial<Charge>[]) =>
  aSubscription({ charges: charges.map((charge) => aCharge(charge)) });

let count = 0;
/** One event a value, each with an id of its own. */
export const usages = (values: readonly string[], fact: Partial<UsageFact> = {}) =>
  values.map((value) => aUsage({ value, ...fact }, { event_id: `usage-${++count}` }));

/** usage_amount_cents of the first row. */
export const usageCents = (iso: string, ...events: readonly BillingEvent[]) =>
  given(...events).at(iso).summary.upcoming_charges[0]?.usage_amount_cents;

/** Units and exact amount of each charge, and why not. */
export const lines = (...events: readonly BillingEvent[]) =>
  given(...events)
    .at(NOW)
    .details.subscriptions[0]?.charges.map(
      ({ units, amount, reason }) => reason ?? [units, amount],
    );
