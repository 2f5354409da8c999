import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  amountOf,
  canonical,
  type Decimal,
  decimal,
  type Price,
  type Priced,
  type PriceStep,
  type PropertyBag,
  readPrice,
} from '../../src/index.ts';
import { CASES } from '../cycles.ts';
import {
  arbitraryDecimal,
  arbitraryPrice,
  type Fraction,
  fractionOf,
  times,
  total,
} from '../fraction.ts';
import { equals, expectedAmount, hundredth, type Written } from './oracle.ts';
import { unitsAlone } from './series.ts';
import { arbitraryWritten, bagOf, MODELS } from './written.ts';

function priceOf(model: string, bag: PropertyBag): Price {
  const read = readPrice(model, bag);
  if (read.kind !== 'price') throw new Error(read.reason);
  return read.price;
}

function pricedAt(model: string, written: Written, units: string): Priced {
  const amount = amountOf(priceOf(model, bagOf(written)), unitsAlone(units));
  if (amount.kind !== 'priced') throw new Error(amount.reason);
  return amount;
}

const HUGE = '9'.repeat(40);
const LADDER = [
  { up_to: '10', per_unit_amount: '5', flat_amount: '100' },
  { up_to: '20', per_unit_amount: '3', flat_amount: '50' },
];
const OPEN_LADDER = [...LADDER, { up_to: null, per_unit_amount: '1', flat_amount: '7' }];

describe('standard', () => {
  it.each([
    ['nothing at 0 units', { amount: '2' }, '0', '0'],
    ['fractions', { amount: '0.015' }, '0.5', '0.0075'],
    ['a correction below 0', { amount: '2' }, '-3', '-6'],
    ['huge', { amount: '1.5' }, HUGE, `14${'9'.repeat(38)}8.5`],
    ['at least min_price, at 0 units too', { amount: '2', min_price: '10' }, '0', '10'],
    ['exactly min_price', { amount: '2', min_price: '10' }, '5', '10'],
    ['at most max_price', { amount: '2', max_price: '10' }, '6', '10'],
    ['max_price below min_price wins', { amount: '2', min_price: '9', max_price: '4' }, '1', '4'],
    ['null is absent', { amount: '2', min_price: null, max_price: null }, '3', '6'],
  ])('%s', (_, price, units, amount) => {
    expect(canonical(pricedAt('standard', price, units).amount)).toBe(amount);
  });
});

describe('graduated', () => {
  it.each([
    ['the first flat amount at 0 units', OPEN_LADDER, '0', '100'],
    ['inside the first range', OPEN_LADDER, '0.5', '102.5'],
    ['exactly on a bound', OPEN_LADDER, '10', '150'],
    ['just above a bound', OPEN_LADDER, '10.1', '200.3'],
    ['in the open range', OPEN_LADDER, '25', '242'],
    ['free beyond a closed last range', LADDER, '1000', '230'],
    ['nothing below 0 units', OPEN_LADDER, '-1', '0'],
    ['absent amounts are 0', [{ up_to: '10' }, {}], '12', '0'],
    ['the order written does not matter', [...OPEN_LADDER].reverse(), '25', '242'],
    ['a bound below 0 adds no units', [{ up_to: '-5' }, { per_unit_amount: '2' }], '3', '6'],
    ['a first bound of 0 is a fee for no usage', [{ up_to: '0', flat_amount: '9' }, {}], '0', '9'],
  ])('%s', (_, ranges, units, amount) => {
    expect(canonical(pricedAt('graduated', { ranges }, units).amount)).toBe(amount);
  });
});

describe('graduated_percentage', () => {
  const ladder = [
    { up_to: '1000', rate: '2.5', flat_amount: '30' },
    { up_to: '5000', rate: '1' },
    { up_to: null, rate: '0.005', flat_amount: '7' },
  ];
  it.each([
    ['the first flat amount at 0 units', ladder, '0', '30'],
    ['inside the first range', ladder, '0.5', '30.0125'],
    ['exactly on a bound', ladder, '1000', '55'],
    ['just above a bound', ladder, '1000.1', '55.001'],
    ['in the open range', ladder, '5001', '102.00005'],
    ['free beyond a closed last range', ladder.slice(0, 1), '90000', '55'],
    ['nothing below 0 units', ladder, '-1', '0'],
    [
      'a rate of more digits than any quotient keeps',
      [{ rate: `0.${'0'.repeat(25)}1` }],
      '3',
      `0.${'0'.repeat(27)}3`,
    ],
    ['huge', [{ rate: '100' }], HUGE, HUGE],
    ['absent rates are 0', [{ up_to: '10', flat_amount: '4' }, {}], '12', '4'],
  ])('%s', (_, ranges, units, amount) => {
    expect(canonical(pricedAt('graduated_percentage', { ranges }, units).amount)).toBe(amount);
  });
});

describe('volume', () => {
  it.each([
    ['the first flat amount at 0 units', OPEN_LADDER, '0', '100'],
    ['exactly on a bound', OPEN_LADDER, '10', '150'],
    ['just above a bound', OPEN_LADDER, '10.1', '80.3'],
    ['the last range above all bounds', LADDER, '1000', '3050'],
    ['the first range below 0', OPEN_LADDER, '-2', '90'],
    ['the order written does not matter', [...OPEN_LADDER].reverse(), '15', '95'],
  ])('%s', (_, ranges, units, amount) => {
    expect(canonical(pricedAt('volume', { ranges }, units).amount)).toBe(amount);
  });
});

describe('package', () => {
  const price = { amount: '300', package_size: '100', free_units: '50' };
  it.each([
    ['nothing at 0 units', price, '0', '0'],
    ['nothing within the free units', price, '50', '0'],
    ['one package begun', price, '50.001', '300'],
    ['a whole package exactly', price, '150', '300'],
    ['the next one begun', price, '150.1', '600'],
    ['nothing below 0', price, '-5', '0'],
    ['packages of 1 unless told', { amount: '2' }, '2.5', '6'],
    ['a rest too small for the quotient', { amount: '1', package_size: HUGE }, '0.000001', '1'],
    [
      'a rest lost in a rounded quotient',
      { amount: '1', package_size: '3' },
      `3.${'0'.repeat(30)}1`,
      '2',
    ],
    ['a quotient rounded up', { amount: '1', package_size: '3' }, `2.${'9'.repeat(40)}`, '1'],
  ])('%s', (_, written, units, amount) => {
    expect(canonical(pricedAt('package', written, units).amount)).toBe(amount);
  });
});

describe('custom', () => {
  it.each([
    ['the agreed amount, whatever was used', { custom_amount: '4200.5' }, '7', '4200.5'],
    ['the agreed amount at 0 units', { custom_amount: '4200' }, '0', '4200'],
    ['an agreed amount of 0', { custom_amount: '0', unit_price: '3' }, '7', '0'],
    [
      'the agreed amount rather than a unit price',
      { custom_amount: '1', unit_price: '3' },
      '7',
      '1',
    ],
    ['a unit price without an agreed amount', { unit_price: '0.07' }, '5.5', '0.385'],
    ['null is absent', { custom_amount: null, unit_price: '3' }, '-2', '-6'],
  ])('%s', (_, written, units, amount) => {
    expect(canonical(pricedAt('custom', written, units).amount)).toBe(amount);
  });
});

/** All but volume, where the next range may be cheaper for every unit. */
describe.each(MODELS.filter((model) => model !== 'volume'))('a %s price', (model) => {
  it('never falls when units rise', () => {
    fc.assert(
      fc.property(
        arbitraryWritten[model],
        arbitraryDecimal,
        arbitraryPrice,
        (written, units, more) => {
          const fewer = pricedAt(model, written, units).amount;
          const raised = canonical(decimal(units).plus(decimal(more)));
          expect(pricedAt(model, written, raised).amount.gte(fewer)).toBe(true);
        },
      ),
      CASES,
    );
  });
});

describe.each(MODELS)('any %s price', (model) => {
  it('comes to what exact fractions give', () => {
    fc.assert(
      fc.property(arbitraryWritten[model], arbitraryDecimal, (written, units) => {
        const { amount } = pricedAt(model, written, units);
        expect(equals(canonical(amount), expectedAmount(model, written, fractionOf(units)))).toBe(
          true,
        );
      }),
      CASES,
    );
  });

  it('is explained by steps that add up to it, each its own product', () => {
    fc.assert(
      fc.property(arbitraryWritten[model], arbitraryDecimal, (written, units) => {
        const { amount, steps } = pricedAt(model, written, units);
        const terms = steps.map((step) => fractionOf(canonical(step.amount)));
        expect(equals(canonical(amount), total(terms))).toBe(true);
        steps.forEach((step) => {
          expect(equals(canonical(step.amount), productOf(step))).toBe(true);
        });
      }),
      CASES,
    );
  });
});

function productOf(step: PriceStep): Fraction {
  const of = (a: Decimal, b: Decimal): Fraction =>
    times(fractionOf(canonical(a)), fractionOf(canonical(b)));
  if (step.kind === 'units') return of(step.units, step.unit_price);
  if (step.kind === 'rate') return hundredth(of(step.units, step.rate));
  if (step.kind === 'packages') return of(step.packages, step.package_price);
  return fractionOf(canonical(step.amount));
}

describe('the steps of an amount', () => {
  const kinds = (priced: Priced): string[] =>
    priced.steps.map((step) => `${step.kind} ${canonical(step.amount)}`);

  it('name the range as it was written', () => {
    const { steps } = pricedAt('volume', { ranges: [...OPEN_LADDER].reverse() }, '15');
    expect(steps.map((step) => ('range' in step ? step.range : null))).toEqual([1, 1]);
  });

  it('name rates and their ranges', () => {
    const ranges = [{ rate: '1' }, { up_to: '100', rate: '5', flat_amount: '2' }];
    const { steps } = pricedAt('graduated_percentage', { ranges }, '300');
    expect(steps.map((step) => [step.kind, 'range' in step && step.range])).toEqual([
      ['rate', 1],
      ['flat', 1],
      ['rate', 0],
      ['flat', 0],
    ]);
    expect(steps.map(({ amount }) => canonical(amount))).toEqual(['5', '2', '2', '0']);
  });

  it('leave out ranges that were not entered', () => {
    expect(kinds(pricedAt('graduated', { ranges: OPEN_LADDER }, '12'))).toEqual([
      'units 50',
      'flat 100',
      'units 6',
      'flat 50',
    ]);
  });

  it('show what a bound on the price adds or takes', () => {
    expect(kinds(pricedAt('standard', { amount: '2', min_price: '10' }, '1'))).toEqual([
      'units 2',
      'min_price 8',
    ]);
    expect(kinds(pricedAt('standard', { amount: '2', max_price: '10' }, '7'))).toEqual([
      'units 14',
      'max_price -4',
    ]);
  });
});
