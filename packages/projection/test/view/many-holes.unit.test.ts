import { type BillingEvent, customerRef, type Entry, vectorText, view } from '@portal/projection';
import {
  aCustomer,
  arbitraryDelivery,
  aSubscription,
  at,
  aUsage,
  aWallet,
  CUSTOMER,
  documentOf,
  foldBatches,
  givenLog,
  logOf,
  markOn,
  ORGANIZATION,
  recordText,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

const NOW = '2026-11-23T10:00:00Z';
const ref = customerRef(ORGANIZATION, CUSTOMER);

/** The log with the entries of some events parked. */
const parking = (events: readonly BillingEvent[], ...gone: readonly BillingEvent[]): Entry[][] =>
  logOf(events).map((entries) =>
    entries.map((entry) =>
      entry.kind === 'event' && gone.includes(entry.event)
        ? { kind: 'parked', at: entry.at }
        : entry,
    ),
  );

describe('a parked event', () => {
  const second = aWallet({ version: 2 });
  const events = [aCustomer(), aWallet(), second, aWallet({ version: 3 })];

  it('leaves a hole that the answer tells, and the rest goes on', () => {
    const story = givenLog(parking(events, second));
    expect(story.at(NOW).reasons).toEqual([
      { code: 'hole', detail: expect.stringContaining('wallets/0@3') },
    ]);
    expect(story.document.holes).toEqual([{ partition: 'wallets/0', offset: 3 }]);
    expect(vectorText(story.record.state)).toBe('customers/0@1 wallets/0@5 !wallets/0@3');
    expect(story.at(NOW).summary.quick_actions.has_wallet).toBe(true);
  });

  it('closes the hole when it is redriven', () => {
    const redriven = logOf(events)
      .flat()
      .filter((entry) => entry.kind === 'event' && entry.event === second);
    const record = foldBatches(ref, [...parking(events, second), redriven]);
    expect(vectorText(record.state)).toBe('customers/0@1 wallets/0@5');
    expect(record.outcomes.at(-1)).toBe('stale');
  });

  it('alone makes no customer known', () => {
    const wallet = aWallet();
    expect(documentOf(foldBatches(ref, parking([wallet], wallet)))).toBeNull();
  });

  it('of usage counts when it is redriven, though much newer usage came since', () => {
    const old = aUsage({ timestamp: at('2026-01-10T00:00:00Z') });
    const all = [aSubscription(), old, ...markOn('2026-11-20')];
    const redriven = logOf(all)
      .flat()
      .filter((entry) => entry.kind === 'event' && entry.event === old);
    const record = foldBatches(ref, [...parking(all, old), redriven]);
    expect(record.outcomes.at(-1)).toBe('applied');
    expect(recordText(record)).toBe(recordText(foldBatches(ref, logOf(all))));
  });
});

describe('a customer with over a hundred holes', () => {
  const parked = (count: number, from = 0): Entry[] =>
    Array.from({ length: count }, (_, index) => ({
      kind: 'parked',
      at: { family: 'wallets', partition: 0, offset: from + index },
    }));
  const known = logOf([aCustomer(), aSubscription()]);
  const wallet = (offset: number, version: number): Entry => ({
    kind: 'event',
    at: { family: 'wallets', partition: 0, offset },
    event: aWallet({ version }),
  });

  it('lists a hundred; with one more it tells how many lie between which offsets, and goes on', () => {
    const hundred = foldBatches(ref, [...known, parked(100)]);
    expect(hundred.state.holes).toHaveLength(100);
    expect(hundred.state.hole_ranges).toEqual({});

    const ended = logOf([aSubscription({ version: 2, status: 'terminated' })]).flat();
    const later = ended.map((entry): Entry => ({ ...entry, at: { ...entry.at, offset: 50 } }));
    const more = foldBatches(ref, [...known, parked(100), [wallet(100, 1)], parked(1, 101), later]);
    expect(more.outcomes.slice(-2)).toEqual(['parked', 'applied']);
    expect(vectorText(more.state)).toBe(
      'customers/0@1 subscriptions/0@50 wallets/0@101 !wallets/0@0-101#101',
    );
    const document = documentOf(more);
    const answer = document && view(document, at(NOW));
    expect(document?.holes).toEqual([]);
    expect(answer?.summary.next_billing).toEqual([]);
    expect(answer?.summary.quick_actions.has_wallet).toBe(true);
    expect(answer?.reasons).toEqual([
      {
        code: 'many_holes',
        detail: 'at most 101 events of wallets/0 between 0 and 101 are parked',
      },
    ]);
  });

  it('counts nothing in such a range a second time', () => {
    const use: Entry = {
      kind: 'event',
      at: { family: 'wallets', partition: 0, offset: 50 },
      event: aWallet({ version: 9 }),
    };
    const before = foldBatches(ref, [...known, parked(50), [use], parked(60, 51)]);
    const after = foldBatches(ref, [
      ...known,
      parked(50),
      [use],
      parked(60, 51),
      [use],
      parked(60),
    ]);
    expect(after.outcomes.slice(-61)).toEqual(Array.from({ length: 61 }, () => 'redelivered'));
    expect(recordText(after)).toBe(recordText(before));
  });

  it('holds the same bytes in whatever order partitions, batches and repeats come', () => {
    const arbitraryFates = fc.array(fc.boolean(), { minLength: 130, maxLength: 160, size: 'max' });
    fc.assert(
      fc.property(
        arbitraryFates.chain((fates) => {
          const events = fates.map((_, index) =>
            index % 3 === 0
              ? aWallet({ version: index + 1 })
              : index % 3 === 1
                ? aUsage({}, { event_id: `id-${index}` })
                : aSubscription({ version: index + 1 }),
          );
          const log = logOf(events, 2).map((entries, partition) =>
            entries.map((entry, index): Entry =>
              fates[(index * 7 + partition) % fates.length] === true && index % 9 === 0
                ? entry
                : { kind: 'parked', at: entry.at },
            ),
          );
          return fc.tuple(fc.constant(log), arbitraryDelivery(log), arbitraryDelivery(log));
        }),
        ([log, one, other]) => {
          const plain = foldBatches(ref, log);
          expect(plain.state.hole_ranges).not.toEqual({});
          expect(recordText(foldBatches(ref, one.batches))).toBe(recordText(plain));
          expect(recordText(foldBatches(ref, other.batches))).toBe(recordText(plain));
        },
      ),
      { numRuns: 30 },
    );
  });
});
