/* eslint-disable @typescript-eslint/require-await -- the port waits, memory never has to */
import { randomUUID } from 'node:crypto';
import {
  feederOf,
  type KnownGeneration,
  type LogName,
  type SeenWriter,
  type Size,
  type StoreDirectory,
  type StoreSnapshot,
  WRITER_BELIEVED_MS,
} from './directory.ts';
import { type MemoryDatabase } from './memory.ts';
import { historyNotesOf } from './replies.ts';

export function createMemoryDirectory(options: {
  readonly database: MemoryDatabase;
  readonly believedMs?: number;
}): StoreDirectory {
  const { database, believedMs = WRITER_BELIEVED_MS } = options;
  const snapshot = (): StoreSnapshot => ({
    identity: database.identity,
    live: database.live,
    writers: believed(database, believedMs),
    generations: [...database.known.values()],
  });
  return {
    identity: async () => (database.identity ??= randomUUID()),
    adopt: async () => (database.identity = randomUUID()),
    snapshot: async () => snapshot(),
    async register(writer) {
      const of = [...database.known.values()].find((known) => !isSameLog(known, writer));
      if (of !== undefined) return { kind: 'other_log', of, snapshot: snapshot() };
      const { generation, topicPrefix, clusterId } = writer;
      const now = Date.now();
      const firstFedAt = database.known.get(generation)?.firstFedAt ?? now;
      const known: KnownGeneration = {
        ...{ generation, topicPrefix, clusterId, firstFedAt, lastFedAt: now },
      };
      database.known.set(generation, known);
      database.writers.set(writer.id, { writer, seenAt: now });
      return { kind: 'registered', snapshot: snapshot() };
    },
    historyNotes: async () => historyNotesOf(Object.fromEntries(database.history)),
    async leave({ id }) {
      database.writers.delete(id);
    },
    measure: async () => ({
      generations: new Map(
        [...database.generations.keys()]
          .map((name): readonly [string, Size] => [
            name,
            { keys: keysIn(database, name), bytes: null },
          ])
          .filter(([, { keys }]) => keys > 0),
      ),
      complete: true,
    }),
    async prune(generation, { dryRun = false } = {}) {
      if (database.live === generation) return { kind: 'live' };
      const by = feederOf(snapshot(), generation);
      if (by !== undefined) return { kind: 'fed', by };
      const keys = keysIn(database, generation);
      const own = database.generations.get(generation);
      if (!dryRun && own !== undefined) {
        const { checkpoints, freshness, records, parked, storms, beyond } = own;
        for (const part of [checkpoints, freshness, records, parked, storms, beyond]) part.clear();
      }
      return { kind: 'pruned', keys };
    },
    async forget(generation) {
      database.known.delete(generation);
      for (const field of database.history.keys()) {
        if (field.startsWith(`${generation} `)) database.history.delete(field);
      }
    },
    close: async () => undefined,
  };
}

const isSameLog = (a: LogName, b: LogName): boolean =>
  a.topicPrefix === b.topicPrefix && a.clusterId === b.clusterId;

function believed(database: MemoryDatabase, believedMs: number): readonly SeenWriter[] {
  const now = Date.now();
  return [...database.writers.values()]
    .map(({ writer, seenAt }) => ({ ...writer, ageMs: now - seenAt }))
    .filter(({ ageMs }) => Math.abs(ageMs) <= believedMs);
}

/** As Redis would count them: a record and its document are two. */
function keysIn(database: MemoryDatabase, generation: string): number {
  const own = database.generations.get(generation);
  if (own === undefined) return 0;
  const documents = [...own.records.values()].filter(({ document }) => document !== null).length;
  const withRef = [...own.parked.values()].some(({ ref }) => ref !== null) ? 1 : 0;
  const parked = own.parked.size > 0 ? 2 + withRef : 0;
  const whole = [own.checkpoints, own.freshness, own.storms, own.beyond];
  return own.records.size + documents + parked + whole.filter(({ size }) => size > 0).length;
}
