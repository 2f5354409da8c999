import { describe, expect, it } from '@jest/globals';
import { type CustomerRef, PART_NAMES } from '@portal/projection';
import fc from 'fast-check';
import {
  keysOf,
  liveKey,
  sortableName,
  RECORD_FIELDS,
  sideField,
  VECTOR_FIELD,
} from '../src/keys.ts';
import { slotOf } from '../src/slot.ts';

const REF =
  '00000000-0000-4000-8000-000000000001:11111111-1111-4111-8111-000000000001' as CustomerRef;

describe('keys', () => {
  it('lie in one slot as far as one script touches them', () => {
    const keys = keysOf('portal', 'g1');
    const ofCustomer = [keys.record(REF), keys.document(REF), keys.tombstone(REF)];
    expect(new Set(ofCustomer.map(slotOf)).size).toBe(1);
    expect(new Set(keys.parked.map(slotOf)).size).toBe(1);
  });

  it('carry the generation, but not the tombstone and the pointer', () => {
    const [one, two] = [keysOf('portal', 'g1'), keysOf('portal', 'g2')];
    expect(one.record(REF)).not.toBe(two.record(REF));
    expect(one.document(REF)).not.toBe(two.document(REF));
    expect(one.checkpoints).not.toBe(two.checkpoints);
    expect(one.parked[0]).not.toBe(two.parked[0]);
    expect(one.tombstone(REF)).toBe(two.tombstone(REF));
    expect(liveKey('portal')).toBe('portal:live');
  });

  it.each(['', 'a b', '{g1}', 'g}', 'g\n'])('refuse the name %j', (name) => {
    expect(() => keysOf('portal', name)).toThrow(TypeError);
    expect(() => keysOf(name, 'g1')).toThrow(TypeError);
    expect(() => liveKey(name)).toThrow(TypeError);
  });

  it('name vector, parts and side fields of a record so that none meets another', () => {
    expect(RECORD_FIELDS).toEqual([VECTOR_FIELD, ...PART_NAMES]);
    expect(new Set(RECORD_FIELDS).size).toBe(RECORD_FIELDS.length);
    const name = fc.oneof(fc.string(), fc.constantFrom(...RECORD_FIELDS));
    fc.assert(
      fc.property(name, name, (one, other) => {
        expect(RECORD_FIELDS).not.toContain(sideField(one));
        expect(sideField(one) === sideField(other)).toBe(one === other);
      }),
    );
  });

  it('name places so that texts order as numbers do', () => {
    const at = (partition: number, offset: number) =>
      sortableName({ family: 'usage', partition, offset });
    expect([at(10, 0), at(9, 100), at(9, 99), at(9, 2 ** 53 - 1)].sort()).toEqual([
      at(9, 99),
      at(9, 100),
      at(9, 2 ** 53 - 1),
      at(10, 0),
    ]);
  });
});
