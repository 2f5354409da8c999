import { describe, expect, it } from '@jest/globals';
import { countFaults } from '../src/count-faults.ts';

const EXPECTED = { get: { count: 2, more: 'one read asks twice' } };

describe('counts that are not the expected ones', () => {
  it('are none where all is as expected', () => {
    expect(countFaults(EXPECTED, { get: 2 })).toEqual([]);
  });

  it('say what a higher number means', () => {
    expect(countFaults(EXPECTED, { get: 3 })).toEqual([
      'get: 3 instead of 2 (one read asks twice)',
    ]);
  });

  it('tell a lower number too, down to none', () => {
    const better = 'better: write the lower number down';
    expect(countFaults(EXPECTED, { get: 1 })).toEqual([`get: 1 instead of 2 (${better})`]);
    expect(countFaults(EXPECTED, {})).toEqual([`get: 0 instead of 2 (${better})`]);
  });

  it('tell what nobody expected', () => {
    expect(countFaults(EXPECTED, { get: 2, keys: 1 })).toEqual([
      'keys: 1 instead of 0 (it was not needed before)',
    ]);
  });
});
