import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { addLocalDays, MICROS_PER_DAY, micros, toIso, trialEnd } from '../../src/index.ts';
import { CASES, instant, TZDATA } from '../cycles.ts';
import { arbitraryEdge, instantNear } from './edges.ts';
import { trialEndOf } from './oracle.ts';

const DAYS = fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 31, max: 400 }));

describe(`trials (${TZDATA})`, () => {
  it('end at the wall time they began at, so many local days later, as luxon says', () => {
    const trials = arbitraryEdge.chain((edge) =>
      fc.tuple(fc.constant(edge), instantNear(edge), DAYS),
    );
    fc.assert(
      fc.property(trials, ([{ zone }, near, days]) => {
        const base = micros(near - days * MICROS_PER_DAY);
        const end = trialEnd(base, days, zone);
        expect(end === null ? null : toIso(end)).toBe(toIso(trialEndOf(base, days, zone)));
      }),
      CASES,
    );
  });

  it('none without days', () => {
    expect(trialEnd(instant('2026-01-01T10:00:00Z'), 0, 'UTC')).toBeNull();
  });

  it.each([
    ['keeps microseconds', 'UTC', '2026-01-01T10:00:00.123456Z', 1, '2026-01-02T10:00:00.123456Z'],
    // 02:30 does not exist on 29 March: read as 02:30 +01:00, which is 03:30 on the clock.
    ['a gap', 'Europe/Paris', '2026-03-28T01:30:00Z', 1, '2026-03-29T01:30:00Z'],
    // 02:30 occurs twice on 25 October: the earlier one is still summer time.
    ['a fold', 'Europe/Paris', '2026-10-24T00:30:00Z', 1, '2026-10-25T00:30:00Z'],
    // 30 December 2011 never was in Samoa: read with the offset before the gap, on the 31st.
    ['a day that never was', 'Pacific/Apia', '2011-12-29T22:00:00Z', 1, '2011-12-30T22:00:00Z'],
  ])('%s', (_, zone, base, days, end) => {
    expect(toIso(addLocalDays(instant(base), days, zone))).toBe(end);
  });
});
