import { type Micros, MICROS_PER_DAY } from '@portal/billing';
import {
  type BillingEvent,
  customerRef,
  type SubscriptionEvent,
  type SubscriptionSnapshot,
  type UsageEvent,
} from '@portal/projection';
import {
  aCustomer,
  arbitraryRecentUsage,
  arbitraryRunningEvent,
  foldBatch,
  foldBatches,
  logOf,
  recordText,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expectNaive, usageIn } from './naive-compare.ts';
import { newestUsage } from './naive-usage.ts';

interface Story {
  readonly subscription: SubscriptionEvent;
  readonly other: SubscriptionSnapshot;
  /** Oldest first. */
  readonly usage: readonly UsageEvent[];
  readonly daysBack: number;
}

const arbitraryStory: fc.Arbitrary<Story> = fc.record({
  subscription: arbitraryRunningEvent(),
  other: arbitraryRunningEvent().map(({ subscription }) => subscription),
  usage: fc
    .array(arbitraryRecentUsage(), { minLength: 6, maxLength: 24, size: 'max' })
    .map((events) => events.sort((a, b) => a.usage.timestamp - b.usage.timestamp)),
  daysBack: fc.integer({ min: 0, max: 50 }),
});

const third = (usage: readonly UsageEvent[], index: number) => {
  const size = Math.ceil(usage.length / 3);
  return usage.slice(index * size, (index + 1) * size);
};

/** The subscription, a third of the usage on each side, and what changes between second and third. */
const around = ({ subscription, usage }: Story, change: BillingEvent): readonly BillingEvent[] => [
  ...third(usage, 0),
  subscription,
  ...third(usage, 1),
  change,
  ...third(usage, 2),
];

const changed = (
  { subscription: event }: Story,
  fields: Partial<SubscriptionSnapshot>,
): SubscriptionEvent => ({
  ...event,
  event_type: 'subscription.plan_changed',
  subscription: { ...event.subscription, ...fields, version: event.subscription.version + 1 },
});

const late = (event: UsageEvent, days: number): UsageEvent => {
  const timestamp = (event.usage.timestamp - days * MICROS_PER_DAY) as Micros;
  return { ...event, usage: { ...event.usage, timestamp } };
};

const customerIn = ({ subscription: { organization_id, customer_id } }: Story, timezone: string) =>
  aCustomer({ timezone, currency: null }, { organization_id, customer_id });

const CHANGES: Readonly<Record<string, (story: Story) => readonly BillingEvent[]>> = {
  'usage before its subscription': ({ subscription, usage }) => [...usage, subscription],
  'late usage': ({ subscription, usage, daysBack }) => [
    ...third(usage, 0),
    subscription,
    ...third(usage, 1),
    ...third(usage, 2).map((event, index) => late(event, (daysBack + index * 7) % 50)),
  ],
  'a plan change in mid-period': (story) =>
    around(story, changed(story, { plan: story.other.plan, charges: story.other.charges })),
  'a filter change': (story) => {
    const filters = story.other.charges.flatMap((charge) => charge.filters);
    const charges = story.subscription.subscription.charges.map((charge) => ({
      ...charge,
      filters: charge.filters.length === 0 ? filters : [...charge.filters].reverse().slice(1),
    }));
    return around(story, changed(story, { charges }));
  },
  'another time zone of the subscription': (story) =>
    around(story, changed(story, { timezone: story.other.timezone ?? 'Asia/Tokyo' })),
  'another time zone of the customer': (story) =>
    around(
      { ...story, subscription: changed(story, { timezone: null }) },
      customerIn(story, story.other.timezone ?? 'Pacific/Auckland'),
    ),
  'another anchor': (story) => {
    const { billing_time, month_end, started_at, subscription_at } = story.other;
    const { current_period_start, created_at } = story.other;
    const anchor = { billing_time, month_end, started_at, subscription_at };
    return around(story, changed(story, { ...anchor, current_period_start, created_at }));
  },
};

describe('step by step the record says what the rules say of the whole log', () => {
  it.each(Object.entries(CHANGES))('%s', (_, eventsOf) => {
    fc.assert(
      fc.property(arbitraryStory, fc.integer({ min: 4, max: 12 }), (story, step) => {
        const events = eventsOf(story);
        const log = logOf(events);
        const { organization_id, customer_id } = story.subscription;
        const ref = customerRef(organization_id, customer_id);
        let record = foldBatches(ref, []);
        const entries = inOrder(events, log.flat());
        for (let at = 0; at < entries.length; at += step) {
          record = foldBatch(record, entries.slice(at, at + step));
          const known = new Set(entries.slice(0, at + step));
          const soFar = log.map((partition) => partition.filter((entry) => known.has(entry)));
          const newest = newestUsage(usageIn(soFar));
          if (newest !== null) expectNaive(record, soFar, newest);
        }
        const newest = newestUsage(usageIn(log)) ?? (0 as Micros);
        expect(expectNaive(record, log, newest)).toBe('same');
        expect(recordText(record)).toBe(recordText(foldBatches(ref, [log.flat()])));
      }),
      { numRuns: 160 },
    );
  });
});

/** The log's entries in the order of the events they hold. */
const inOrder = <E extends { readonly kind: string }>(
  events: readonly BillingEvent[],
  entries: readonly E[],
): readonly E[] =>
  events.flatMap((event) => entries.filter((entry) => 'event' in entry && entry.event === event));
