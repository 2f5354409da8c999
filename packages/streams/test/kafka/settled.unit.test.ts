import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createSettled, SETTLE_MS } from '../../src/kafka/settled.ts';

describe('a state of a log', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('counts once it has been so for long enough, and begins anew when it was not', () => {
    const isSettled = createSettled();
    const after = (ms: number, isSo: boolean): boolean => {
      jest.advanceTimersByTime(ms);
      return isSettled(isSo);
    };
    expect([after(0, true), after(SETTLE_MS - 1, true), after(1, true)]).toEqual([
      false,
      false,
      true,
    ]);
    expect([after(0, false), after(1, true), after(SETTLE_MS - 1, true)]).toEqual([
      false,
      false,
      false,
    ]);
    expect(after(1, true)).toBe(true);
  });
});
