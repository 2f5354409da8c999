import { describe, expect, it } from '@jest/globals';
import { canonical, needsSingleEvents, priceCharge } from '../../src/index.ts';
import { asSeries } from './naive.ts';
import { PERIOD } from './series.ts';
import { factsOf, STANDING_VECTORS } from './standing.ts';
import { aCharge, summary } from './written.ts';

describe('what stands, and what is carried', () => {
  it.each(STANDING_VECTORS)('$id: $because', (vector) => {
    const charge = aCharge(vector.charge);
    const { units, reason, amount, parts, events_count } = vector;
    const result = priceCharge(charge, asSeries(charge, factsOf(vector)), PERIOD);
    expect(summary(result)).toMatchObject({
      units,
      reason,
      ...(amount === undefined ? {} : { amount }),
      ...(events_count === undefined ? {} : { events: events_count }),
    });
    if (parts !== undefined) {
      expect(result.parts.map((part) => part.units && canonical(part.units))).toEqual(parts);
    }
  });

  it('is not looked at by a charge that is not recurring, though it is handed over', () => {
    for (const vector of STANDING_VECTORS) {
      const charge = aCharge({ ...vector.charge, recurring: false });
      const bare = asSeries(charge, factsOf(vector));
      const full = asSeries({ ...charge, recurring: true }, factsOf(vector));
      expect(priceCharge(charge, full, PERIOD)).toEqual(priceCharge(charge, bare, PERIOD));
    }
  });

  it('is asked for by needsRaw wherever it matters', () => {
    for (const vector of STANDING_VECTORS) {
      const charge = aCharge(vector.charge);
      if (needsSingleEvents(charge)) continue;
      const series = asSeries(charge, factsOf(vector));
      const bare = series.map((one) => ({ ...one, events: [], carried: null }));
      expect(priceCharge(charge, bare, PERIOD)).toEqual(priceCharge(charge, series, PERIOD));
    }
  });
});
