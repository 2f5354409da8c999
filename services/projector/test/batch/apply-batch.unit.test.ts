import { type CustomerRef, type Entry } from '@portal/projection';
import {
  aCharge,
  arbitraryDelivery,
  arbitraryEvent,
  aCustomer,
  aSubscription,
  at,
  anErasure,
  differences,
  aUsage,
  failNth,
  foldBatches,
  logOf,
  memoryBench,
  nothingOf,
  type StoreBench,
  storedBy,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyBatch } from '../../src/batch/apply-batch.ts';
import { type CachedState } from '../../src/batch/states.ts';
import { applierOn, byCustomer, expectFolded, foldedAlone, GENERATION } from '../harness.ts';

const arbitraryLog = fc
  .array(arbitraryEvent({ customers: 2 }), { minLength: 1, maxLength: 30 })
  .map((events) => logOf(events));

const applyAll = async (bench: StoreBench, batches: readonly (readonly Entry[])[]) => {
  const applier = applierOn(bench.store(GENERATION));
  for (const batch of batches) await applyBatch(applier, byCustomer(batch), []);
};

describe('applying batches to a store', () => {
  it('ends with the same records and documents whatever the batching, order and redelivery', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryLog.chain((log) => fc.tuple(fc.constant(log), arbitraryDelivery(log))),
        async ([log, { batches }]) => {
          const bench = memoryBench();
          await applyAll(bench, batches);
          await expectFolded(bench, log);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('ends the same when two owners apply the same log at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryLog.chain((log) =>
          fc.tuple(fc.constant(log), arbitraryDelivery(log), arbitraryDelivery(log)),
        ),
        async ([log, first, second]) => {
          const bench = memoryBench();
          await Promise.all([applyAll(bench, first.batches), applyAll(bench, second.batches)]);
          await expectFolded(bench, log);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('loses and doubles nothing when the n-th call to the store fails, for every n', async () => {
    const events = fc.sample(arbitraryEvent({ customers: 2 }), { numRuns: 25, seed: 7 });
    const log = logOf(events);
    const goal = foldedAlone(log);
    const refs = goal.map(({ ref }) => ref);
    for (const when of ['before', 'after'] as const) {
      let failed = true;
      for (let nth = 1; failed; nth += 1) {
        const bench = memoryBench();
        const failing = failNth(bench.store(GENERATION), nth, when);
        const applier = applierOn(failing);
        failed = false;
        for (const batch of log) {
          const grouped = byCustomer(batch);
          await applyBatch(applier, grouped, []).catch(async () => {
            failed = true;
            applier.states.clear();
            await applyBatch(applier, grouped, []);
          });
        }
        expect(differences(await bench.stored(GENERATION, refs), goal)).toEqual([]);
      }
    }
  });

  it('asks the store once for each customer whose events are read again, however many come', async () => {
    const events = fc.sample(arbitraryEvent({ customers: 2 }), { numRuns: 60, seed: 5 });
    const log = logOf(events.filter(({ event_type }) => event_type !== 'customer.erased'));
    const bench = memoryBench();
    await applyAll(bench, log);
    const store = bench.store(GENERATION);
    const asked: string[] = [];
    const applier = applierOn({
      ...store,
      load: (requests) => {
        asked.push(...requests.map(({ ref }) => ref));
        return store.load(requests);
      },
    });
    for (const entry of log.flat()) await applyBatch(applier, byCustomer([entry]), []);
    expect(asked.sort()).toEqual(foldedAlone(log).map(({ ref }) => ref));
    await expectFolded(bench, log);
  });

  it('ends the same whichever states are kept, evicted, dropped or put back from earlier', async () => {
    const seen = { evicted: 0, kept: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc
          .array(arbitraryEvent({ customers: 4 }), { minLength: 10, maxLength: 40 })
          .map((events) => logOf(events)),
        fc.constantFrom(1, 8_000, 20_000, 10_000_000),
        fc.infiniteStream(fc.nat({ max: 3 })),
        async (log, statesBytes, random) => {
          const bench = memoryBench();
          const applier = applierOn(bench.store(GENERATION), statesBytes);
          const earlier = new Map<CustomerRef, CachedState>();
          for (const batch of log) {
            const grouped = byCustomer(batch);
            await applyBatch(applier, grouped, []);
            for (const ref of grouped.keys()) {
              const kept = applier.states.get(ref);
              if (kept === undefined) seen.evicted += 1;
              else seen.kept += 1;
              const before = earlier.get(ref);
              const what = Number(random.next().value);
              if (what === 0) applier.states.drop(ref);
              if (what === 1 && before !== undefined) applier.states.set(ref, before);
              if (what === 2 && kept !== undefined) earlier.set(ref, kept);
            }
          }
          await expectFolded(bench, log);
        },
      ),
      { numRuns: 300 },
    );
    expect(seen.evicted).toBeGreaterThan(300);
    expect(seen.kept).toBeGreaterThan(300);
  });
});

describe('an event the fold cannot take', () => {
  const usageOf = (metric: string, offset: number): Entry => ({
    kind: 'event',
    at: { family: 'usage', partition: 0, offset },
    event: aUsage({ metric_code: metric }, { event_id: `id-${offset}` }),
  });

  it('is parked as a hole, and its neighbours in the batch still count', async () => {
    const bench = memoryBench();
    const store = bench.store(GENERATION);
    const entries = Array.from({ length: 203 }, (_, index) => usageOf(`metric-${index}`, index));
    const again = usageOf('metric-0', 300);
    const applied = await applyBatch(applierOn(store), byCustomer([...entries, again]), []);

    expect(applied.failed.map(({ offset, code }) => [offset, code])).toEqual([
      [200, 'fold_failed'],
      [201, 'fold_failed'],
      [202, 'fold_failed'],
    ]);
    expect(applied.failed[0]?.reason).toContain('metric-200');
    expect(applied.outcomes.filter(({ outcome }) => outcome === 'applied')).toHaveLength(201);
    expect((await store.parked(10)).map(({ offset }) => offset)).toEqual([200, 201, 202]);
    const holes = [...entries, again].map((entry): Entry =>
      applied.failed.some(({ offset }) => offset === entry.at.offset)
        ? { kind: 'parked', at: entry.at }
        : entry,
    );
    const [ref] = [...byCustomer([again]).keys()] as [CustomerRef];
    const [record] = await bench.stored(GENERATION, [ref]);
    expect(record?.vector).toBe('usage/0@300 !usage/0@200 !usage/0@201 !usage/0@202');
    expect(differences([record!], [storedBy(foldBatches(ref, [holes]))])).toEqual([]);
  });

  it('is found among events that need side fields of earlier days', async () => {
    const bench = memoryBench();
    const disk = aCharge({ metric_code: 'disk', aggregation: 'latest', recurring: true });
    const terms = aSubscription({ started_at: at('2026-01-01T00:00:00Z'), charges: [disk] });
    const point = (iso: string, offset: number): Entry => ({
      kind: 'event',
      at: { family: 'usage', partition: 0, offset },
      event: aUsage(
        { metric_code: 'disk', kind: 'point', timestamp: at(iso) },
        { event_id: `disk-${offset}` },
      ),
    });
    const earlier: readonly Entry[] = [
      { kind: 'event', at: { family: 'subscriptions', partition: 0, offset: 0 }, event: terms },
      ...Array.from({ length: 40 }, (_, day) =>
        point(`2026-0${day < 20 ? 5 : 6}-${10 + (day % 20)}T10:00:00Z`, day),
      ),
    ];
    const metrics = Array.from({ length: 200 }, (_, index) =>
      usageOf(`metric-${index}`, 100 + index),
    );
    const next = [
      point('2026-07-20T10:00:00Z', 50),
      ...metrics,
      point('2026-06-15T09:00:00Z', 300),
    ];
    const applier = applierOn(bench.store(GENERATION));
    await applyBatch(applier, byCustomer(earlier), []);
    const applied = await applyBatch(applier, byCustomer(next), []);

    expect(applied.failed.map(({ offset }) => offset)).toEqual([299]);
    const [ref] = [...byCustomer(next).keys()] as [CustomerRef];
    const hole: Entry = { kind: 'parked', at: { family: 'usage', partition: 0, offset: 299 } };
    const folded = foldBatches(ref, [
      earlier,
      next.map((entry) => (entry.at.offset === 299 ? hole : entry)),
    ]);
    expect(differences(await bench.stored(GENERATION, [ref]), [storedBy(folded)])).toEqual([]);
  });
});

describe('an erasure', () => {
  it('also empties a generation that hears of it only when another one has erased already', async () => {
    const bench = memoryBench();
    const [first, second] = [bench.store('g1'), bench.store('g2')];
    const told: Entry = {
      kind: 'event',
      at: { family: 'customers', partition: 0, offset: 0 },
      event: aCustomer(),
    };
    const erased: Entry = {
      kind: 'event',
      at: { family: 'customers', partition: 0, offset: 1 },
      event: anErasure(),
    };
    await applyBatch(applierOn(first), byCustomer([told]), []);
    await applyBatch(applierOn(second), byCustomer([told, erased]), []);
    const { outcomes } = await applyBatch(applierOn(first), byCustomer([erased]), []);

    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['erased']);
    const [ref] = [...byCustomer([told]).keys()] as [CustomerRef];
    const gone = [{ ...nothingOf(ref), erased: true }];
    expect(await bench.stored('g1', [ref])).toEqual(gone);
    expect(await bench.stored('g2', [ref])).toEqual(gone);
  });
});
