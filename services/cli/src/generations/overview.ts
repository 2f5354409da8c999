import { groupOf } from '@portal/projector';
import {
  createRedisStore,
  feederOf,
  type Measured,
  type StoreDirectory,
  type StoreSnapshot,
} from '@portal/stores';
import { listGroups, kafkaMessageOf } from '@portal/streams';
import { isoOf } from '../iso-of.ts';
import { type AskedStore } from '../store-options.ts';

/** What is known of one generation. */
export interface GenerationRow {
  readonly generation: string;
  readonly live: boolean;
  /** `host:pid` of each running projector that feeds it. */
  readonly fedBy: readonly string[];
  /** ISO instants; null when the store did not keep them yet. */
  readonly firstFed: string | null;
  readonly lastFed: string | null;
  readonly keys: number;
  /** About, from a sample. */
  readonly bytes: number | null;
  /** Event time of the newest event folded; null when there is none. */
  readonly newestEvent: string | null;
  /** Its consumer group, if Kafka knows one; null: there is none, or Kafka was not asked. */
  readonly group: string | null;
}

export interface Overview {
  readonly identity: string | null;
  readonly live: string | null;
  readonly generations: readonly GenerationRow[];
  /** False when not all keys could be read in time: keys and bytes are lower bounds. */
  readonly complete: boolean;
  /** Groups of these topics that belong to another store, or to this one before it was emptied; null: not asked. */
  readonly otherGroups: readonly string[] | null;
  /** Why groups are not known. */
  readonly groupsProblem: string | null;
}

/** How long all keys may be read, milliseconds. */
const MEASURE_MS = 20_000;

export async function overview(where: AskedStore, directory: StoreDirectory): Promise<Overview> {
  const [snapshot, measured, asked] = await Promise.all([
    directory.snapshot(),
    directory.measure(MEASURE_MS),
    groupsOf(where),
  ]);
  const groups = asked.kind === 'known' ? asked.groups : null;
  const names = namesIn(snapshot, measured);
  const newest = await Promise.all(names.map((name) => newestEvent(where, name)));
  const groupFor = (name: string): string | null =>
    snapshot.identity === null ? null : groupOf(where.topicPrefix, snapshot.identity, name);
  const rows = names.map((name, index): GenerationRow => {
    const known = snapshot.generations.find(({ generation }) => generation === name);
    const size = measured.generations.get(name);
    const group = groupFor(name);
    return {
      generation: name,
      live: snapshot.live === name,
      fedBy: snapshot.writers
        .filter(({ generation }) => generation === name)
        .map(({ host, pid }) => `${host}:${pid}`),
      firstFed: known === undefined ? null : isoOf(known.firstFedAt),
      lastFed: known === undefined ? null : isoOf(known.lastFedAt),
      keys: size?.keys ?? 0,
      bytes: size === undefined ? 0 : size.bytes,
      newestEvent: newest[index] ?? null,
      group: group !== null && groups?.includes(group) === true ? group : null,
    };
  });
  const own = new Set(names.map(groupFor));
  return {
    identity: snapshot.identity,
    live: snapshot.live,
    generations: rows,
    complete: measured.complete,
    otherGroups:
      groups?.filter((group) => group.startsWith(`${where.topicPrefix}.`) && !own.has(group)) ??
      null,
    groupsProblem: asked.kind === 'known' ? null : asked.problem,
  };
}

type Groups =
  | { readonly kind: 'known'; readonly groups: readonly string[] }
  | { readonly kind: 'unknown'; readonly problem: string };

/** What the store holds can be told without them. */
async function groupsOf({ kafka, timeoutMs }: AskedStore): Promise<Groups> {
  if (kafka === null) return { kind: 'unknown', problem: 'KAFKA_BROKERS is not set' };
  try {
    return { kind: 'known', groups: await listGroups(kafka, timeoutMs) };
  } catch (error) {
    return { kind: 'unknown', problem: kafkaMessageOf(error) };
  }
}

/** Those that may be removed: neither live nor fed. */
export const unfedIn = (snapshot: StoreSnapshot, measured: Measured): readonly string[] =>
  namesIn(snapshot, measured).filter(
    (name) => name !== snapshot.live && feederOf(snapshot, name) === undefined,
  );

/** Every generation that the store knows of, or holds keys of. */
export const namesIn = (snapshot: StoreSnapshot, measured: Measured): readonly string[] =>
  [
    ...new Set([
      ...snapshot.generations.map(({ generation }) => generation),
      ...measured.generations.keys(),
      ...(snapshot.live === null ? [] : [snapshot.live]),
    ]),
  ].sort();

async function newestEvent(where: AskedStore, generation: string): Promise<string | null> {
  const store = createRedisStore({ ...where.redis, generation, timeoutMs: where.timeoutMs });
  try {
    const times = [...(await store.checkpoints()).values()].flatMap(
      ({ occurredAt }) => occurredAt ?? [],
    );
    return times.length === 0 ? null : isoOf(Math.max(...times) / 1_000);
  } finally {
    await store.close();
  }
}
