import { describe, expect, it } from '@jest/globals';
import { type CustomerRef } from '@portal/projection';
import {
  type StormCause,
  createMemoryDatabase,
  createMemoryStore,
  type DocumentStore,
  type RecordChange,
  StoreUnavailable,
} from '@portal/stores';
import { failNth } from '../src/failing.ts';

const REF =
  '00000000-0000-4000-8000-000000000001:11111111-1111-4111-8111-000000000001' as CustomerRef;

const change = (expected: string, vector: string): RecordChange => ({
  ...{ ref: REF, expected, vector, parts: new Map([['c', vector]]), document: vector },
  ...{ set: new Map<string, string>(), remove: [] },
});

const vectorIn = async (store: DocumentStore) =>
  (await store.load([{ ref: REF, fields: [] }]))[0]?.vector;

const CAUSE: StormCause = {
  ...{ family: 'usage', partition: 0, code: 'avro_garbage', field: null, schema_id: 7 },
};

describe('a store whose n-th call fails', () => {
  it('fails that call before it takes effect, and no other', async () => {
    const real = createMemoryStore({ generation: 'g1' });
    const failing = failNth(real, 2);
    expect(await failing.apply([change('', 'v1')])).toEqual(['applied']);
    expect(failing.fired()).toBe(false);
    await expect(failing.apply([change('v1', 'v2')])).rejects.toBeInstanceOf(StoreUnavailable);
    expect(failing.fired()).toBe(true);
    expect(await vectorIn(real)).toBe('v1');
    expect(await failing.apply([change('v1', 'v2')])).toEqual(['applied']);
  });

  it('can lose the reply of a call that took effect', async () => {
    const real = createMemoryStore({ generation: 'g1' });
    const failing = failNth(real, 1, 'after');
    await expect(failing.apply([change('', 'v1')])).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await vectorIn(real)).toBe('v1');
    expect(await failing.apply([change('', 'v1')])).toEqual(['conflict']);
  });

  it('counts every method', async () => {
    const calls: ((store: DocumentStore) => Promise<unknown>)[] = [
      (store) => store.load([]),
      (store) => store.apply([]),
      (store) => store.erase([]),
      (store) => store.checkpoints(),
      (store) => store.servers(),
      (store) => store.advance(new Map()),
      (store) => store.park([]),
      (store) => store.unpark([]),
      (store) => store.parked(1),
      (store) => store.parkedPage({ family: 'usage', partition: 0 }, 0, 1),
      (store) => store.parkedCount(),
      (store) => store.addToStorm(CAUSE, [1], 0),
      (store) => store.storms(),
      (store) => store.removeStorm({ ...CAUSE, last: 1 }),
      (store) => store.markBeyond([], true),
      (store) => store.beyondCount(),
      (store) => store.beyond(1),
    ];
    for (const n of calls.keys()) {
      const failing = failNth(createMemoryStore({ generation: 'g1' }), n + 1);
      const outcomes = await Promise.allSettled(calls.map((call) => call(failing)));
      expect(outcomes.map(({ status }) => status === 'rejected')).toEqual(
        calls.map((_, index) => index === n),
      );
    }
  });

  it('lets a retrying caller come through every crash point with the same result', async () => {
    for (const when of ['before', 'after'] as const) {
      for (let n = 1; ; n += 1) {
        const real = createMemoryStore({ generation: 'g1', database: createMemoryDatabase() });
        const failing = failNth(real, n, when);
        for (const vector of ['v1', 'v2', 'v3']) await applyUntilDone(failing, vector);
        expect(await vectorIn(real)).toBe('v3');
        if (!failing.fired()) break;
      }
    }
  });
});

/** Folds `vector` on top of whatever is stored, as a projector would. */
async function applyUntilDone(store: DocumentStore, vector: string): Promise<void> {
  for (;;) {
    try {
      const stored = (await vectorIn(store)) ?? '';
      if (stored >= vector) return;
      await store.apply([change(stored, vector)]);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }
}
