import { type Family } from '@portal/projection';
import { type Micros, toIso } from '@portal/billing';
import { uuidOf } from './chance.ts';
import {
  type Quantity,
  quantityFacts,
  spreadFacts,
  type UsageFact,
  type UsageSpread,
} from './usage.ts';
import {
  type WireCustomer,
  type WireInvoice,
  type WireSubscription,
  type WireWallet,
} from './wire.ts';

/** Who a sample is about. `name` is unique and seeds every id of the story. */
export interface Profile {
  readonly organization: Organization;
  readonly name: string;
  readonly external_id: string;
  readonly description: string;
  readonly currency: string;
  readonly timezone: string;
  readonly locale: string;
}

/** Billing systems number versions in two ways; each sample organisation uses one of them. */
export interface Organization {
  readonly id: string;
  readonly source: string;
  readonly versions: 'row' | 'updated_at';
}

/** One change of an entity: when, the event's type, and the fields that are new or different. */
export type Step<T> = readonly [at: Micros, type: string, changes: Partial<T>];

export interface SampleEvent {
  readonly at: Micros;
  readonly family: Family;
  readonly value: Readonly<Record<string, unknown>>;
}

export interface Story {
  readonly profile: Profile;
  readonly customerId: string;
  readonly events: readonly SampleEvent[];
}

export interface Teller {
  /** Each tells one entity from its first snapshot on and returns the entity's id. */
  readonly subscription: (
    steps: readonly [First<WireSubscription>, ...(readonly Step<WireSubscription>[])],
  ) => string;
  readonly invoice: (
    steps: readonly [First<WireInvoice>, ...(readonly Step<WireInvoice>[])],
  ) => string;
  readonly wallet: (
    name: string,
    steps: readonly [First<WireWallet>, ...(readonly Step<WireWallet>[])],
  ) => string;
  readonly customerChange: (at: Micros, changes: Partial<WireCustomer>) => void;
  readonly usage: (spread: UsageSpread) => void;
  /** Each step of something that stands: what it is told by adds up from the first one on. */
  readonly quantity: (quantity: Quantity) => void;
}
export type First<T> = readonly [at: Micros, type: string, whole: T];

/** The instants of a subscription that was signed, made and started at once. */
export const begun = (at: Micros) => ({
  subscription_at: toIso(at),
  started_at: toIso(at),
  created_at: toIso(at),
});

/** Tells one customer's history: `tell` adds entities and usage, the customer itself comes first. */
export function story(profile: Profile, since: Micros, tell: (teller: Teller) => void): Story {
  const customerId = uuidOf(`customer/${profile.name}`);
  const events: SampleEvent[] = [];
  const add = (
    family: Family,
    at: Micros,
    type: string,
    eventId: string,
    payload: object,
  ): void => {
    const envelope = {
      event_id: eventId,
      event_type: type,
      occurred_at: toIso(at),
      organization_id: profile.organization.id,
      customer_id: customerId,
      source: profile.organization.source,
    };
    events.push({ at, family, value: { ...envelope, ...payload } });
  };
  const entity = <T extends object>(
    family: Family,
    field: string,
    name: string,
    steps: readonly Step<T>[],
    withId = true,
  ): string => {
    const id = uuidOf(`${profile.name}/${field}/${name}`);
    let snapshot: Partial<T> = {};
    steps.forEach(([at, type, changes], index) => {
      snapshot = { ...snapshot, ...changes };
      const version = profile.organization.versions === 'row' ? index + 1 : at;
      const whole = { ...(withId ? { id } : {}), version, ...snapshot };
      add(family, at, type, uuidOf(`${id}/${index}`), { [field]: whole });
    });
    return id;
  };

  const addUsage = (facts: readonly UsageFact[]): void => {
    for (const { at, id, usage } of facts) add('usage', at, 'usage.recorded', id, { usage });
  };

  const customer: Step<WireCustomer>[] = [[since, 'customer.created', customerOf(profile)]];
  tell({
    subscription: (steps) =>
      entity('subscriptions', 'subscription', steps[0][2].external_id, steps),
    invoice: (steps) => entity('invoices', 'invoice', steps[0][2].number, steps),
    wallet: (name, steps) => entity('wallets', 'wallet', name, steps),
    customerChange: (at, changes) => customer.push([at, 'customer.updated', changes]),
    usage: (spread) => {
      addUsage(spreadFacts(profile.external_id, spread));
    },
    quantity: (quantity) => {
      addUsage(quantityFacts(profile.external_id, quantity));
    },
  });
  entity('customers', 'customer', profile.external_id, customer, false);
  return { profile, customerId, events };
}

const customerOf = (profile: Profile): WireCustomer => ({
  external_id: profile.external_id,
  name: profile.name,
  email: `billing@${profile.external_id}.example`,
  currency: profile.currency,
  timezone: profile.timezone,
  portal_locale: profile.locale,
});
