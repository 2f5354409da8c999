import { type Dict, fromEntries } from '../dict.ts';
import {
  type CustomerSnapshot,
  type SubscriptionSnapshot,
  type WalletSnapshot,
} from '../events.ts';
import { type Entity, type EntityEvent, type Sighting } from '../state/entity.ts';
import {
  cents,
  type Codec,
  dict,
  flag,
  list,
  micros,
  nullable,
  number,
  row,
  text,
  usually,
  word,
} from './codec.ts';
import { charge, entitlement, pendingPlan, plan } from './terms.ts';

export const sighting = row<Sighting>({ partition: number, offset: number, content: number });

export const seen: Codec<readonly EntityEvent[]> = list(
  row<EntityEvent>({
    partition: number,
    offset: number,
    content: number,
    event_id: text,
    occurred_at: micros,
  }),
);

export const entity = <S>(snapshot: Codec<S>): Codec<Entity<S>> =>
  row<Entity<S>>({
    version: number,
    seen,
    snapshot: nullable(snapshot),
    deleted: usually(false, flag),
  });

/** What is stored of a snapshot: its entity has its version, and where there are many, goes by its id. */
type Own<S> = Omit<S, 'version' | 'id'>;

const ofCustomer = row<Own<CustomerSnapshot>>({
  external_id: text,
  name: text,
  email: nullable(text),
  currency: nullable(text),
  timezone: nullable(text),
  portal_locale: nullable(text),
});

const ofSubscription = row<Own<SubscriptionSnapshot>>({
  external_id: text,
  status: word('pending', 'active', 'paused', 'canceled', 'terminated'),
  created_at: micros,
  trial_period_days: number,
  plan,
  subscription_at: nullable(micros),
  started_at: nullable(micros),
  charges: list(charge),
  entitlements: list(entitlement),
  billing_time: usually('calendar', word('calendar', 'anniversary')),
  month_end: usually('day_of_month', word('day_of_month', 'end_of_month')),
  timezone: nullable(text),
  trial_ended_at: nullable(micros),
  ending_at: nullable(micros),
  canceled_at: nullable(micros),
  terminated_at: nullable(micros),
  pending_plan: nullable(pendingPlan),
  current_period_start: nullable(micros),
  current_period_end: nullable(micros),
});

const ofWallet = row<Own<WalletSnapshot>>({
  status: word('active', 'terminated'),
  currency: text,
  balance_cents: cents,
  priority: number,
  created_at: micros,
  name: nullable(text),
  code: nullable(text),
  consumed_cents: nullable(cents),
  ongoing_balance_cents: nullable(cents),
  expiration_at: nullable(micros),
});

const ownCustomer = entity(ofCustomer);
export const customer: Codec<Entity<CustomerSnapshot>> = {
  encode: ownCustomer.encode,
  decode: (stored) => completed(ownCustomer.decode(stored), {}),
};
export const subscriptions = byId<SubscriptionSnapshot>(ofSubscription);
export const wallets = byId<WalletSnapshot>(ofWallet);

function byId<S extends { readonly id: string; readonly version: number }>(
  own: Codec<Own<S>>,
): Codec<Dict<Entity<S>>> {
  const all = dict(entity(own));
  return {
    encode: all.encode,
    decode: (stored) =>
      fromEntries(
        Object.entries(all.decode(stored)).map(([id, each]) => [id, completed<S>(each, { id })]),
      ),
  };
}

function completed<S extends object>(
  { snapshot, ...rest }: Entity<Own<S>>,
  id: { readonly id?: string },
): Entity<S> {
  const { version } = rest;
  return { ...rest, snapshot: snapshot && ({ ...snapshot, ...id, version } as unknown as S) };
}
