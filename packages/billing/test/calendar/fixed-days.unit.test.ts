import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  fixedDaysBill,
  type Interval,
  INTERVALS,
  MICROS_PER_DAY,
  MICROS_PER_HOUR,
  micros,
  type Micros,
  toIso,
} from '../../src/index.ts';
import { CASES, instant } from '../cycles.ts';
import vectors from '../fixtures/fixed-days.json' with { type: 'json' };

const INTERVAL = fc.constantFrom(...INTERVALS);
const ANCHOR = fc.integer({ min: 0, max: Date.UTC(2030, 0, 1) * 1_000 }).map(micros);

/** How far now is from the anchor: anything, or a microsecond around whole days. */
const DISTANCE = fc.oneof(
  fc.integer({ min: -400 * MICROS_PER_DAY, max: 4_000 * MICROS_PER_DAY }),
  fc
    .tuple(fc.integer({ min: -400, max: 4_000 }), fc.constantFrom(-1, 0, 1))
    .map(([days, more]) => days * MICROS_PER_DAY + more),
);

describe('the next bill by fixed days', () => {
  it.each(vectors)('$name', (vector) => {
    const { interval, anchor, now, next_billing_date, days_until_next_billing } = vector;
    const bill = fixedDaysBill(interval as Interval, instant(anchor), instant(now));
    expect([toIso(bill.at), bill.days]).toEqual([next_billing_date, days_until_next_billing]);
  });

  it('is the first step from the anchor that is still ahead', () => {
    fc.assert(
      fc.property(INTERVAL, ANCHOR, DISTANCE, (interval, anchor, distance) => {
        const now = micros(anchor + distance);
        const bill = fixedDaysBill(interval, anchor, now);
        expect(toIso(bill.at)).toBe(toIso(steppedBill(interval, anchor, now)));
        const remaining = bill.at - now - bill.days * MICROS_PER_DAY;
        expect(remaining >= 0 && remaining < MICROS_PER_DAY).toBe(true);
      }),
      CASES,
    );
  });

  it('stays as it is until the instant it names, and not at it', () => {
    fc.assert(
      fc.property(INTERVAL, ANCHOR, DISTANCE, (interval, anchor, distance) => {
        const now = micros(anchor + distance);
        const bill = fixedDaysBill(interval, anchor, now);
        const until = bill.validUntil;
        expect(until).toBeGreaterThan(now);
        expect(fixedDaysBill(interval, anchor, micros(until - 1))).toEqual(bill);
        const { at, days } = fixedDaysBill(interval, anchor, until);
        expect([at, days]).not.toEqual([bill.at, bill.days]);
      }),
      CASES,
    );
  });
});

const HOURS = {
  weekly: 168,
  monthly: 720,
  quarterly: 2_160,
  semiannual: 720,
  yearly: 8_760,
} as const;

function steppedBill(interval: Interval, anchor: Micros, now: Micros): Micros {
  let bill = anchor;
  while (bill <= now) bill = micros(bill + HOURS[interval] * MICROS_PER_HOUR);
  return bill;
}
