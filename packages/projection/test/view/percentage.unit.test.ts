import { canonical, decimal } from '@portal/billing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { percentageOf, STEPS } from '../../src/view/percentage.ts';

const ZERO = decimal('0');

/** Decimal texts as events may write them. */
const text = (sign: string) =>
  fc.oneof(
    fc.stringMatching(new RegExp(`^${sign}\\d{1,20}(\\.\\d{0,20})?$`)),
    fc.stringMatching(new RegExp(`^${sign}\\.\\d{1,20}$`)),
  );
const limits = text('\\+?').filter((limit) => decimal(limit).gt(ZERO));

describe('units in percent of a limit', () => {
  it.each([
    ['25', '100', 25 * STEPS],
    ['1', '3', 333_333],
    ['2', '3', 666_667],
    ['0.5', '1000000', 1],
    ['-0.5', '1000000', -1],
    ['0.49', '1000000', 0],
    ['+5.', '.5', 1_000 * STEPS],
    ['-.25', '1', -25 * STEPS],
  ])('%s of %s', (units, limit, steps) => {
    expect(percentageOf(units, limit)).toBe(BigInt(steps));
  });

  it('are the nearest step, of two the one away from zero', () => {
    fc.assert(
      fc.property(text('[+-]?'), limits, (units, limit) => {
        const steps = decimal(String(percentageOf(units, limit)));
        const exact = decimal(units).times(decimal(String(100 * STEPS)));
        // In whole limits, so that nothing is divided.
        const beyond = steps.times(decimal(limit)).minus(exact).times(decimal('2'));
        expect(beyond.abs().lte(decimal(limit))).toBe(true);
        if (beyond.abs().eq(decimal(limit))) {
          expect(canonical(steps.abs())).toBe(
            canonical(steps.times(exact.gt(ZERO) ? decimal('1') : decimal('-1'))),
          );
          expect(steps.abs().times(decimal(limit)).gt(exact.abs())).toBe(true);
        }
      }),
    );
  });
});
