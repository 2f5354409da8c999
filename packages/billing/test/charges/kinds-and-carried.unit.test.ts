import { describe, expect, it } from '@jest/globals';
import { canonical, type Charge, priceCharge, type UsageSeries } from '../../src/index.ts';
import { aPoint, carrying, daily, onDay, PERIOD, series, seriesOf } from './series.ts';
import { aCharge, aFilter, parts } from './written.ts';

const withUnits = (usage: readonly UsageSeries[], charge: Partial<Charge>): unknown => {
  const { units, reason } = priceCharge(aCharge(charge), usage, PERIOD);
  return units === null ? reason : canonical(units);
};

describe('the kinds of events an aggregation takes', () => {
  const counters = series({}, 2, '5');
  const points = seriesOf('point', daily('4'));
  const unique = seriesOf('unique', daily('4'));
  const all = [counters, points, unique];

  it.each([
    ['count', '4'],
    ['sum', '13'],
    ['max', '5'],
  ])('%s: any', (aggregation, units) => {
    expect(withUnits(all, { aggregation })).toBe(units);
  });

  it.each([
    ['latest', [counters], 'needs points, the period has counter events'],
    ['weighted_sum', all, 'needs points or changes, the period has counter and unique events'],
    ['unique_count', all, 'needs unique events, the period has counter and point events'],
    ['unique_count', [points], 'needs unique events, the period has point events'],
  ])('%s: one, and says which others there are', (aggregation, usage, reason) => {
    expect(withUnits(usage, { aggregation })).toBe(`aggregation ${aggregation} ${reason}`);
  });

  it.each(['latest', 'weighted_sum', 'unique_count'])(
    'of %s do not matter in series without an event in the period, or left free',
    (aggregation) => {
      const empty = seriesOf('counter', []);
      const charge = {
        aggregation,
        unmatched_usage: 'free' as const,
        filters: [aFilter({ region: ['eu'] })],
      };
      expect(withUnits([empty], { aggregation })).toBe('0');
      expect(withUnits([counters], charge)).toBe('0');
    },
  );
});

describe('the point carried into the period', () => {
  const carried = aPoint({ at: onDay(-3), id: 'old', value: '8' });
  const usage = [seriesOf('point', daily('5'), { carried: carrying(carried) })];
  const empty = [seriesOf('point', [], { carried: carrying(carried) })];

  it.each([
    ['max', '8', '8'],
    ['latest', '5', '8'],
    ['weighted_sum', '5', '8'],
  ])(
    'counts for a recurring %s, also without events, and is none itself',
    (aggregation, busy, quiet) => {
      expect(withUnits(usage, { aggregation, recurring: true })).toBe(busy);
      expect(withUnits(empty, { aggregation, recurring: true })).toBe(quiet);
      const result = priceCharge(aCharge({ aggregation, recurring: true }), empty, PERIOD);
      expect(result.events).toBe(0);
    },
  );

  it.each(['max', 'latest', 'weighted_sum'])('counts for no other %s', (aggregation) => {
    expect(withUnits(empty, { aggregation })).toBe('0');
  });

  it('never lifts a recurring max above what there was, nor below 0', () => {
    const low = [
      seriesOf('point', daily('-5'), { carried: carrying({ ...carried, value: '-8' }) }),
    ];
    expect(withUnits(low, { aggregation: 'max', recurring: true })).toBe('0');
  });

  it('is the newest that the same filter takes; of one instant the highest id', () => {
    const older = { ...carried, at: onDay(-9), value: '1' };
    const higher = { ...carried, id: 'older', value: '2' };
    const other = { ...carried, at: onDay(-1), value: '100' };
    const charge = aCharge({
      aggregation: 'latest',
      recurring: true,
      filters: [aFilter({ region: ['eu'] })],
    });
    const groups = [older, higher, carried].map((point, index) =>
      seriesOf('point', [], {
        dimensions: { region: 'eu', n: `${index}` },
        carried: carrying(point),
      }),
    );
    const rest = seriesOf('point', [], { carried: carrying(other) });
    expect(parts(priceCharge(charge, [...groups, rest], PERIOD))).toEqual([
      [0, '2', '4'],
      [null, '100', '200'],
    ]);
  });
});
