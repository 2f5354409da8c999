import { type CustomerRef } from '@portal/projection';
import { describe, expect, it } from '@jest/globals';
import { StoreWentBack } from '../../src/store/store-check.ts';
import { createWitness, type Witness } from '../../src/store/witness.ts';

const [A, B] = ['a', 'b'] as unknown as [CustomerRef, CustomerRef];
const record = (ref: CustomerRef, vector: string, erased = false) => ({
  ...{ ref, vector, erased, parts: new Map(), fields: new Map<string, string>() },
});

/** Loads a record as the projector does. */
const load = (witness: Witness, ref: CustomerRef, vector: string, erased = false): void => {
  witness.check(record(ref, vector, erased), witness.memoryOf(ref));
};

function witnessAt(max = 100) {
  const clock = { now: 0 };
  return { clock, witness: createWitness(600, max, () => clock.now) };
}

describe('a record that was written', () => {
  it.each([
    ['at an older offset', 'usage/0@4'],
    ['without one of its partitions', 'wallets/0@9'],
    ['not there at all', ''],
    ['with a hole open that was closed', 'usage/0@5 wallets/0@9 !usage/0@3'],
    [
      'with a range of holes that begins at one that was closed',
      'usage/0@300 wallets/0@9 !usage/0@3-299#101',
    ],
  ])('and is loaded %s has lost something', (_, loaded) => {
    const { witness } = witnessAt();
    witness.saw(A, 'usage/0@5 wallets/0@9');
    expect(() => {
      load(witness, A, loaded);
    }).toThrow(StoreWentBack);
  });

  it.each([
    ['as it was', 'usage/0@5 !usage/0@3'],
    ['with its hole closed', 'usage/0@5'],
    ['further on, also in a new partition', 'customers/0@1 usage/0@7 !usage/0@3'],
    ['further on, with new holes', 'usage/0@7 !usage/0@3 !usage/0@6'],
    ['with its holes as a range', 'usage/0@300 !usage/0@3-299#101'],
  ])('and is loaded %s is another writer’s work at most', (_, loaded) => {
    const { witness } = witnessAt();
    witness.saw(A, 'usage/0@5 !usage/0@3');
    load(witness, A, loaded);
    expect(witness.memoryOf(A)).toBe(loaded);
  });

  it('and was folded anew shows single holes of its range again: nothing is lost', () => {
    const { witness } = witnessAt();
    witness.saw(A, 'usage/0@300 wallets/0@9 !usage/0@3-299#101');
    load(witness, A, 'usage/0@300 wallets/0@9 !usage/0@7 !usage/0@8');
    load(witness, A, 'usage/0@300 wallets/0@9');
    expect(() => {
      load(witness, A, 'usage/0@300 wallets/0@9 !usage/0@3-299#101');
    }).toThrow('closed its hole usage/0@3');
  });

  it('is remembered from a load as well: another writer’s last write may be lost, too', () => {
    const { witness } = witnessAt();
    load(witness, A, 'usage/0@5');
    expect(() => {
      load(witness, A, 'usage/0@4');
    }).toThrow('usage/0@5, now it is at usage/0@4');
  });

  it('while the load was under way is not taken for the loss of it', () => {
    const { witness } = witnessAt();
    witness.saw(A, 'usage/0@5');
    const before = witness.memoryOf(A);
    witness.saw(A, 'usage/0@6');
    witness.check(record(A, 'usage/0@5'), before);
    expect(witness.memoryOf(A)).toBe('usage/0@6');
  });

  it('and erased must stay erased', () => {
    const { witness } = witnessAt();
    witness.erased(A);
    load(witness, A, '', true);
    expect(() => {
      load(witness, A, 'usage/0@5');
    }).toThrow('erased');
  });
});

describe('the memory', () => {
  it('lasts for the slack at least, and not for ever', () => {
    const { clock, witness } = witnessAt();
    clock.now = 599;
    witness.saw(A, 'usage/0@5');
    clock.now = 599 + 600;
    witness.saw(B, 'usage/0@5');
    expect(witness.memoryOf(A)).toBe('usage/0@5');
    clock.now += 600;
    witness.saw(B, 'usage/0@6');
    expect(witness.memoryOf(A)).toBeUndefined();
  });

  it('is bounded: the customers seen longest ago go', () => {
    const { witness } = witnessAt(10);
    const refs = Array.from({ length: 100 }, (_, index) => String(index) as CustomerRef);
    for (const ref of refs) witness.saw(ref, 'usage/0@1');
    const kept = refs.filter((ref) => witness.memoryOf(ref) !== undefined);
    expect(kept).toEqual(refs.slice(80));
  });
});
