import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parseSeries, type Series, seriesText } from '../../src/index.ts';
import { CASES } from '../cycles.ts';

const arbitrarySeries: fc.Arbitrary<Series> = fc.record({
  kind: fc.constantFrom('counter', 'point', 'change', 'unique'),
  scope: fc.option(fc.string()),
  dimensions: fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), fc.string(), {
    maxKeys: 4,
  }),
});

describe('the text of a series', () => {
  it('reads back as the series', () => {
    fc.assert(
      fc.property(arbitrarySeries, (series) => {
        const read = parseSeries(seriesText(series));
        expect([read.kind, read.scope]).toEqual([series.kind, series.scope]);
        expect(Object.entries(read.dimensions).sort()).toEqual(
          Object.entries(series.dimensions).sort(),
        );
      }),
      CASES,
    );
  });

  it('does not depend on the order the dimensions came in', () => {
    const text = (dimensions: Record<string, string>): string =>
      seriesText({ kind: 'counter', scope: null, dimensions });
    expect(text({ a: '1', b: '2' })).toBe(text({ b: '2', a: '1' }));
  });

  it('tells apart what must not be added up', () => {
    const plain: Series = { kind: 'counter', scope: null, dimensions: {} };
    const texts = [
      plain,
      { ...plain, kind: 'point' as const },
      { ...plain, kind: 'change' as const },
      { ...plain, kind: 'unique' as const },
      { ...plain, scope: '' },
      { ...plain, scope: 'sub' },
      { ...plain, dimensions: { a: '1' } },
      { ...plain, dimensions: { a: '' } },
      { ...plain, dimensions: { a1: '' } },
    ].map(seriesText);
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts[0]).toBe('');
  });
});
