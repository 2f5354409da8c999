import { type Decision } from '@portal/contracts';
import { type CustomerRef } from '@portal/projection';
import { createMemoryDatabase, createMemoryStore, type DocumentStore } from '@portal/stores';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type ParkedFilter } from '../../src/parked/filter.ts';
import { type DecisionsNow, listParked } from '../../src/parked/listing.ts';
import { anEntry, NOON, REF } from './entries.ts';

const ALL: ParkedFilter = { code: null, family: null, customer: null, since: null, until: null };
const STORM = { family: 'usage', partition: 1, code: 'avro_garbage', field: null } as const;

const accepted = (last_offset: number | null): Decision => ({
  ...{ decision_id: 'd', decision_type: 'parked.accepted', decided_at: 1 },
  ...{ decided_by: 'Ada', reason: 'a test' },
  parked_accepted: { ...STORM, schema_id: null, first_offset: 0, last_offset },
});

describe('what is listed of the parked records', () => {
  let store: DocumentStore;
  beforeEach(() => {
    store = createMemoryStore({ generation: 'g1', database: createMemoryDatabase() });
  });
  const nobodyAsks = (): Promise<DecisionsNow> => {
    throw new Error('nobody has to be asked where there is no storm');
  };
  const known =
    (...decisions: readonly Decision[]) =>
    () =>
      Promise.resolve<DecisionsNow>({ kind: 'known', decisions });

  it('is nothing of an empty store, and nobody is asked for decisions', async () => {
    expect(await listParked(store, ALL, 10, nobodyAsks)).toEqual({
      ...{ records: [], moreRecords: 0, storms: [], moreStorms: 0, counts: [] },
      ...{ beyond: { count: 0, customers: [] }, decisionsProblem: null },
    });
  });

  it('is in order, bounded, and counted whole, however many pages of the store it takes', async () => {
    const many = Array.from({ length: 1_203 }, (_, n) => anEntry(1_202 - n));
    await store.park([...many, anEntry(5, { partition: 10 }), anEntry(7, { family: 'customers' })]);
    const pages: number[] = [];
    const watched: typeof store = {
      ...store,
      parked: async (...given) => {
        const page = await store.parked(...given);
        pages.push(page.length);
        return page;
      },
    };
    const { records, moreRecords, counts } = await listParked(watched, ALL, 3, nobodyAsks);
    expect(records.map(({ family, partition, offset }) => [family, partition, offset])).toEqual([
      ...[
        ['customers', 3, 7],
        ['usage', 3, 0],
        ['usage', 3, 1],
      ],
    ]);
    expect(moreRecords).toBe(1_202);
    expect(counts).toEqual([
      { code: 'contract_invalid', family: 'customers', single: 1, inStorms: 0 },
      { code: 'contract_invalid', family: 'usage', single: 1_204, inStorms: 0 },
    ]);
    expect(pages).toEqual([500, 500, 205, 0]);
  });

  it('is what was asked for alone', async () => {
    await store.park([anEntry(1), anEntry(2, { ref: null }), anEntry(3, { code: 'too_short' })]);
    const filter: ParkedFilter = { ...ALL, customer: REF, code: 'contract_invalid' };
    const { records, moreRecords, counts } = await listParked(store, filter, 10, nobodyAsks);
    expect(records.map(({ offset }) => offset)).toEqual([1]);
    expect([moreRecords, counts.map(({ single }) => single)]).toEqual([0, [1]]);
  });

  it('has storms as one entry each, with what people decided of them', async () => {
    await store.addToStorm(STORM, [5, 6, 9], NOON);
    await store.addToStorm({ ...STORM, partition: 2 }, [1], NOON);
    await store.park([anEntry(1, { code: 'avro_garbage' })]);
    const list = await listParked(store, ALL, 1, known(accepted(null)));
    expect(list.storms).toMatchObject([{ partition: 1, first: 5, last: 9, accepted: true }]);
    expect(list.moreStorms).toBe(1);
    expect(list.counts).toEqual([
      { code: 'avro_garbage', family: 'usage', single: 1, inStorms: 4 },
    ]);
    const narrower = await listParked(store, ALL, 2, known(accepted(8)));
    expect(narrower.storms.map((storm) => storm.accepted)).toEqual([false, false]);
  });

  it('says that nobody knows what was decided, and tells the rest', async () => {
    await store.addToStorm(STORM, [5], NOON);
    const away = { kind: 'unknown', problem: 'Kafka is away' } as const;
    const list = await listParked(store, ALL, 10, () => Promise.resolve(away));
    expect(list.storms.map((storm) => storm.accepted)).toEqual([null]);
    expect(list.decisionsProblem).toBe('Kafka is away');
  });

  it('names customers beyond the limit of holes, as many as are asked for', async () => {
    const refs = ['a', 'b', 'c'].map((name) => name as CustomerRef);
    await store.markBeyond(refs, true);
    const { beyond } = await listParked(store, ALL, 2, nobodyAsks);
    expect(beyond).toEqual({ count: 3, customers: ['a', 'b'] });
  });
});
