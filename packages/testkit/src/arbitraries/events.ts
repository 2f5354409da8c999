import { type Micros } from '@portal/billing';
import {
  EVENT_TYPES,
  type BillingEvent,
  type CustomerChanged,
  type Envelope,
  type InvoiceEvent,
  type SubscriptionEvent,
  type UsageEvent,
  type WalletEvent,
} from '@portal/projection';
import fc from 'fast-check';
import { at } from '../builders.ts';
import {
  arbitraryCustomer,
  arbitraryInvoice,
  arbitrarySubscription,
  arbitraryUsage,
  arbitraryWallet,
} from './entities.ts';
import { arbitraryInstant, CUSTOMERS, oneOf, ORGANIZATIONS } from './words.ts';

/** Who the events may belong to; `{ customers: 1 }` makes every event meet every other. */
export interface Crowd {
  /** 1 to 3; default 3. Above 1, two organisations share the customer ids. */
  readonly customers?: number;
}

const arbitraryEnvelope = (crowd: Crowd): fc.Arbitrary<Envelope> => {
  const customers = crowd.customers ?? CUSTOMERS.length;
  return fc.record({
    event_id: fc.integer({ min: 1, max: 40 }).map((n) => `event-${n}`),
    occurred_at: arbitraryInstant(),
    organization_id: oneOf(...ORGANIZATIONS.slice(0, customers === 1 ? 1 : 2)),
    customer_id: oneOf(...CUSTOMERS.slice(0, customers)),
    source: oneOf('billing', 'import'),
  });
};

export const arbitraryCustomerEvent = (crowd: Crowd = {}): fc.Arbitrary<CustomerChanged> =>
  fc
    .tuple(
      arbitraryEnvelope(crowd),
      oneOf<CustomerChanged['event_type']>('customer.created', 'customer.updated'),
      arbitraryCustomer(),
    )
    .map(([envelope, event_type, customer]) => ({
      ...envelope,
      family: 'customers',
      event_type,
      customer,
    }));

export const arbitrarySubscriptionEvent = (crowd: Crowd = {}): fc.Arbitrary<SubscriptionEvent> =>
  fc
    .tuple(arbitraryEnvelope(crowd), oneOf(...EVENT_TYPES.subscriptions), arbitrarySubscription())
    .map(([envelope, event_type, subscription]) => ({
      ...envelope,
      family: 'subscriptions',
      event_type,
      subscription,
    }));

export const arbitraryInvoiceEvent = (crowd: Crowd = {}): fc.Arbitrary<InvoiceEvent> =>
  fc
    .tuple(arbitraryEnvelope(crowd), oneOf(...EVENT_TYPES.invoices), arbitraryInvoice())
    .map(([envelope, event_type, invoice]) => ({
      ...envelope,
      family: 'invoices',
      event_type,
      invoice,
    }));

export const arbitraryWalletEvent = (crowd: Crowd = {}): fc.Arbitrary<WalletEvent> =>
  fc
    .tuple(arbitraryEnvelope(crowd), oneOf(...EVENT_TYPES.wallets), arbitraryWallet())
    .map(([envelope, event_type, wallet]) => ({
      ...envelope,
      family: 'wallets',
      event_type,
      wallet,
    }));

/** Sent when it happened, so that it never lies a day ahead of its own sending. */
export const arbitraryUsageEvent = (crowd: Crowd = {}): fc.Arbitrary<UsageEvent> =>
  fc.tuple(arbitraryEnvelope(crowd), arbitraryUsage()).map(([envelope, usage]) => ({
    ...envelope,
    occurred_at: usage.timestamp,
    family: 'usage',
    event_type: 'usage.recorded',
    usage,
  }));

/** Any event of the five families that the contract accepts; usage comes most often, as in life. */
export const arbitraryEvent = (crowd: Crowd = {}): fc.Arbitrary<BillingEvent> =>
  fc.oneof(
    { weight: 1, arbitrary: arbitraryCustomerEvent(crowd) },
    { weight: 2, arbitrary: arbitrarySubscriptionEvent(crowd) },
    { weight: 2, arbitrary: arbitraryInvoiceEvent(crowd) },
    { weight: 2, arbitrary: arbitraryWalletEvent(crowd) },
    { weight: 4, arbitrary: arbitraryUsageEvent(crowd) },
  );

/**
 * A customer with running subscriptions and much usage in few weeks, so that most of it is priced; in any
 * order, with some of everything else in between.
 */
export const arbitraryBusyStory = (): fc.Arbitrary<readonly BillingEvent[]> =>
  fc
    .tuple(
      fc.array(arbitraryRunningEvent(), { minLength: 1, maxLength: 4 }),
      fc.array(arbitraryRecentUsage(), {
        minLength: 5,
        maxLength: 40,
        size: 'max',
      }),
      fc.array(arbitraryEvent(ONE), { maxLength: 4 }),
    )
    .chain((events) => {
      const all = events.flat();
      return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
    });

const ONE: Crowd = { customers: 1 };

export const arbitraryRunningEvent = (): fc.Arbitrary<SubscriptionEvent> =>
  arbitrarySubscriptionEvent(ONE).map(running);

export const arbitraryRecentUsage = (): fc.Arbitrary<UsageEvent> =>
  arbitraryUsageEvent(ONE).map(inFewWeeks);

function running(event: SubscriptionEvent): SubscriptionEvent {
  const { started_at, ending_at } = event.subscription;
  const isNew = started_at !== null && started_at % 4 === 0;
  const subscription = {
    ...event.subscription,
    status: 'active',
    started_at: isNew ? started_at : BEFORE,
    ending_at: ending_at !== null && ending_at >= LATE ? ending_at : null,
    terminated_at: null,
  } as const;
  return { ...event, event_type: 'subscription.updated', subscription };
}

function inFewWeeks(event: UsageEvent): UsageEvent {
  const timestamp = (MIDDLE + Math.floor((event.usage.timestamp - MIDDLE) / 2)) as Micros;
  return { ...event, occurred_at: timestamp, usage: { ...event.usage, timestamp } };
}

const BEFORE = at('2026-01-31T23:30:00Z');
const LATE = at('2026-11-29T00:00:00Z');
const MIDDLE = at('2026-11-01T00:00:00Z');
