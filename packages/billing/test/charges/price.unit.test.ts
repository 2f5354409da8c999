import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  amountOf,
  canonical,
  decimal,
  type Price,
  type Priced,
  type PriceStep,
  type PropertyBag,
  readPrice,
} from '../../src/index.ts';
import { CASES } from '../cycles.ts';
import { arbitraryDecimal, arbitraryPrice, fractionOf, total } from '../fraction.ts';
import { equals, expectedAmount, type Written } from './oracle.ts';
import { arbitraryWritten, bagOf, MODELS } from './written.ts';

function priceOf(model: string, bag: PropertyBag): Price {
  const read = readPrice(model, bag);
  if (read.kind !== 'price') throw new Error(read.reason);
  return read.price;
}

const pricedAt = (model: string, written: Written, units: string): Priced =>
  amountOf(priceOf(model, bagOf(written)), decimal(units));

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

  it('never costs less for more units', () => {
    fc.assert(
      fc.property(
        arbitraryWritten.graduated,
        arbitraryPrice,
        arbitraryPrice,
        (written, units, more) => {
          const less = pricedAt('graduated', written, units).amount;
          const price = priceOf('graduated', bagOf(written));
          expect(amountOf(price, decimal(units).plus(decimal(more))).amount.gte(less)).toBe(true);
        },
      ),
      CASES,
    );
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
          expect(canonical(step.amount)).toBe(productOf(step));
        });
      }),
      CASES,
    );
  });
});

function productOf(step: PriceStep): string {
  if (step.kind === 'units') return canonical(step.units.times(step.unit_price));
  if (step.kind === 'packages') return canonical(step.packages.times(step.package_price));
  return canonical(step.amount);
}

describe('the steps of an amount', () => {
  const kinds = (priced: Priced): string[] =>
    priced.steps.map((step) => `${step.kind} ${canonical(step.amount)}`);

  it('name the range as it was written', () => {
    const { steps } = pricedAt('volume', { ranges: [...OPEN_LADDER].reverse() }, '15');
    expect(steps.map((step) => ('range' in step ? step.range : null))).toEqual([1, 1]);
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

describe('a price that cannot be read names what is wrong', () => {
  const entry = { up_to: '10', per_unit_amount: '1' };
  it.each<[string, PropertyBag, string]>([
    ['standard', {}, 'amount is missing'],
    ['standard', { amount: null }, 'amount is missing'],
    ['standard', { amount: '1e3' }, 'amount is not a decimal'],
    ['standard', { amount: true }, 'amount is not a decimal'],
    ['standard', { amount: ['1'] }, 'amount is not a decimal'],
    ['standard', { amount: '1', min_price: 'ten' }, 'min_price is not a decimal'],
    ['standard', { amount: '1', max_price: {} }, 'max_price is not a decimal'],
    ['graduated', {}, 'ranges is missing'],
    ['graduated', { ranges: '1' }, 'ranges is not a list'],
    ['graduated', { ranges: { up_to: '1' } }, 'ranges is not a list'],
    ['graduated', { ranges: [] }, 'ranges is empty'],
    ['volume', { ranges: [entry, '7'] }, 'ranges[1] is not an object'],
    ['volume', { ranges: [entry, null] }, 'ranges[1] is not an object'],
    ['volume', { ranges: [entry, { up_to: 'x' }] }, 'ranges[1].up_to is not a decimal'],
    ['volume', { ranges: [{ flat_amount: '' }] }, 'ranges[0].flat_amount is not a decimal'],
    [
      'graduated',
      { ranges: [{ per_unit_amount: '1,5' }] },
      'ranges[0].per_unit_amount is not a decimal',
    ],
    ['package', { package_size: '10' }, 'amount is missing'],
    ['package', { amount: '1', package_size: '0' }, 'package_size is not positive'],
    ['package', { amount: '1', package_size: '-1' }, 'package_size is not positive'],
    ['package', { amount: '1', free_units: 'many' }, 'free_units is not a decimal'],
    ['standard', { '!malformed': 'properties is no JSON object' }, 'properties is no JSON object'],
    ['standard', { '!malformed': 'no JSON object', amount: '1' }, 'no JSON object'],
    ['percentage', { rate: '1' }, 'charge model percentage is not built yet'],
    ['dynamic', {}, 'charge model dynamic is not built yet'],
    ['barter', {}, "unknown charge model 'barter'"],
    ['constructor', {}, "unknown charge model 'constructor'"],
  ])('%s %j', (model, bag, reason) => {
    expect(readPrice(model, bag)).toEqual({ kind: 'unavailable', reason });
  });

  it('and inherited names are no properties', () => {
    const inherited = Object.create({ amount: '1' }) as PropertyBag;
    expect(readPrice('standard', inherited)).toEqual({
      kind: 'unavailable',
      reason: 'amount is missing',
    });
  });
});
