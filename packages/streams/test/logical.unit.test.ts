import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  brokerOffset,
  HISTORIES_MAX,
  historyOf,
  logicalOffset,
  offsetOf,
  offsetText,
} from '../src/logical.ts';

describe('an offset with the number of its log', () => {
  const history = fc.nat({ max: HISTORIES_MAX });
  const broker = fc.maxSafeNat().map((n) => n % 2 ** 40);

  it('is the broker’s own for a partition’s first log', () => {
    expect([logicalOffset(0, 17), historyOf(17), brokerOffset(17)]).toEqual([17, 0, 17]);
  });

  it('says both again, and is exact', () => {
    fc.assert(
      fc.property(history, broker, (number, offset) => {
        const logical = logicalOffset(number, offset);
        expect(Number.isSafeInteger(logical)).toBe(true);
        expect([historyOf(logical), brokerOffset(logical)]).toEqual([number, offset]);
      }),
    );
  });

  it('of a later log is higher than any of an earlier one', () => {
    fc.assert(
      fc.property(history, broker, broker, (number, before, after) => {
        expect(logicalOffset(number + 1, after)).toBeGreaterThan(logicalOffset(number, before));
      }),
    );
  });

  it('is told to people by the broker’s own', () => {
    expect([17, 2 ** 40 + 17, 3 * 2 ** 40].map(offsetText)).toEqual([
      '17',
      '17 (history 1)',
      '0 (history 3)',
    ]);
  });

  it('is read from what people were told, and from the number itself', () => {
    fc.assert(
      fc.property(history, broker, (number, own) => {
        const offset = logicalOffset(number, own);
        expect([offsetText(offset), String(offset)].map(offsetOf)).toEqual([offset, offset]);
      }),
    );
  });

  it.each([
    ...['', '-1', '1.5', 'x', '17 ', '17 (history)', '17 (history 1', '17 (history x)'],
    ...['17 (history 8001)', `${2 ** 40} (history 1)`, '9'.repeat(16), '9'.repeat(5_000)],
  ])('is not read from %j', (text) => {
    expect(offsetOf(text)).toBeNull();
  });
});
