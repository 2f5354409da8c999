/* eslint-disable @typescript-eslint/require-await -- the port waits, memory never has to */
import { type CustomerRef, type PartitionName, type Parts } from '@portal/projection';
import { withAssumed } from './assumed.ts';
import { checkChange } from './check-change.ts';
import { type KnownGeneration, type Writer } from './directory.ts';
import { parkedIn, type ParkedPart } from './memory-parked.ts';
import {
  type ApplyResult,
  type DocumentReader,
  type DocumentStore,
  type Freshness,
  type GenerationPointer,
  type LoadedRecord,
  type LoadRequest,
  type RecordChange,
  type Checkpoint,
} from './port.ts';

/** What several generations, their readers and the pointer share: the memory's "server". */
export interface MemoryDatabase {
  live: string | null;
  readonly erased: Set<CustomerRef>;
  /** `generation partition` → note. */
  readonly history: Map<string, string>;
  readonly generations: Map<string, Generation>;
  identity: string | null;
  /** With the time each was last heard of, epoch milliseconds. */
  readonly writers: Map<string, { readonly writer: Writer; readonly seenAt: number }>;
  readonly known: Map<string, KnownGeneration>;
}

interface Generation extends ParkedPart {
  readonly records: Map<CustomerRef, Kept>;
  readonly checkpoints: Map<PartitionName, Checkpoint>;
  readonly freshness: Map<PartitionName, Freshness>;
}

interface Kept {
  vector: string;
  readonly parts: Parts;
  document: string | null;
  readonly fields: Map<string, string>;
}

export const createMemoryDatabase = (): MemoryDatabase => ({
  live: null,
  erased: new Set(),
  history: new Map(),
  generations: new Map(),
  identity: null,
  writers: new Map(),
  known: new Map(),
});

/** A generation in this process: the embedded default, and the reference the Redis store is held to. */
export function createMemoryStore(options: {
  readonly generation: string;
  readonly database?: MemoryDatabase;
}): DocumentStore {
  const { generation, database = createMemoryDatabase() } = options;
  const own = database.generations.get(generation) ?? emptyGeneration();
  database.generations.set(generation, own);
  return {
    generation,
    load: async (requests) => requests.map((request) => load(database, own, request)),
    async apply(changes) {
      changes.forEach(checkChange);
      return changes.map((change) => apply(database, own, change));
    },
    async erase(refs) {
      for (const ref of refs) {
        database.erased.add(ref);
        own.records.delete(ref);
        own.beyond.delete(ref);
        for (const [place, entry] of own.parked) if (entry.ref === ref) own.parked.delete(place);
      }
    },
    checkpoints: async () => new Map(own.checkpoints),
    servers: async () => new Set(['memory']),
    async advance(checkpoints) {
      for (const [name, checkpoint] of checkpoints)
        own.checkpoints.set(name, later(own.checkpoints.get(name), checkpoint));
    },
    async refresh(told) {
      const merged = new Map(
        [...told].map(([name, each]) => [name, fresher(own.freshness.get(name), each)] as const),
      );
      for (const [name, each] of merged) own.freshness.set(name, each);
      return merged;
    },
    ...parkedIn(own),
    async noteHistory(notes) {
      for (const [partition, note] of notes) {
        if (note === null) database.history.delete(`${generation} ${partition}`);
        else database.history.set(`${generation} ${partition}`, note);
      }
    },
    close: async () => undefined,
  };
}

/** Never `down` but when no generation is live. */
export function createMemoryReader(options: { readonly database: MemoryDatabase }): DocumentReader {
  const { database } = options;
  return {
    async document(ref, { withRecord } = { withRecord: [] }) {
      const generation = database.live;
      if (generation === null) return { kind: 'down', reason: 'no generation is live yet' };
      const record = database.generations.get(generation)?.records.get(ref);
      if (record === undefined || record.document === null) return { kind: 'missing', generation };
      const { document, vector } = record;
      const parts = new Map([...record.parts].filter(([name]) => withRecord.includes(name)));
      const wanted = withRecord.length === 0 ? null : { vector, parts };
      return { kind: 'found', generation, document, record: wanted };
    },
    async freshness() {
      if (database.live === null) return null;
      return new Map(database.generations.get(database.live)?.freshness);
    },
    isWatching: () => false,
    close: async () => undefined,
  };
}

export function createMemoryPointer(options: {
  readonly database: MemoryDatabase;
}): GenerationPointer & { close(): Promise<void> } {
  const { database } = options;
  return {
    live: async () => database.live,
    async switch(expected, generation) {
      if (database.live !== expected) return false;
      database.live = generation;
      return true;
    },
    close: async () => undefined,
  };
}

const emptyGeneration = (): Generation => ({
  records: new Map(),
  checkpoints: new Map(),
  freshness: new Map(),
  parked: new Map(),
  storms: new Map(),
  beyond: new Set(),
});

function load(
  database: MemoryDatabase,
  own: Generation,
  { ref, fields }: LoadRequest,
): LoadedRecord {
  const erased = database.erased.has(ref);
  const record = erased ? undefined : own.records.get(ref);
  const found = new Map<string, string>();
  for (const name of fields) {
    const value = record?.fields.get(name);
    if (value !== undefined) found.set(name, value);
  }
  const parts = new Map(record?.parts);
  return { ref, vector: record?.vector ?? '', parts, fields: found, erased };
}

function apply(database: MemoryDatabase, own: Generation, change: RecordChange): ApplyResult {
  const { ref, expected, vector, document } = change;
  if (database.erased.has(ref)) return 'erased';
  const before = own.records.get(ref);
  if ((before?.vector ?? '') !== expected) return 'conflict';
  const shards = change.assumed === undefined ? NONE : withAssumed(before?.fields, change.assumed);
  if (shards === null) return 'known';
  const kept = change.replace === true ? undefined : before;
  const parts = new Map([...(kept?.parts ?? []), ...change.parts]);
  const fields = kept?.fields ?? new Map<string, string>();
  for (const name of change.remove) fields.delete(name);
  for (const [name, value] of [...change.set, ...shards]) fields.set(name, value);
  own.records.set(ref, { vector, parts, document, fields });
  return 'applied';
}

const NONE: ReadonlyMap<string, string> = new Map();

function later(before: Checkpoint | undefined, checkpoint: Checkpoint): Checkpoint {
  if (before === undefined) return checkpoint;
  const times = [before.occurredAt, checkpoint.occurredAt].filter((time) => time !== null);
  const isBehind = checkpoint.next < before.next;
  const replay = isBehind ? before.replay : (checkpoint.replay ?? before.replay);
  const last = isBehind ? before.last : (checkpoint.last ?? before.last);
  const trimmed = [before.trimmed, checkpoint.trimmed].filter((at) => at !== undefined);
  return {
    next: Math.max(before.next, checkpoint.next),
    occurredAt: times.length === 0 ? null : Math.max(...times),
    ...(replay === undefined ? {} : { replay }),
    ...(last === undefined ? {} : { last }),
    ...(trimmed.length === 0 ? {} : { trimmed: Math.max(...trimmed) }),
  };
}

function fresher(before: Freshness | undefined, told: Freshness): Freshness {
  if (before === undefined) return told;
  const known = [before.asOf, told.asOf].filter((asOf) => asOf !== null);
  const seenLast = before.seenAt > told.seenAt ? before : told;
  return { ...seenLast, asOf: known.length === 0 ? null : Math.max(...known) };
}
