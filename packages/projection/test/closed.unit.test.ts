import { customerRef, DEFAULT_SETTINGS, emptyState, type Entry, fold } from '@portal/projection';
import { aCustomer, aWallet, CUSTOMER, foldBatches, ORGANIZATION } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';

const ref = customerRef(ORGANIZATION, CUSTOMER);
const at = (offset: number) => ({ family: 'wallets' as const, partition: 0, offset });
const event = (offset: number): Entry => ({
  kind: 'event',
  at: at(offset),
  event: aWallet({ version: offset + 1 }),
});
const parked = (offset: number): Entry => ({ kind: 'parked', at: at(offset) });

const closedBy = (before: readonly Entry[], entries: readonly Entry[]): readonly number[] => {
  const folded = fold(foldBatches(ref, [before]).state, new Map(), entries, DEFAULT_SETTINGS);
  if (folded.kind !== 'folded') throw new Error(folded.kind);
  return folded.closed.map(({ offset }) => offset);
};

describe('records that nothing waits for any more', () => {
  it('are those that fill an open hole, also one of the same batch', () => {
    expect(closedBy([event(0), parked(1)], [event(0), event(1), event(2)])).toEqual([1]);
    expect(closedBy([], [parked(0), event(1), event(0), event(0)])).toEqual([0]);
  });

  it('are those that cannot be read now but were folded before', () => {
    expect(closedBy([event(0)], [parked(0), parked(1)])).toEqual([0]);
  });

  it('are holes of what turned out to mean nothing', () => {
    const nothing = (offset: number): Entry => ({ kind: 'nothing', at: at(offset) });
    const before = [event(0), parked(1), event(2)];
    expect(closedBy(before, [nothing(0), nothing(1), nothing(2)])).toEqual([1]);
  });

  it('are not holes that stay, nor what lies in a range of holes: it may be one of them', () => {
    expect(closedBy([event(0), parked(1)], [parked(1)])).toEqual([]);
    const many = [event(0), ...Array.from({ length: 101 }, (_, index) => parked(index + 1))];
    expect(closedBy(many, [parked(1), event(50), parked(0)])).toEqual([0]);
  });

  it('are none where nothing was folded yet', () => {
    const first: Entry = {
      kind: 'event',
      at: { family: 'customers', partition: 0, offset: 0 },
      event: aCustomer(),
    };
    expect(fold(emptyState(ref), new Map(), [first], DEFAULT_SETTINGS)).toMatchObject({
      closed: [],
    });
  });
});
