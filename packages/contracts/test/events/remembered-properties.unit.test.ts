import { normaliseProperties } from '@portal/contracts';
import { describe, expect, it } from '@jest/globals';
import { propertiesOf } from '../../src/events/properties.ts';

const MODELS = ['standard', 'graduated', 'custom'];
/** More texts than are remembered, and one that is too long to be. */
const TEXTS = [
  ...Array.from({ length: 1_200 }, (_, n) => `{"unit_price":${n},"tiers":[{"to_value":${n}}]}`),
  `{"amount":"1"${' '.repeat(2_000)}}`,
  '{"amount":',
];

describe('properties that were read before', () => {
  it('say the same again, by each model, however many others came in between', () => {
    for (let round = 0; round < 2; round += 1) {
      for (const text of TEXTS) {
        for (const model of MODELS) {
          expect(propertiesOf(model)(text)).toEqual(normaliseProperties(model, text));
        }
      }
    }
  });

  it('are one value for one text, which customers of one plan share', () => {
    const text = '{"amount":"2.25"}';
    expect(propertiesOf('standard')(text)).toBe(propertiesOf('standard')(text));
    expect(propertiesOf('custom')(text)).not.toEqual(propertiesOf('standard')(text));
  });
});
