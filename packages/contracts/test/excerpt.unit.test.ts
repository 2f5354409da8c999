import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { excerpt } from '../src/excerpt.ts';

describe('the beginning of a foreign text', () => {
  it.each([
    ['short', 5, 'short'],
    ['longer', 5, 'longe…'],
    ['12😀', 3, '12…'],
    ['12😀', 4, '12😀'],
    ['12😀4', 4, '12😀…'],
    ['', 0, ''],
  ])('of %j, %i units: %j', (text, max, expected) => {
    expect(excerpt(text, max)).toBe(expected);
  });

  it('holds whole characters when the text does, and never more than it may', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(30), (text, max) => {
        const shown = excerpt(text, max);
        expect(shown.isWellFormed()).toBe(true);
        expect(shown.length).toBeLessThanOrEqual(Math.max(text.length, max + 1));
        expect(text.startsWith(shown.replace(/…$/, ''))).toBe(true);
      }),
    );
  });
});
