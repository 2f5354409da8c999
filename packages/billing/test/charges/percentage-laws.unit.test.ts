import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  canonical,
  type Decimal,
  decimal,
  type PriceStep,
  type Priced,
  readPrice,
  amountOf,
  usageOf,
} from '../../src/index.ts';
import { CASES } from '../cycles.ts';
import { arbitraryDecimal, arbitraryPrice, fractionOf, total, whole } from '../fraction.ts';
import { equals } from './oracle.ts';
import { expectedPercentage, type WrittenPercentage } from './oracle-events.ts';
import { daily, seriesOf } from './series.ts';
import { bagOf } from './written.ts';

/** A percentage of that many units, which points of these values made up. */
function pricedOn(
  written: WrittenPercentage,
  values: readonly string[],
  units: string,
  aggregation = 'sum',
): Priced {
  const read = readPrice('percentage', bagOf(written));
  if (read.kind !== 'price') throw new Error(read.reason);
  const usage = usageOf([seriesOf('point', daily(...values))]);
  const amount = amountOf(read.price, {
    aggregation,
    recurring: false,
    units: decimal(units),
    usage,
  });
  if (amount.kind !== 'priced') throw new Error(amount.reason);
  return amount;
}

const sumOf = (values: readonly string[]): string =>
  canonical(values.map(decimal).reduce((all, one) => all.plus(one), decimal('0')));

const maybe = (text: fc.Arbitrary<string>): fc.Arbitrary<string | null> => fc.option(text);
const small = fc.integer({ min: 0, max: 60 }).map((half) => String(half / 2));
const allowances = {
  free_units_per_events: maybe(fc.nat(5).map(String)),
  free_units_per_total_aggregation: maybe(fc.oneof(small, arbitraryPrice)),
};
const bounds = {
  per_transaction_min_amount: maybe(fc.oneof(small, arbitraryPrice)),
  per_transaction_max_amount: maybe(fc.oneof(small, arbitraryPrice)),
};
const rates = {
  rate: fc.oneof(small, arbitraryPrice),
  fixed_amount: maybe(fc.oneof(small, arbitraryPrice)),
};
const arbitraryPercentage = fc.record({ ...rates, ...allowances, ...bounds });
/** Small ones meet allowances and bounds exactly. */
const arbitraryValues = fc.array(
  fc.oneof(small, fc.integer({ min: -9, max: 9 }).map(String), arbitraryDecimal),
  { maxLength: 7 },
);
const positiveValues = fc.array(fc.oneof(small, arbitraryPrice), { maxLength: 7 });

describe('any percentage', () => {
  it('comes to what exact fractions give', () => {
    const cases = fc.tuple(
      arbitraryPercentage,
      arbitraryValues,
      fc.oneof(arbitraryDecimal, fc.constant(null)),
    );
    fc.assert(
      fc.property(cases, ([written, values, other]) => {
        const units = other ?? sumOf(values);
        const { amount } = pricedOn(written, values, units);
        const expected = expectedPercentage(written, fractionOf(units), values.map(fractionOf));
        expect(equals(canonical(amount), expected)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it('takes each event of a count for 1', () => {
    fc.assert(
      fc.property(arbitraryPercentage, arbitraryValues, (written, values) => {
        const { amount } = pricedOn(written, values, String(values.length), 'count');
        const ones = values.map(() => whole(1n));
        expect(equals(canonical(amount), expectedPercentage(written, total(ones), ones))).toBe(
          true,
        );
      }),
      CASES,
    );
  });

  it('is explained by steps that add up to it, each its own product', () => {
    fc.assert(
      fc.property(arbitraryPercentage, arbitraryValues, (written, values) => {
        const { amount, steps } = pricedOn(written, values, sumOf(values));
        const terms = steps.map((step) => fractionOf(canonical(step.amount)));
        expect(equals(canonical(amount), total(terms))).toBe(true);
        steps.forEach((step) => {
          expect(canonical(step.amount)).toBe(canonical(productOf(step)));
        });
      }),
      CASES,
    );
  });

  it('never costs less for one more transaction', () => {
    fc.assert(
      fc.property(arbitraryPercentage, positiveValues, arbitraryPrice, (written, values, more) => {
        const all = [...values, more];
        const before = pricedOn(written, values, sumOf(values)).amount;
        expect(pricedOn(written, all, sumOf(all)).amount.gte(before)).toBe(true);
      }),
      CASES,
    );
  });

  it('is never dearer for what is free', () => {
    const cases = fc.tuple(
      fc.record({ ...rates, ...bounds }),
      fc.record(allowances),
      positiveValues,
    );
    fc.assert(
      fc.property(cases, ([written, free, values]) => {
        const full = pricedOn(written, values, sumOf(values)).amount;
        const less = pricedOn({ ...written, ...free }, values, sumOf(values)).amount;
        expect(less.lte(full)).toBe(true);
      }),
      CASES,
    );
  });

  it('is not changed by bounds that no transaction meets', () => {
    const cases = fc.tuple(fc.record({ ...rates, ...allowances }), positiveValues);
    fc.assert(
      fc.property(cases, ([written, values]) => {
        const wide = { ...written, per_transaction_max_amount: '9'.repeat(60) };
        const amount = pricedOn(written, values, sumOf(values)).amount;
        expect(canonical(pricedOn(wide, values, sumOf(values)).amount)).toBe(canonical(amount));
      }),
      CASES,
    );
  });
});

function productOf(step: PriceStep): Decimal {
  if (step.kind === 'rate') return step.units.times(step.rate).times('0.01');
  if (step.kind === 'fixed') return step.fixed_amount.times(String(step.events));
  return step.amount;
}

describe('the steps of a percentage', () => {
  const named = (written: WrittenPercentage, ...values: readonly string[]): string[] =>
    pricedOn(written, values, sumOf(values)).steps.map(
      (step) => `${step.kind} ${canonical(step.amount)}`,
    );

  it('are the rate and the fixed amounts', () => {
    expect(named({ rate: '10', fixed_amount: '2' }, '5', '6')).toEqual(['rate 1.1', 'fixed 4']);
  });

  it('say how many events and units were free', () => {
    const written = { rate: '10', free_units_per_total_aggregation: '7' };
    const { steps } = pricedOn(written, ['5', '6', '9'], '20');
    expect(steps[0]).toEqual({
      kind: 'free',
      units: decimal('7'),
      events: 1,
      amount: decimal('0'),
    });
  });

  it('say what bounds add and take, and from how many events', () => {
    const written = {
      rate: '10',
      per_transaction_min_amount: '2',
      per_transaction_max_amount: '5',
    };
    expect(named(written, '10', '15', '30', '60')).toEqual([
      'rate 11.5',
      'fixed 0',
      'per_transaction_min 1.5',
      'per_transaction_max -1',
    ]);
    const { steps } = pricedOn(written, ['10', '15', '30', '60'], '115');
    expect(steps.slice(2)).toMatchObject([{ events: 2 }, { events: 1 }]);
  });

  it('end at 0 when corrections are worth more than transactions', () => {
    expect(named({ rate: '10', per_transaction_max_amount: '5' }, '10', '-30')).toEqual([
      'rate -2',
      'fixed 0',
      'not_below_zero 2',
    ]);
  });
});
