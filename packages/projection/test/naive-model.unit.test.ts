import { type Micros, MICROS_PER_DAY } from '@portal/billing';
import { customerRef, view } from '@portal/projection';
import {
  arbitraryDelivery,
  arbitraryEvent,
  at,
  documentOf,
  foldBatches,
  logOf,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { naiveDashboard } from './naive-model.ts';

const arbitraryCase = fc
  .array(arbitraryEvent({ customers: 1 }), { minLength: 1, maxLength: 40 })
  .chain((events) => {
    const log = logOf(events);
    return fc.record({
      ref: fc.constant(customerRef(events[0]!.organization_id, events[0]!.customer_id)),
      log: fc.constant(log),
      delivery: arbitraryDelivery(log),
      ahead: fc.integer({ min: -10 * MICROS_PER_DAY, max: 70 * MICROS_PER_DAY }),
    });
  });

describe('view(project(fold(log)), now) is what the rules say', () => {
  it('for any log, any delivery and any clock from the newest usage on', () => {
    let partly = 0;
    fc.assert(
      fc.property(arbitraryCase, ({ ref, log, delivery, ahead }) => {
        const document = documentOf(foldBatches(ref, delivery.batches));
        if (document === null) throw new Error('a log of events makes a customer known');
        const mark = document.usage_mark ?? at('2026-11-01T00:00:00Z');
        const now = (mark + ahead) as Micros;
        const { summary, reasons } = view(document, now);
        const isKept = !reasons.some(({ code }) => code === 'usage_not_kept');
        if (isKept) expect(summary).toEqual(naiveDashboard(log, now));
        else {
          // Only a clock behind the newest usage can ask for a period that is not priced any more.
          expect(now).toBeLessThan(mark);
          partly += 1;
        }
      }),
      { numRuns: 800 },
    );
    expect(partly).toBeLessThan(80);
  });
});
