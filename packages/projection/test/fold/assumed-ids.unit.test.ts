import { MICROS_PER_DAY, type Micros } from '@portal/billing';
import {
  ASSUMED_ROWS_MAX,
  type BillingEvent,
  customerRef,
  DEFAULT_SETTINGS,
  type Entry,
  fold,
  type Folded,
  foreseenFields,
  isShardField,
} from '@portal/projection';
import {
  aCharge,
  aSubscription,
  at,
  aUsage,
  CUSTOMER,
  documentOf,
  emptyRecord,
  foldBatch,
  markOn,
  ORGANIZATION,
  type TestRecord,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SWEEP_DAYS } from '../../src/fold/usage/event-ids.ts';
import { METRICS_MAX } from '../../src/fold/usage/metrics.ts';
import { foldAssuming, stored } from './assuming.ts';

const ref = customerRef(ORGANIZATION, CUSTOMER);
const NEWEST = at('2026-11-10T12:00:00Z');

/** The next offset is told by the place in a batch: of each record only what comes behind it is folded. */
const entryAt = (event: BillingEvent, offset: number): Entry => ({
  kind: 'event',
  at: { family: event.family, partition: 0, offset },
  event,
});
const usage = (id: string, day: number, value = '1', metric = 'calls') =>
  aUsage(
    { metric_code: metric, value, timestamp: (NEWEST + day * MICROS_PER_DAY) as Micros },
    { event_id: id },
  );
const manyUsage = (name: string, count: number, day: number): readonly BillingEvent[] =>
  Array.from({ length: count }, (_, index) => usage(`${name}-${index}`, day));

let offset = 0;
const next = (event: BillingEvent): Entry => entryAt(event, (offset += 1));

const gauge = aSubscription({
  started_at: at('2025-01-01T00:00:00Z'),
  charges: [aCharge({ metric_code: 'calls', aggregation: 'sum', properties: { amount: '1' } })],
});

/** Records with ids in one and in several shards, living and dead. */
const few = foldBatch(emptyRecord(ref), [gauge, ...manyUsage('old', 10, 0)].map(next));
const several = foldBatch(emptyRecord(ref), [gauge, ...manyUsage('old', 150, 0)].map(next));
// The newest days lie so far behind that `old` is dead, and the sweep came by one of four shards at most.
const dying = foldBatch(
  foldBatch(emptyRecord(ref), [gauge, ...manyUsage('old', 200, -410)].map(next)),
  [...manyUsage('young', 40, 0), ...markOn('2026-11-10')].map(next),
);
// Each fold sweeps the shards of one day in 64: here those of the next folds.
let sweeping = dying;
while (sweeping.state.usage.ids.swept % SWEEP_DAYS !== SWEEP_DAYS - 1) {
  sweeping = foldBatch(sweeping, [next(usage(`then-${sweeping.folds}`, 0))]);
}
const records = { empty: emptyRecord(ref), few, several, dying, sweeping };

const arbitraryUsage = fc
  .record({
    id: fc.oneof(
      fc.nat({ max: 199 }).map((n) => `old-${n}`),
      fc.nat({ max: 30 }).map((n) => `new-${n}`),
    ),
    // Today and about, before the horizon, at its edge, and so late that a batch takes the mark along.
    day: fc.oneof(
      fc.constantFrom(0, 0, 0, 1, 2, 3),
      fc.constantFrom(-410, -405, -402, -401, -400, -399),
      fc.constantFrom(401, 402, 403, 404, 405),
    ),
    value: fc.constantFrom('1', '1', '1', '2'),
    metric: fc.constantFrom('calls', 'calls', 'other'),
  })
  .map(({ id, day, value, metric }) => usage(id, day, value, metric));

/** Many ids at once let a shard grow too long. */
const arbitraryBatch = fc.oneof(
  { weight: 5, arbitrary: fc.array(arbitraryUsage, { maxLength: 8 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.array(arbitraryUsage, { maxLength: 4 }), fc.integer({ min: 30, max: 140 }))
      .map(([some, count]) => [...some, ...manyUsage('bulk', count, 1), ...some]),
  },
);

const RUNS = Number(process.env['RUNS'] ?? 1_000);

describe('a fold that takes event ids for absent', () => {
  it('ends as one upon loaded ids does, byte for byte, whatever comes in which batches and is loaded', () => {
    const seen = { held: 0, mistaken: 0 };
    fc.assert(
      fc.property(
        fc.constantFrom<keyof typeof records>('empty', 'few', 'several', 'dying', 'sweeping'),
        fc.array(arbitraryBatch, { minLength: 1, maxLength: 5 }),
        fc.infiniteStream(fc.boolean()),
        (start, batches, isLoaded) => {
          let [loaded, assumed]: [TestRecord, TestRecord] = [records[start], records[start]];
          let from = 1_000_000;
          for (const batch of batches) {
            const entries = batch.map((event) => entryAt(event, (from += 1)));
            loaded = foldBatch(loaded, entries);
            const step = foldAssuming(assumed, entries, () => isLoaded.next().value === true);
            assumed = step.record;
            seen[step.held ? 'held' : 'mistaken'] += 1;
            // The ids too, dead ones, their shards and their number: an assumption leaves no trace.
            expect(stored(assumed)).toEqual(stored(loaded));
            expect(assumed.outcomes).toEqual(loaded.outcomes);
            expect(JSON.stringify(documentOf(assumed))).toBe(JSON.stringify(documentOf(loaded)));
          }
        },
      ),
      { numRuns: RUNS },
    );
    // Neither is rare: the law speaks of both.
    expect(Math.min(seen.held, seen.mistaken)).toBeGreaterThan(RUNS / 10);
  });

  it('needs no field of ids for a few new ones, and says which it took for absent', () => {
    const entries = [next(usage('one', 0)), next(usage('two', 1))];
    expect(foreseenFields(entries, several.state, true).filter(isShardField)).toEqual([]);
    const { folded, names } = foldAssuming(several, entries, () => false);
    expect(names.filter(isShardField)).toEqual([]);
    expect([...folded.set.keys()].filter(isShardField)).toEqual([]);
    expect([...(folded.assumed?.values() ?? [])].flat()).toHaveLength(2);
  });

  it('assumes nothing of a loaded shard, and nothing where it may not', () => {
    const entries = [next(usage('one', 0))];
    const isEvery = foldAssuming(several, entries, () => true);
    expect(isEvery.folded.assumed).toBeNull();
    expect([...isEvery.folded.set.keys()].filter(isShardField)).toHaveLength(1);
    const asked = fold(several.state, new Map(), entries, DEFAULT_SETTINGS);
    expect(asked.kind === 'needs' && asked.fields.filter(isShardField)).toHaveLength(1);
  });

  it('sees by itself what comes twice in one batch', () => {
    const twice = [usage('one', 0), usage('one', 0), usage('one', 0, '2')].map(next);
    const { folded } = foldAssuming(several, twice, () => false);
    expect(folded.outcomes).toEqual(['applied', 'duplicate', 'conflict']);
    expect([...(folded.assumed?.values() ?? [])].flat()).toHaveLength(1);
  });

  it('asks for a shard that is split, and foresees it', () => {
    const full = foldBatch(emptyRecord(ref), manyUsage('old', 64, 0).map(next));
    const entries = [next(usage('one more', 0))];
    expect(foreseenFields(entries, full.state, true)).toContain('d:0');
    const asked = fold(full.state, new Map([['u:20767:calls', null]]), entries, ...MAY);
    expect(asked).toMatchObject({ kind: 'needs', fields: ['d:0'] });
    expect(foreseenFields(entries, few.state, true).filter(isShardField)).toEqual([]);
  });

  it('asks for the ids when there are more than one change may assume', () => {
    const most = manyUsage('most', ASSUMED_ROWS_MAX, 1).map(next);
    const large = foldBatch(several, manyUsage('large', 5_000, 1).map(next));
    const { shards } = large.state.usage.ids;
    const splits = foreseenFields(most, large.state, true).filter(isShardField);
    expect(splits.length).toBeLessThan(shards / 2);
    const more = [...most, next(usage('one more', 1))];
    expect(foreseenFields(more, large.state, true)).toEqual(foreseenFields(more, large.state));
    // Who did not foresee it is asked all the same.
    const twice = manyUsage('twice', 2 * ASSUMED_ROWS_MAX, 1).map(next);
    const asked = fold(large.state, new Map(), twice, ...MAY);
    const everything = fold(large.state, new Map(), twice, DEFAULT_SETTINGS);
    const shardsOf = (folded: Folded): readonly string[] =>
      folded.kind === 'needs' ? folded.fields.filter(isShardField).sort() : [];
    expect(shardsOf(asked)).toEqual(shardsOf(everything));
    expect(shardsOf(asked).length).toBeGreaterThan(shards / 2);
  });
});

const MAY = [DEFAULT_SETTINGS, true] as const;

describe('a fold that fails', () => {
  it('asks for what it lacks first: a known id is no new metric, however many there are', () => {
    const metrics = Array.from({ length: METRICS_MAX }, (_, n) =>
      usage(`m-${n}`, 0, '1', `m-${n}`),
    );
    const full = foldBatch(emptyRecord(ref), metrics.map(next));
    const conflict = [next(usage('m-7', 0, '1', 'one too many'))];
    expect(() => fold(full.state, new Map(), conflict, ...MAY)).toThrow('one too many');
    const asked = fold(full.state, new Map(), conflict, DEFAULT_SETTINGS);
    expect(asked.kind === 'needs' && asked.fields.filter(isShardField)).toHaveLength(1);
    expect(foldBatch(full, conflict).outcomes.at(-1)).toBe('conflict');
  });
});
