import { toIso, type Micros } from '@portal/billing';
import { type BillingEvent, type SubscriptionSnapshot } from '@portal/projection';
import { type Decoded } from '../decoded.ts';
import { type LogRecord } from './ndjson.ts';
import { DEFAULT_TOPIC_PREFIX, topicOf } from './topics.ts';

/**
 * One record as a line of the NDJSON form, without the line break; `parseLine` reads the same record
 * back, so a dump replays to the same state. A parked record keeps its place and its error, an unknown
 * type its name: their bytes stay where they were.
 */
export function formatLine(record: LogRecord, topicPrefix = DEFAULT_TOPIC_PREFIX): string {
  const { key, partition, offset, timestamp } = record;
  return JSON.stringify({
    topic: topicOf(record.family, topicPrefix),
    ...present({ key, partition, offset, timestamp }),
    ...(Object.keys(record.headers).length === 0 ? {} : { headers: record.headers }),
    ...content(record.decoded),
  });
}

const present = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

function content(decoded: Decoded): object {
  switch (decoded.kind) {
    case 'event':
      return { value: plainEvent(decoded.event) };
    case 'null':
      return { value: null };
    case 'unknown_type':
      return { value: { event_type: decoded.event_type } };
    case 'undecodable':
      return { undecodable: decoded.error };
    default:
      return decoded satisfies never;
  }
}

/** The event as its schema's plain JSON: instants as ISO 8601, everything else as it is. */
export function plainEvent(event: BillingEvent): object {
  const { family, ...rest } = event;
  const envelope = { ...rest, occurred_at: toIso(event.occurred_at) };
  switch (event.family) {
    case 'customers':
    case 'invoices':
      return envelope;
    case 'subscriptions':
      return { ...envelope, subscription: plainSubscription(event.subscription) };
    case 'usage':
      return { ...envelope, usage: { ...event.usage, timestamp: toIso(event.usage.timestamp) } };
    case 'wallets': {
      const { expiration_at, created_at } = event.wallet;
      const times = { expiration_at: iso(expiration_at), created_at: toIso(created_at) };
      return { ...envelope, wallet: { ...event.wallet, ...times } };
    }
    default:
      return event satisfies never;
  }
}

const plainSubscription = (subscription: SubscriptionSnapshot): object => ({
  ...subscription,
  current_period_start: iso(subscription.current_period_start),
  current_period_end: iso(subscription.current_period_end),
  subscription_at: iso(subscription.subscription_at),
  started_at: iso(subscription.started_at),
  ending_at: iso(subscription.ending_at),
  canceled_at: iso(subscription.canceled_at),
  terminated_at: iso(subscription.terminated_at),
  trial_ended_at: iso(subscription.trial_ended_at),
  created_at: toIso(subscription.created_at),
  pending_plan:
    subscription.pending_plan === null
      ? null
      : {
          ...subscription.pending_plan,
          effective_at: toIso(subscription.pending_plan.effective_at),
        },
});

const iso = (at: Micros | null): string | null => (at === null ? null : toIso(at));
