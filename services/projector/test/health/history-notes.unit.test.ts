import { type Decision } from '@portal/contracts';
import { type PartitionName } from '@portal/projection';
import { createMemoryDatabase, createMemoryDirectory, createMemoryStore } from '@portal/stores';
import { type Held } from '@portal/streams';
import { describe, expect, it } from '@jest/globals';
import { type Storm } from '@portal/stores';
import { isAccepted } from '../../src/store/accepted.ts';
import { createHistoryNotes, waitingPartitions } from '../../src/health/history-notes.ts';

const changed = (partition: number, detail = 'made again'): Held => ({
  ...{ family: 'usage', partition, detail, since: 5, why: 'history_changed' },
  found: { kind: 'shorter', history: 0, wanted: 40, begin: 0, end: 12 },
});
const away: Held = { family: 'usage', partition: 0, detail: '', since: 1, why: 'registry_away' };

function notesOf() {
  const database = createMemoryDatabase();
  const store = createMemoryStore({ generation: 'g1', database });
  const directory = createMemoryDirectory({ database });
  const now = { ms: 1_000, held: [] as Held[], own: ['usage/0', 'usage/1'] as PartitionName[] };
  const writes: number[] = [];
  const stored = { isAway: false };
  const write = createHistoryNotes({
    following: { held: () => now.held },
    owned: { positions: () => new Map(now.own.map((name) => [name, 0] as const)) },
    store: {
      noteHistory: (notes) => {
        if (stored.isAway) return Promise.reject(new Error('away'));
        writes.push(notes.size);
        return store.noteHistory(notes);
      },
    },
    now: () => now.ms,
  });
  const told = async () => {
    await write();
    return (await waitingPartitions(directory)).map(({ partition, generation: _, ...note }) => [
      partition,
      note,
    ]);
  };
  return { now, told, store, writes, stored };
}

describe('what is noted for people', () => {
  it('are own partitions that wait for them, until they do not', async () => {
    const { now, told } = notesOf();
    expect(await told()).toEqual([]);
    now.held = [changed(1), away];
    const { detail, since } = changed(1);
    const found = { kind: 'shorter', history: 0, wanted: 40, begin: 0, end: 12 };
    expect(await told()).toEqual([['usage/1', { found, detail, since, seen: 1_000 }]]);
    now.held = [];
    expect(await told()).toEqual([]);
  });

  it('takes away what a process before it left, and nothing of partitions of others', async () => {
    const { told, store } = notesOf();
    await store.noteHistory(
      new Map([
        ['usage/0', '{}'],
        ['usage/7', '{}'],
      ]),
    );
    expect(await told()).toEqual([['usage/7', {}]]);
  });

  it('is written when it changes and once a minute, not each time', async () => {
    const { now, told, writes } = notesOf();
    now.held = [changed(1)];
    for (let again = 0; again < 5; again += 1) await told();
    expect(writes).toEqual([2]);
    now.ms += 60_000;
    expect(await told()).toMatchObject([['usage/1', { seen: 61_000 }]]);
    now.held = [changed(1, 'trimmed')];
    await told();
    expect(writes).toEqual([2, 1, 1]);
  });

  it('is written the next time when the store is away', async () => {
    const { now, told, stored } = notesOf();
    now.held = [changed(1)];
    stored.isAway = true;
    expect(await told()).toEqual([]);
    stored.isAway = false;
    expect(await told()).toMatchObject([['usage/1', {}]]);
  });
});

describe('parked records that somebody lives with', () => {
  const decision = (change: object = {}): Decision => ({
    ...{ decision_id: 'd', decision_type: 'parked.accepted', decided_at: 1 },
    ...{ decided_by: 'Ada', reason: 'r' },
    parked_accepted: {
      ...{ family: 'usage', partition: 3, code: 'contract_invalid', field: 'usage.value' },
      ...{ schema_id: 7, first_offset: 10, last_offset: 20, ...change },
    },
  });
  const cause: Storm = {
    ...{ family: 'usage', partition: 3, code: 'contract_invalid', field: 'usage.value' },
    ...{ schema_id: 7, first: 10, last: 20, count: 11, firstSeen: 0, lastSeen: 0 },
  };

  it('are those of the cause that was accepted, all of them', () => {
    expect(isAccepted([decision()], cause)).toBe(true);
    expect(isAccepted([decision({ field: null, schema_id: null })], cause)).toBe(true);
    expect(isAccepted([decision({ last_offset: null })], { ...cause, last: 1e9 })).toBe(true);
    expect(isAccepted([], cause)).toBe(false);
    for (const change of [
      { partition: 2 },
      { family: 'wallets' },
      { code: 'avro_garbage' },
      { field: 'usage.kind' },
      { schema_id: 8 },
      { first_offset: 11 },
      { last_offset: 19 },
    ]) {
      expect(isAccepted([decision(change)], cause)).toBe(false);
    }
  });
});
