import { customerRef, type Entry, FAMILIES, readVector, vectorText } from '@portal/projection';
import { aCustomer, CUSTOMER, foldBatches, ORGANIZATION } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

const ref = customerRef(ORGANIZATION, CUSTOMER);

/** Entries of several partitions, in the order of each; what is parked leaves a hole. */
const entries = fc.array(
  fc.record({
    family: fc.constantFrom(...FAMILIES),
    partition: fc.nat({ max: 12 }),
    offset: fc.nat(),
    isHole: fc.boolean(),
  }),
  { maxLength: 300, size: 'max' },
);

describe('the text of a vector', () => {
  it('says again what it was written from, whatever else is in it', () => {
    fc.assert(
      fc.property(entries, fc.nat({ max: 3 }), (all, purge_step) => {
        const inOrder = [...all].sort((a, b) => a.offset - b.offset);
        const { state } = foldBatches(ref, [
          inOrder.map(({ family, partition, offset, isHole }): Entry => {
            const at = { family, partition, offset };
            return isHole || family !== 'customers'
              ? { kind: 'parked', at }
              : { kind: 'event', at, event: aCustomer() };
          }),
        ]);
        const text = vectorText({ ...state, usage: { ...state.usage, purge_step } });
        const { positions, holes, ranges } = readVector(text);
        expect(Object.fromEntries(positions)).toEqual(state.vector);
        expect(holes).toEqual(state.holes.map(({ partition, offset }) => ({ partition, offset })));
        expect(Object.fromEntries(ranges)).toEqual(state.hole_ranges);
      }),
      { numRuns: 200 },
    );
  });

  it('of no record at all says nothing', () => {
    expect(readVector('')).toEqual({ positions: new Map(), holes: [], ranges: new Map() });
  });
});
