import { type Family } from '@portal/projection';
import { type Micros, micros, toIso } from '@portal/billing';
import { seededRandom, shares, uuidOf } from './chance.ts';
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

export interface UsageSpread {
  readonly metric: string;
  readonly from: Micros;
  readonly to: Micros;
  readonly events: number;
  /** Whole units over all events, cut into uneven shares; left out, every event has the value 1. */
  readonly total?: number;
  /** For gauges: every event's value lies between the two. */
  readonly between?: readonly [low: number, high: number];
  /** What an event says; left out, it counts. A `unique` one names one of so many members. */
  readonly kind?: 'point' | { readonly unique: number };
  /** Names the spread when one metric has several, so that event ids differ. */
  readonly label?: string;
  readonly dimensions?: (random: () => number) => Readonly<Record<string, string>>;
  readonly subscription?: string;
}

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

  const customer: Step<WireCustomer>[] = [[since, 'customer.created', customerOf(profile)]];
  tell({
    subscription: (steps) =>
      entity('subscriptions', 'subscription', steps[0][2].external_id, steps),
    invoice: (steps) => entity('invoices', 'invoice', steps[0][2].number, steps),
    wallet: (name, steps) => entity('wallets', 'wallet', name, steps),
    customerChange: (at, changes) => customer.push([at, 'customer.updated', changes]),
    usage: (spread) => {
      for (const fact of usageFacts(profile, spread)) {
        add('usage', fact.at, 'usage.recorded', fact.id, { usage: fact.usage });
      }
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

function usageFacts(profile: Profile, spread: UsageSpread) {
  const seed = [profile.external_id, spread.metric, spread.label].filter(Boolean).join('-');
  const random = seededRandom(seed);
  const totals = spread.total === undefined ? null : shares(spread.total, spread.events, random);
  const slot = (spread.to - spread.from) / spread.events;
  return Array.from({ length: spread.events }, (_, index) => {
    // Millisecond times, one event a slot: in order, unevenly spaced, never outside the spread.
    const offset = Math.floor(((index + random()) * slot) / 1_000) * 1_000;
    const at = micros(spread.from + offset);
    const value = spread.between === undefined ? totals?.[index] : level(spread.between, random);
    return {
      at,
      id: `${seed}-${String(index + 1).padStart(4, '0')}`,
      usage: {
        metric_code: spread.metric,
        timestamp: toIso(at),
        ...(value === undefined ? {} : { value: String(value) }),
        ...kindOf(spread, random),
        ...(spread.dimensions === undefined ? {} : { dimensions: spread.dimensions(random) }),
        ...(spread.subscription === undefined
          ? {}
          : { subscription_external_id: spread.subscription }),
      },
    };
  });
}

function kindOf({ metric, kind }: UsageSpread, random: () => number) {
  if (kind === undefined) return {};
  if (kind === 'point') return { kind };
  const member = Math.floor(random() * kind.unique) + 1;
  return { kind: 'unique', unique_key: `${metric}-${member}` };
}

const level = ([low, high]: readonly [number, number], random: () => number): number =>
  low + Math.floor(random() * (high - low + 1));
