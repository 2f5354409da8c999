import {
  type BillingEvent,
  customerRef,
  DEFAULT_SETTINGS,
  type DetailedAnswer,
  type Document,
  itemise,
  type Settings,
  viewDetails,
} from '@portal/projection';
import { at } from './builders.ts';
import { deepFreeze } from './frozen.ts';
import { type Log, logOf } from './log.ts';
import { documentOf, foldBatches, recordText, type TestRecord } from './record.ts';

/**
 * Given events, at an instant, then the answer:
 *
 *     given(aSubscription(), aUsage()).at('2026-11-23T10:00:00Z').summary.next_billing
 *
 * Events of one family lie in one partition, in the order given. Every story is also folded in other
 * deliveries that must not matter: all at once, each event alone, families in both orders, twice.
 */
export interface Story {
  /** Folded in the order given, one event a batch. */
  readonly record: TestRecord;
  readonly document: Document;
  /** What the customer sees at that instant. */
  at(iso: string): DetailedAnswer;
}

export const given = (...events: readonly BillingEvent[]): Story => givenLog(logOf(events));

/** Like `given`, with settings other than the defaults. */
export const givenWith = (settings: Settings, ...events: readonly BillingEvent[]): Story =>
  givenLog(logOf(events), settings);

/** Like `given`, for entries whose coordinates matter, or that are parked. */
export function givenLog(log: Log, settings: Settings = DEFAULT_SETTINGS): Story {
  const first = log.flat().find((entry) => entry.kind === 'event');
  if (first === undefined) throw new RangeError('a story needs an event');
  const ref = customerRef(first.event.organization_id, first.event.customer_id);
  const tell = (batches: Log): TestRecord => foldBatches(ref, batches, settings);
  const record = tell(log.flatMap((entries) => entries.map((entry) => [entry])));
  for (const [name, batches] of Object.entries(deliveriesOf(log))) {
    if (recordText(tell(batches)) !== recordText(record)) {
      throw new Error(`the story ends differently when it comes ${name}`);
    }
  }
  const document = documentOf(record, settings);
  if (document === null) throw new Error('no document: the customer is erased or not known');
  const items = deepFreeze(itemise(record.state));
  return { record, document, at: (iso) => viewDetails(document, items, at(iso)) };
}

const deliveriesOf = (log: Log): Readonly<Record<string, Log>> => ({
  'all at once': [log.flat()],
  'twice, batch by batch': [...log, ...log],
  'with every event sent twice in a row': log.flatMap((entries) =>
    entries.flatMap((entry) => [[entry], [entry]]),
  ),
  'family by family, the last one first': [...log].reverse(),
  'round robin over the families': roundRobin(log),
});

function roundRobin(log: Log): Log {
  const longest = Math.max(...log.map((entries) => entries.length));
  return Array.from({ length: longest }, (_, index) =>
    log.flatMap((entries) => entries.slice(index, index + 1)),
  );
}
