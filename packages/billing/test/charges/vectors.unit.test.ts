import { describe, expect, it } from '@jest/globals';
import { amountOf, canonical, decimal, type PropertyBag, readPrice } from '../../src/index.ts';
import vectors from '../fixtures/charges.json' with { type: 'json' };
import { type Model, MODELS } from './written.ts';

interface Vector {
  readonly id: string;
  readonly model: string;
  readonly properties: object;
  readonly units: string;
  readonly amount: string;
}

/** The spellings of these vectors; the event contract knows more of them. */
function canonicalNames(properties: object): PropertyBag {
  const bag = properties as Record<string, readonly Record<string, string | null>[]>;
  const listed = bag['graduated_ranges'] ?? bag['volume_ranges'];
  if (listed === undefined) return properties as PropertyBag;
  return { ranges: listed.map(({ to_value, ...rest }) => ({ ...rest, up_to: to_value ?? null })) };
}

const ALL: readonly Vector[] = vectors;
const isBuilt = (vector: Vector): boolean => MODELS.includes(vector.model as Model);

describe('charge vectors computed by an independent implementation', () => {
  it.each(ALL.filter(isBuilt))('$id: $units units, $model', (vector) => {
    const read = readPrice(vector.model, canonicalNames(vector.properties));
    if (read.kind !== 'price') throw new Error(read.reason);
    expect(canonical(amountOf(read.price, decimal(vector.units)).amount)).toBe(vector.amount);
  });

  it.each(ALL.filter((vector) => !isBuilt(vector)))('$id: $model is unavailable', (vector) => {
    expect(readPrice(vector.model, canonicalNames(vector.properties))).toEqual({
      kind: 'unavailable',
      reason: `charge model ${vector.model} is not built yet`,
    });
  });
});
