import { micros } from '@portal/billing';
import { type BillingEvent, customerRef, type Entry } from '@portal/projection';
import {
  arbitraryBusyStory,
  arbitraryDelivery,
  arbitraryEvent,
  at,
  documentOf,
  foldBatches,
  logOf,
  recordText,
  withOneContent,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

const arbitraryLog = (max: number) =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.array(arbitraryEvent({ customers: 1 }), { minLength: 1, maxLength: max }),
    },
    { weight: 1, arbitrary: arbitraryBusyStory() },
  );

const refOf = (log: readonly (readonly Entry[])[]) => {
  const entry = log[0]?.[0];
  if (entry?.kind !== 'event') throw new Error('a log of events');
  return customerRef(entry.event.organization_id, entry.event.customer_id);
};

/** The same story eight times as slow, on long plans. */
function overTwoYears(event: BillingEvent): BillingEvent {
  const origin = at('2026-09-15T00:00:00Z');
  if (event.family === 'usage') {
    const timestamp = micros(origin + (event.usage.timestamp - origin) * 8);
    return { ...event, occurred_at: timestamp, usage: { ...event.usage, timestamp } };
  }
  if (event.family !== 'subscriptions') return event;
  const { subscription } = event;
  const plan = { ...subscription.plan, interval: 'yearly' } as const;
  const status = subscription.status === 'terminated' ? 'active' : subscription.status;
  return { ...event, subscription: { ...subscription, plan, status } };
}

describe('law 1: the state depends on what each partition holds and on nothing else', () => {
  it('any order between partitions, any batching and any redelivery give the same bytes', () => {
    fc.assert(
      fc.property(
        arbitraryLog(40).chain((events) => {
          const log = logOf(events);
          return fc.tuple(fc.constant(log), arbitraryDelivery(log), arbitraryDelivery(log));
        }),
        ([log, first, second]) => {
          const ref = refOf(log);
          const a = foldBatches(ref, first.batches);
          const b = foldBatches(ref, second.batches);
          expect(recordText(b)).toBe(recordText(a));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('one entity split over partitions still ends with the same winner', () => {
    fc.assert(
      fc.property(
        arbitraryLog(30).chain((events) => {
          const log = logOf(events.map(withOneContent), 3);
          return fc.tuple(fc.constant(log), arbitraryDelivery(log), arbitraryDelivery(log));
        }),
        ([log, first, second]) => {
          const ref = refOf(log);
          expect(recordText(foldBatches(ref, second.batches))).toBe(
            recordText(foldBatches(ref, first.batches)),
          );
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('rare usage over two years, longer than cells are kept, converges as well', () => {
    fc.assert(
      fc.property(
        arbitraryLog(30).chain((events) => {
          const log = logOf(events.map(overTwoYears));
          return fc.tuple(fc.constant(log), arbitraryDelivery(log), arbitraryDelivery(log));
        }),
        ([log, first, second]) => {
          const ref = refOf(log);
          expect(recordText(foldBatches(ref, second.batches))).toBe(
            recordText(foldBatches(ref, first.batches)),
          );
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('folding everything twice changes nothing', () => {
    fc.assert(
      fc.property(
        arbitraryLog(40).map((events) => logOf(events)),
        (log) => {
          const ref = refOf(log);
          const once = foldBatches(ref, log);
          const twice = foldBatches(ref, [...log, ...log]);
          expect(recordText(twice)).toBe(recordText(once));
          expect(twice.outcomes.slice(once.outcomes.length)).toEqual(
            log.flat().map(() => 'redelivered'),
          );
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('an entry that was parked and redriven later leaves no trace', () => {
    fc.assert(
      fc.property(
        arbitraryLog(30).chain((events) => {
          const log = logOf(events.map(withOneContent));
          const size = log.flat().length;
          return fc.tuple(
            fc.constant(log),
            fc.uniqueArray(fc.nat({ max: size - 1 }), { maxLength: 5 }),
          );
        }),
        ([log, picks]) => {
          const ref = refOf(log);
          const holes = new Set(picks.map((pick) => log.flat()[pick]));
          const withHoles = log.map((entries) =>
            entries.map((entry): Entry =>
              holes.has(entry) ? { kind: 'parked', at: entry.at } : entry,
            ),
          );
          const redriven = [...holes].flatMap((entry) => (entry === undefined ? [] : [[entry]]));
          const straight = foldBatches(ref, log);
          const healed = foldBatches(ref, [...withHoles, ...redriven]);
          expect(documentOf(healed)).toEqual(documentOf(straight));
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
