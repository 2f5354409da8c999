import { type BillingEvent, type Entry } from '@portal/projection';
import {
  aCharge,
  arbitraryDelivery,
  arbitraryEvent,
  arbitraryRecentUsage,
  aSubscription,
  logOf,
  memoryBench,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyBatch } from '../../src/batch/apply-batch.ts';
import { applierOn, byCustomer, expectFolded, GENERATION } from '../harness.ts';
import { assumedLaws, neverAssuming, REF, telling, usageAt } from './assumed-ids.ts';

/** Of one customer, much of it usage, with ids that come again: with the same content, or with another one. */
const arbitraryLog = fc
  .tuple(
    fc.array(arbitraryRecentUsage(), { minLength: 5, maxLength: 40, size: 'max' }),
    fc.array(arbitraryEvent({ customers: 1 }), { maxLength: 5 }),
    fc.infiniteStream(fc.nat({ max: 9 })),
  )
  .map(([usage, others, picks]) => {
    const again = usage.filter(() => picks.next().value < 3);
    const all: readonly BillingEvent[] = [...usage, ...again, ...others];
    return logOf([...all].sort(() => picks.next().value - 5));
  });

const RUNS = Number(process.env['RUNS'] ?? 1_000);

describe('usage events', () => {
  assumedLaws(memoryBench);

  it('end as a fold upon loaded ids does, whatever the store knows, refuses and is given again', async () => {
    const seen = { known: 0, applied: 0 };
    await fc.assert(
      fc.asyncProperty(
        arbitraryLog.chain((log) => fc.tuple(fc.constant(log), arbitraryDelivery(log))),
        fc.infiniteStream(fc.nat({ max: 5 })),
        fc.boolean(),
        async ([log, { batches }], random, keepsHeads) => {
          const bench = memoryBench();
          const store = bench.store(GENERATION);
          const told = telling({
            ...store,
            apply: (changes) =>
              (random.next().value === 0 ? neverAssuming(store) : store).apply(changes),
          });
          const applier = applierOn(told.store, keepsHeads ? 10_000_000 : 1);
          for (const batch of batches) await applyBatch(applier, byCustomer(batch), []);
          for (const word of told.said) if (word in seen) seen[word as keyof typeof seen] += 1;
          await expectFolded(bench, log);
        },
      ),
      { numRuns: RUNS },
    );
    expect(seen.known).toBeGreaterThan(RUNS / 2);
    expect(seen.applied).toBeGreaterThan(seen.known);
  });
});

const known = Array.from({ length: 150 }, (_, index) => usageAt(index, `id-${index}`));

/** A projector that has the customer in memory, 150 ids in three shards; what it asks is told from here on. */
async function knowing(entries: readonly Entry[] = known) {
  const bench = memoryBench();
  const applier = applierOn(bench.store(GENERATION));
  await applyBatch(applier, byCustomer(entries), []);
  const told = telling(bench.store(GENERATION));
  return { bench, told, applier: { ...applier, store: told.store } };
}

describe('one more usage event of a known customer', () => {
  it('loads nothing: neither the cells of its day, which were written last, nor ids', async () => {
    const { bench, told, applier } = await knowing();
    await applyBatch(applier, byCustomer([usageAt(150, 'new')]), []);
    await applyBatch(applier, byCustomer([usageAt(151, 'newer')]), []);
    expect(told).toMatchObject({ said: ['applied', 'applied'], loaded: [] });
    await expectFolded(bench, [known, [usageAt(150, 'new')], [usageAt(151, 'newer')]]);
  });

  it('loads the cells of another day', async () => {
    const { told, applier } = await knowing();
    await applyBatch(applier, byCustomer([usageAt(150, 'new', '1', 1)]), []);
    expect(told).toMatchObject({ said: ['load', 'applied'] });
    expect(told.loaded).toHaveLength(1);
  });

  it('costs two rounds more when its id is known, and loads nothing twice', async () => {
    const { bench, told, applier } = await knowing();
    const again = [usageAt(150, 'id-7')];
    const { outcomes, conflicts } = await applyBatch(applier, byCustomer(again), []);
    expect(told.said).toEqual(['known', 'load', 'applied']);
    expect(told.loaded).toEqual([expect.stringMatching(/^d:\d$/)]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['duplicate']);
    // Another writer is another matter.
    expect(conflicts).toBe(0);
    await expectFolded(bench, [known, again]);
  });

  it('asks for no ids, and writes nothing, when it is read again after a crash', async () => {
    const { bench, told } = await knowing();
    const applier = applierOn(told.store);
    const last = known.slice(-50);
    await applyBatch(applier, byCustomer(last), []);
    expect(told.said).toEqual(['load']);
    await applyBatch(applier, byCustomer(last), []);
    expect(told.said).toEqual(['load']);
    expect(told.shards()).toEqual([]);
    await expectFolded(bench, [known]);
  });

  it('is loaded with the shard that it splits, in one round', async () => {
    const { bench, told, applier } = await knowing();
    const more = Array.from({ length: 60 }, (_, index) => usageAt(150 + index, `more-${index}`));
    await applyBatch(applier, byCustomer(more), []);
    expect(told.said).toEqual(['load', 'applied']);
    expect(told.shards()).toEqual(['d:1']);
    await expectFolded(bench, [known, more]);
  });

  it('is loaded with all its ids when it comes among more than one change may assume', async () => {
    const { bench, told, applier } = await knowing();
    const more = Array.from({ length: 1_001 }, (_, index) => usageAt(150 + index, `more-${index}`));
    await applyBatch(applier, byCustomer(more), []);
    expect(told.said).toEqual(['load', 'applied']);
    expect(told.shards().sort()).toEqual(['d:0', 'd:1', 'd:2']);
    await expectFolded(bench, [known, more]);
  });
});

describe('an event that fails only as a new one', () => {
  const metrics = Array.from({ length: 200 }, (_, n) =>
    usageAt(n, `m-${n}`, '1', 0, `metric-${n}`),
  );
  const conflict = usageAt(200, 'm-7', '1', 0, 'one metric too many');

  it.each(['in memory', 'not in memory'])('is no hole: its customer is %s', async (where) => {
    const { bench, told, applier } = await knowing(metrics);
    const on = where === 'in memory' ? applier : applierOn(told.store);
    const { failed, outcomes } = await applyBatch(on, byCustomer([conflict]), []);
    expect([failed, outcomes]).toEqual([[], [{ family: 'usage', outcome: 'conflict' }]]);
    await expectFolded(bench, [metrics, [conflict]]);
  });

  it('is a hole when its id is new', async () => {
    const { bench, applier } = await knowing(metrics);
    const fresh = usageAt(201, 'fresh', '1', 0, 'one metric too many');
    const { failed } = await applyBatch(applier, byCustomer([conflict, fresh]), []);
    expect(failed.map(({ offset }) => offset)).toEqual([201]);
    const [record] = await bench.stored(GENERATION, [REF]);
    expect(record?.vector).toBe('usage/0@201 !usage/0@201');
  });
});

describe('a store that knows what nobody assumed', () => {
  it('ends the batch with an error that names the customer', async () => {
    const store = memoryBench().store(GENERATION);
    const apply = () => Promise.resolve(['known' as const]);
    const told: Entry = {
      kind: 'event',
      at: { family: 'subscriptions', partition: 0, offset: 0 },
      event: aSubscription({ charges: [aCharge({})] }),
    };
    await expect(
      applyBatch(applierOn({ ...store, apply }), byCustomer([told]), []),
    ).rejects.toThrow(REF);
  });
});
