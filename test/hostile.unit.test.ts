import { describe, expect, it } from '@jest/globals';
import { BORDERS, FRAGMENTS } from './hostile/borders.ts';
import { growthFault } from './hostile/growth.ts';

describe('a text of a stranger', () => {
  it.each(Object.entries(BORDERS))(
    'costs time in proportion to its length, and no more, as %s',
    (_name, take) => {
      const faults = FRAGMENTS.map((fragment) => growthFault(take, fragment));
      expect(faults.filter((fault) => fault !== null)).toEqual([]);
    },
  );

  it('would be found out when a pattern begins anew at each of its letters', () => {
    const fragment = `ey${'a'.repeat(300)}-`;
    expect(growthFault((text) => text.search(/\bey[\w-]{5,}\./), fragment)).toContain(fragment);
  });
});
