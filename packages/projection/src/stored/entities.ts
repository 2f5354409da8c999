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
  word,
} from './codec.ts';
import { charge, entitlement, pendingPlan, plan } from './terms.ts';

export const sighting = row<Sighting>({ partition: number, offset: number, content: text });

export const seen: Codec<readonly EntityEvent[]> = list(
  row<EntityEvent>({
    partition: number,
    offset: number,
    content: text,
    event_id: text,
    occurred_at: micros,
  }),
);

export const entity = <S>(snapshot: Codec<S>): Codec<Entity<S>> =>
  row<Entity<S>>({
    version: number,
    deleted: flag,
    snapshot: nullable(snapshot),
    seen,
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
  current_period_start: nullable(micros),
  current_period_end: nullable(micros),
  billing_time: word('calendar', 'anniversary'),
  month_end: word('day_of_month', 'end_of_month'),
  subscription_at: nullable(micros),
  started_at: nullable(micros),
  ending_at: nullable(micros),
  canceled_at: nullable(micros),
  terminated_at: nullable(micros),
  trial_period_days: number,
  trial_ended_at: nullable(micros),
  created_at: micros,
  timezone: nullable(text),
  plan,
  pending_plan: nullable(pendingPlan),
  charges: list(charge),
  entitlements: list(entitlement),
});

const ofWallet = row<Own<WalletSnapshot>>({
  name: nullable(text),
  code: nullable(text),
  status: word('active', 'terminated'),
  currency: text,
  balance_cents: cents,
  consumed_cents: nullable(cents),
  ongoing_balance_cents: nullable(cents),
  priority: number,
  expiration_at: nullable(micros),
  created_at: micros,
});

export const customer: Codec<Entity<CustomerSnapshot>> = {
  encode: entity(ofCustomer).encode,
  decode: (stored) => completed(entity(ofCustomer).decode(stored), {}),
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
