import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { pathOfKey, segmentsOf } from '../../src/events/field-path.ts';
import { ContractError } from '../../src/events/reading.ts';

/** As a check of an event makes it, from the inside out. */
const pathTo = (segments: readonly (string | number)[]): string =>
  segments.reduceRight<ContractError>(
    (error, one) => error.within(typeof one === 'number' ? `[${one}]` : pathOfKey(one)),
    new ContractError('is wrong'),
  ).path;

describe('the path of a field', () => {
  it.each([
    ['usage.value', ['usage', 'value']],
    [
      'subscription.charges[2].min_amount_cents',
      ['subscription', 'charges', 2, 'min_amount_cents'],
    ],
    ['usage.properties."http.status"', ['usage', 'properties', 'http.status']],
    ['usage.properties."say \\"a.b\\""', ['usage', 'properties', 'say "a.b"']],
    ['usage.properties."cut.in two', ['usage', 'properties', '"cut', 'in two']],
  ])('%s', (path, segments) => {
    expect(segmentsOf(path)).toEqual(segments);
  });

  it('tells its parts, whatever the names are', () => {
    const name = fc.string({ minLength: 1, maxLength: 40 }).filter((text) => text.isWellFormed());
    const segment = fc.oneof(name, fc.constantFrom('a.b', '[0]', '"', '\\', '.'), fc.nat(1_000));
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1 }), (segments) => {
        expect(segmentsOf(pathTo(segments))).toEqual(segments);
      }),
    );
  });
});
