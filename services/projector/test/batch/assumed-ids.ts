import { MICROS_PER_DAY, type Micros } from '@portal/billing';
import { type CustomerRef, customerRef, type Entry, isShardField } from '@portal/projection';
import { type DocumentStore } from '@portal/stores';
import {
  at,
  aUsage,
  CUSTOMER,
  differences,
  failNth,
  ORGANIZATION,
  type StoreBench,
} from '@portal/testkit';
import { expect, it } from '@jest/globals';
import { applyBatch } from '../../src/batch/apply-batch.ts';
import { applierOn, byCustomer, expectFolded, foldedAlone, GENERATION } from '../harness.ts';

export const REF: CustomerRef = customerRef(ORGANIZATION, CUSTOMER);
const NEWEST = at('2026-11-10T12:00:00Z');

export const usageAt = (offset: number, id: string, value = '1', day = 0, metric = 'calls') =>
  ({
    kind: 'event',
    at: { family: 'usage', partition: 0, offset },
    event: aUsage(
      { metric_code: metric, value, timestamp: (NEWEST + day * MICROS_PER_DAY) as Micros },
      { event_id: id },
    ),
  }) satisfies Entry;

/** A store that is asked what was assumed, and says of all of it that it is known. */
export const neverAssuming = (store: DocumentStore): DocumentStore => ({
  ...store,
  apply: async (changes) => {
    const results: Awaited<ReturnType<DocumentStore['apply']>>[number][] = [];
    for (const change of changes) {
      results.push(
        ...(change.assumed === undefined ? await store.apply([change]) : (['known'] as const)),
      );
    }
    return results;
  },
});

/** What a projector asks of its store, as words; with the names of the side fields that are loaded. */
export function telling(store: DocumentStore) {
  const said: string[] = [];
  const loaded: string[] = [];
  const told: DocumentStore = {
    ...store,
    load: (requests) => {
      said.push('load');
      loaded.push(...requests.flatMap(({ fields }) => fields));
      return store.load(requests);
    },
    apply: async (changes) => {
      const results = await store.apply(changes);
      said.push(...results);
      return results;
    },
  };
  return { store: told, said, loaded, shards: () => loaded.filter(isShardField) };
}

/** Three batches: new ids, ids of the first among new ones, and all of that once more at later places. */
const first = Array.from({ length: 70 }, (_, index) => usageAt(index, `id-${index}`));
const second = [
  usageAt(70, 'id-7'),
  usageAt(71, 'id-8', '2'),
  ...Array.from({ length: 5 }, (_, index) => usageAt(72 + index, `more-${index}`)),
];
const third = [...first, ...second].map(({ event }, index) => ({
  ...usageAt(100 + index, event.event_id),
  event,
}));
const BATCHES = [first, second, third];
/** 70 and 5 are new, one comes again and one with another content; then all come again. */
const counted = { applied: 75, duplicate: 1 + 76, conflict: 1 + 1 };

const countOutcomes = (outcomes: readonly { readonly outcome: string }[]) =>
  Object.fromEntries(
    Object.keys(counted).map((kind) => [
      kind,
      outcomes.filter(({ outcome }) => outcome === kind).length,
    ]),
  );

export function assumedLaws(open: () => StoreBench): void {
  it.each([
    ['that are taken for absent', (store: DocumentStore) => store],
    ['that are always looked up', neverAssuming],
  ])('count once over several batches, with ids %s', async (_, of) => {
    const bench = open();
    const applier = applierOn(of(bench.store(GENERATION)));
    const outcomes = [];
    for (const batch of BATCHES) {
      outcomes.push(...(await applyBatch(applier, byCustomer(batch), [])).outcomes);
    }
    expect(countOutcomes(outcomes)).toEqual(counted);
    await expectFolded(bench, BATCHES);
  });

  it('count once when the process is killed behind an apply, before it says how far it is', async () => {
    const goal = foldedAlone(BATCHES);
    for (const when of ['before', 'after'] as const) {
      let isOver = false;
      for (let nth = 1; !isOver; nth += 1) {
        const bench = open();
        const failing = failNth(bench.store(GENERATION), nth, when);
        let killedAt = BATCHES.length;
        let applier = applierOn(failing);
        for (const [index, batch] of BATCHES.entries()) {
          await applyBatch(applier, byCustomer(batch), []).catch(() => {
            killedAt = index;
          });
          if (killedAt < BATCHES.length) break;
        }
        isOver = killedAt === BATCHES.length;
        // The next process knows nothing, and begins before what was the last to be folded.
        applier = applierOn(bench.store(GENERATION));
        for (const batch of BATCHES.slice(Math.max(0, killedAt - 1))) {
          await applyBatch(applier, byCustomer(batch), []);
        }
        expect(differences(await bench.stored(GENERATION, [REF]), goal)).toEqual([]);
      }
    }
  });
}
