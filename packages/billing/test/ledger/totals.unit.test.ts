import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { mergeAll, mergeTotals, type Totals, totalsOf } from '../../src/index.ts';
import { CASES } from '../cycles.ts';
import { arbitraryDecimal, fractionOf, larger, total } from '../fraction.ts';
import { equals } from '../charges/oracle.ts';

const arbitraryEvent = fc.tuple(arbitraryDecimal, fc.option(arbitraryDecimal));
const arbitraryTotals: fc.Arbitrary<Totals> = arbitraryEvent.map(([value, amount]) =>
  totalsOf(value, amount),
);

describe('totals', () => {
  it('merge in any order and grouping to the same text', () => {
    fc.assert(
      fc.property(arbitraryTotals, arbitraryTotals, arbitraryTotals, (a, b, c) => {
        expect(mergeTotals(a, b)).toEqual(mergeTotals(b, a));
        expect(mergeTotals(mergeTotals(a, b), c)).toEqual(mergeTotals(a, mergeTotals(b, c)));
      }),
      CASES,
    );
  });

  it('are what the events add up to, however long the sums grow', () => {
    const events = fc.array(arbitraryEvent, { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(events, (all) => {
        const merged = mergeAll(all.map(([value, amount]) => totalsOf(value, amount)));
        const values = all.map(([value]) => fractionOf(value));
        const amounts = all.flatMap(([, amount]) => (amount === null ? [] : [fractionOf(amount)]));
        expect(merged).not.toBeNull();
        expect(merged?.count).toBe(all.length);
        expect(equals(merged!.sum, total(values))).toBe(true);
        expect(equals(merged!.max, values.reduce(larger))).toBe(true);
        expect(equals(merged!.amount, total(amounts))).toBe(true);
        expect(merged?.priced).toBe(amounts.length);
      }),
      CASES,
    );
  });

  it('of the longest values an event may carry still merge', () => {
    const large = totalsOf('9'.repeat(60), null);
    const small = totalsOf(`0.${'0'.repeat(57)}1`, null);
    const both = mergeTotals(large, small);
    expect(mergeTotals(both, small).sum).toBe(`${'9'.repeat(60)}.${'0'.repeat(57)}2`);
  });

  it.each([
    ['999999999999999', '999999999999999', '1999999999999998'],
    ['9999999999999999', '2', '10000000000000001'],
    ['-999999999999999', '999999999999999', '0'],
    ['-5', '3', '-2'],
    ['10', '9.5', '19.5'],
  ])('of %s and %s add up to %s, to the last digit', (a, b, sum) => {
    const greatest = a.startsWith('-') ? b : a;
    expect(mergeTotals(totalsOf(a, a), totalsOf(b, b))).toEqual({
      ...{ count: 2, sum, max: greatest, amount: sum, priced: 2 },
    });
    expect(mergeTotals(totalsOf(b, null), totalsOf(a, null))).toMatchObject({ sum, max: greatest });
  });

  it.each(['+5', '05', '5.', '5.0'])('write %s as 5', (text) => {
    expect(totalsOf(text, text)).toMatchObject({ sum: '5', max: '5', amount: '5' });
  });

  it('of nothing are null', () => {
    expect(mergeAll([])).toBeNull();
  });
});
