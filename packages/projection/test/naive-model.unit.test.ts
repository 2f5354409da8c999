import { type Micros, MICROS_PER_DAY } from '@portal/billing';
import { type BillingEvent, customerRef } from '@portal/projection';
import {
  arbitraryBusyStory,
  arbitraryDelivery,
  arbitraryEvent,
  at,
  foldBatches,
  logOf,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expectNaive, usageIn } from './naive-compare.ts';
import { newestUsage } from './naive-usage.ts';

const caseOf = (
  arbitraryEvents: fc.Arbitrary<readonly BillingEvent[]>,
  daysBack: number,
  daysAhead: number,
) =>
  arbitraryEvents.chain((events) => {
    const log = logOf(events);
    return fc.record({
      ref: fc.constant(customerRef(events[0]!.organization_id, events[0]!.customer_id)),
      log: fc.constant(log),
      delivery: arbitraryDelivery(log),
      ahead: fc.integer({ min: -daysBack * MICROS_PER_DAY, max: daysAhead * MICROS_PER_DAY }),
    });
  });

const anyEvents = fc.array(arbitraryEvent({ customers: 1 }), { minLength: 1, maxLength: 40 });

describe('view(project(fold(log)), now) is what the rules say', () => {
  it.each([
    ['any log', caseOf(anyEvents, 10, 70), 600],
    ['subscriptions with much usage', caseOf(arbitraryBusyStory(), 90, 20), 1_200],
  ])('for %s, any delivery and any clock', (_, arbitraryCase, runs) => {
    let partly = 0;
    fc.assert(
      fc.property(arbitraryCase, ({ ref, log, delivery, ahead }) => {
        const record = foldBatches(ref, delivery.batches);
        const newest = newestUsage(usageIn(log)) ?? at('2026-11-01T00:00:00Z');
        const now = (newest + ahead) as Micros;
        if (expectNaive(record, log, now) === 'not_kept') {
          // Only a clock behind the newest usage can ask for a period that is not kept.
          expect(now).toBeLessThan(newest);
          partly += 1;
        }
      }),
      { numRuns: runs },
    );
    expect(partly).toBeLessThan(runs / 4);
  });
});
