import { type BillingEvent, customerRef, type Entry, vectorText, view } from '@portal/projection';
import {
  aCustomer,
  aSubscription,
  at,
  aUsage,
  aWallet,
  CUSTOMER,
  documentOf,
  foldBatches,
  givenLog,
  logOf,
  ORGANIZATION,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';

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

  it.each([
    ['2026-09-12T00:00:00Z', 'applied'],
    ['2026-11-10T00:00:00Z', 'late'],
  ])('of usage is judged, when redriven, by the mark of its moment: %s, %s', (mark, outcome) => {
    const use = (iso: string) => aUsage({ timestamp: at(iso) });
    const old = use('2026-09-10T00:00:00Z');
    const all = [aSubscription(), use(mark), old, use('2026-11-20T00:00:00Z')];
    const redriven = logOf(all)
      .flat()
      .filter((entry) => entry.kind === 'event' && entry.event === old);
    const record = foldBatches(ref, [...parking(all, old), redriven]);
    expect(record.outcomes.at(-1)).toBe(outcome);
    expect(record.state.usage.late).toBe(outcome === 'late' ? 1 : 0);
  });
});

describe('a hole before any usage was folded', () => {
  it('keeps every event id until it is closed, so that its own can still be told apart', () => {
    const use = (id: string, iso: string) => aUsage({ timestamp: at(iso) }, { event_id: id });
    const first = use('twice', '2026-08-01T00:00:00Z');
    const usage = [first, use('twice', '2026-08-02T00:00:00Z'), use('new', '2026-11-20T00:00:00Z')];
    const redriven = logOf(usage).flat().slice(0, 1);
    const record = foldBatches(ref, [...parking(usage, first), redriven]);
    expect(record.outcomes).toEqual(['parked', 'applied', 'applied', 'conflict']);
  });
});

describe('a customer with too many holes', () => {
  const parked = (count: number): Entry[] =>
    Array.from({ length: count }, (_, offset) => ({
      kind: 'parked',
      at: { family: 'wallets', partition: 0, offset },
    }));
  const known = logOf([aCustomer(), aSubscription()]);

  it('is frozen by the 101st: it says so, keeps its last answer and folds no more', () => {
    const hundred = foldBatches(ref, [...known, parked(100)]);
    expect(hundred.state.frozen).toBe(false);

    const later = logOf([aSubscription({ version: 2, status: 'terminated' })]).flat();
    const moved = later.map((entry): Entry => ({ ...entry, at: { ...entry.at, offset: 50 } }));
    const frozen = foldBatches(ref, [...known, parked(101), moved]);
    expect(frozen.state.frozen).toBe(true);
    expect(frozen.outcomes.at(-1)).toBe('frozen');
    const document = documentOf(frozen);
    const answer = document && view(document, at(NOW));
    expect(answer?.summary.next_billing).toHaveLength(1);
    expect(answer?.reasons.map(({ code }) => code)).toContain('frozen');
    expect(answer?.reasons).toHaveLength(101);
  });
});
