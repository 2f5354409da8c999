import { describe, expect, it } from '@jest/globals';
import { canonical, type Charge, type ChargeResult, priceCharge } from '../../src/index.ts';
import { type WrittenPercentage } from './oracle-events.ts';
import { aPoint, daily, onDay, PERIOD, series, seriesOf } from './series.ts';
import { aCharge, bagOf, summary } from './written.ts';

const aPercentage = (properties: WrittenPercentage, changes: Partial<Charge> = {}): Charge =>
  aCharge({ charge_model: 'percentage', properties: bagOf(properties), ...changes });

const onPoints = (charge: Charge, values: readonly string[]): ChargeResult =>
  priceCharge(charge, [seriesOf('point', daily(...values))], PERIOD);

const amountFor = (properties: WrittenPercentage, ...values: readonly string[]): string =>
  canonical(onPoints(aPercentage(properties), values).amount!);

describe('percentage', () => {
  it.each([
    ['the rate of the sum', { rate: '2.9' }, ['10', '10', '0.5'], '0.5945'],
    ['a fixed amount for each event', { rate: '1', fixed_amount: '30' }, ['100', '0'], '61'],
    ['nothing without events', { rate: '1', fixed_amount: '30' }, [], '0'],
    ['only fixed amounts when the sum is below 0', { rate: '1', fixed_amount: '3' }, ['-9'], '3'],
    ['a tiny rate', { rate: `0.${'0'.repeat(24)}1` }, ['5'], `0.${'0'.repeat(26)}5`],
    ['huge', { rate: '50' }, ['9'.repeat(40)], `4${'9'.repeat(39)}.5`],
    [
      'null and 0 are absent',
      {
        rate: '1',
        free_units_per_events: '0',
        free_units_per_total_aggregation: null,
        per_transaction_min_amount: '0',
      },
      ['7'],
      '0.07',
    ],
  ])('%s', (_, properties, values, amount) => {
    expect(amountFor(properties, ...values)).toBe(amount);
  });
});

describe('free events of a percentage', () => {
  const rate = '10';
  const fixed_amount = '1';
  it.each([
    ['are the first ones', { free_units_per_events: '2' }, ['10', '20', '40'], '5'],
    ['are all there are', { free_units_per_events: '3' }, ['10', '20', '40'], '0'],
    ['may be more than there are', { free_units_per_events: '9' }, ['10', '20'], '0'],
    [
      'end when the units do',
      { free_units_per_total_aggregation: '25' },
      ['10', '20', '40'],
      '6.5',
    ],
    ['end on the last unit', { free_units_per_total_aggregation: '30' }, ['10', '20', '40'], '5'],
    [
      'leave an event of 0 after the last unit billable',
      { free_units_per_total_aggregation: '10' },
      ['10', '0'],
      '1',
    ],
    [
      'are free when they bring nothing',
      { free_units_per_total_aggregation: '10' },
      ['0', '0', '10'],
      '0',
    ],
    [
      'give units back with a correction',
      { free_units_per_total_aggregation: '10' },
      ['8', '-4', '6'],
      '0',
    ],
  ])('%s', (_, allowance, values, amount) => {
    expect(amountFor({ rate, fixed_amount, ...allowance }, ...values)).toBe(amount);
  });

  it.each([
    ['events run out first', '1', '100', '8'],
    ['units run out first', '2', '5', '9.5'],
    ['both run out with the same event', '1', '10', '8'],
  ])('end with whichever allowance is used up first: %s', (_, events, units, amount) => {
    const both = { free_units_per_events: events, free_units_per_total_aggregation: units };
    expect(amountFor({ rate, fixed_amount, ...both }, '10', '20', '40')).toBe(amount);
  });

  it('are the earliest by time, then by id, in whatever order and series they come', () => {
    const charge = aPercentage({ rate: '100', free_units_per_events: '2' });
    const events = [
      aPoint({ at: onDay(3), id: 'a', value: '1' }),
      aPoint({ at: onDay(1), id: 'c', value: '10' }),
      aPoint({ at: onDay(1), id: 'b', value: '100' }),
      aPoint({ at: onDay(0), id: 'd', value: '1000' }),
    ];
    const usage = events.map((event, index) =>
      seriesOf('point', [event], { dimensions: { n: `${index}` } }),
    );
    expect(summary(priceCharge(charge, usage, PERIOD))).toMatchObject({ amount: '11' });
  });

  it('are counted for each filter on its own', () => {
    const charge = aPercentage(
      { rate: '100', free_units_per_events: '1' },
      { filters: [{ dimensions: { card: ['x'] }, properties: {}, display_name: null }] },
    );
    const usage = [
      seriesOf('point', daily('1', '2'), { dimensions: { card: 'x' } }),
      seriesOf('point', daily('10', '20'), { dimensions: { card: 'y' } }),
    ];
    expect(summary(priceCharge(charge, usage, PERIOD))).toMatchObject({ amount: '22' });
  });

  it('take off unrounded values, though the units are rounded', () => {
    const charge = aPercentage(
      { rate: '100', free_units_per_events: '1' },
      { rounding_function: 'ceil' },
    );
    expect(summary(onPoints(charge, ['0.25', '1']))).toMatchObject({ units: '2', amount: '1.75' });
  });
});

describe('the bounds of a transaction', () => {
  const bounds = { per_transaction_min_amount: '5', per_transaction_max_amount: '20' };
  it.each([
    ['lift a small one', ['10'], '5'],
    ['leave one on the lower bound', ['40'], '5'],
    ['leave one between', ['100'], '11'],
    ['leave one on the upper bound', ['190'], '20'],
    ['lower a large one', ['191', '5000'], '40'],
    ['lift a correction too', ['-100'], '5'],
    ['ask nothing without transactions', [], '0'],
  ])('%s', (_, values, amount) => {
    expect(amountFor({ rate: '10', fixed_amount: '1', ...bounds }, ...values)).toBe(amount);
  });

  it.each([
    ['a free event pays no minimum', { free_units_per_events: '1' }, ['10', '10'], '5'],
    ['a partly free one does', { free_units_per_total_aggregation: '15' }, ['10', '10'], '5'],
    ['the rest of it is bounded', { free_units_per_total_aggregation: '100' }, ['500'], '20'],
    ['a maximum below the minimum wins', { per_transaction_max_amount: '3' }, ['10'], '3'],
    ['a maximum of 0 is a bound', { per_transaction_max_amount: '0' }, ['10'], '0'],
  ])('%s', (_, more, values, amount) => {
    expect(amountFor({ rate: '10', ...bounds, ...more }, ...values)).toBe(amount);
  });

  it('let a correction take back what others cost, never more', () => {
    const price = { rate: '10', per_transaction_max_amount: '20' };
    expect(amountFor(price, '100', '-40')).toBe('6');
    expect(amountFor(price, '100', '-400')).toBe('0');
  });

  it('look at values that are not rounded', () => {
    const charge = aPercentage({ rate: '10', ...bounds }, { rounding_function: 'floor' });
    expect(summary(onPoints(charge, ['99.9']))).toMatchObject({ units: '99', amount: '9.99' });
  });
});

describe('a percentage of a count', () => {
  it.each([
    [{ rate: '100', fixed_amount: '3' }, '12'],
    [{ rate: '100', free_units_per_events: '1' }, '2'],
    [{ rate: '100', free_units_per_total_aggregation: '1.5' }, '1.5'],
    [{ rate: '100', per_transaction_min_amount: '4' }, '12'],
  ])('takes each event for 1: %j', (properties, amount) => {
    const charge = aPercentage(properties, { aggregation: 'count' });
    expect(summary(onPoints(charge, ['50', '60', '70']))).toMatchObject({ units: '3', amount });
  });
});

describe('what looks at single events', () => {
  const all = {
    free_units_per_events: '1',
    free_units_per_total_aggregation: '1',
    per_transaction_min_amount: '1',
    per_transaction_max_amount: '1',
  };
  const one = Object.entries(all).map(([name, value]) => [name, { [name]: value }] as const);

  it.each(one)('%s needs points, and says which other events there are', (name, property) => {
    const charge = aPercentage({ rate: '1', ...property });
    const mixed = [
      series({}, 2, '5'),
      seriesOf('unique', daily('1')),
      seriesOf('point', daily('1')),
    ];
    expect(summary(priceCharge(charge, mixed, PERIOD))).toEqual({
      units: '7',
      events: 4,
      amount: null,
      reason: `${name} needs points, the period has counter and unique events`,
    });
  });

  it.each(one)('%s needs nothing of a period without events', (_, property) => {
    expect(amountFor({ rate: '1', ...property })).toBe('0');
  });

  it('takes no notice of events that are left free', () => {
    const charge = aPercentage(
      { rate: '1', ...all },
      {
        unmatched_usage: 'free',
        filters: [{ dimensions: { card: ['x'] }, properties: {}, display_name: null }],
      },
    );
    expect(summary(priceCharge(charge, [series({ card: 'y' }, 2, '5')], PERIOD))).toMatchObject({
      amount: '0',
    });
  });

  it('is not asked for by a rate and a fixed amount: they take any events', () => {
    const charge = aPercentage({ rate: '10', fixed_amount: '1' });
    const mixed = [
      series({}, 2, '5'),
      seriesOf('unique', daily('1')),
      seriesOf('point', daily('1')),
    ];
    expect(summary(priceCharge(charge, mixed, PERIOD))).toMatchObject({ amount: '4.7' });
  });
});
