import { type Micros } from '@portal/billing';
import {
  type CustomerRef,
  customerRef,
  DEFAULT_SETTINGS,
  type Entry,
  partitionName,
  readPartitionName,
  type TrimmedUsage,
} from '@portal/projection';
import { generationOf } from '@portal/projector';
import { createRedisStore } from '@portal/stores';
import { createKafkaSource, type EventSource, type PartitionRange } from '@portal/streams';
import {
  differences,
  eventually,
  foldBatches,
  storedBy,
  storedCustomers,
  type StoredCustomer,
} from '@portal/testkit';
import { expect } from '@jest/globals';
import { type Corner } from '../e2e/corner.ts';

interface Place extends Pick<Corner, 'kafka' | 'registry' | 'redis' | 'prefix'> {
  /** Default: that of the topics. */
  readonly redisPrefix?: string;
  /** Default: that of this code. */
  readonly generation?: string;
}

const GENERATION = generationOf(DEFAULT_SETTINGS);

/**
 * Once all of the corner's log is folded, its store holds of every customer in it exactly what a fold of
 * that same log from nothing makes: parts, document and every side field, byte for byte. `before` is what topics
 * held that are gone since.
 */
export async function expectFreshFold(corner: Place, before: Batches = []): Promise<void> {
  const { redis: connection, prefix, redisPrefix = prefix, generation = GENERATION } = corner;
  const { ranges, batches } = await logOf(corner);
  await foldedTo(corner, ranges);
  const expected = folded([...before, ...batches], await trimmedIn(corner));
  expect(expected.length).toBeGreaterThan(0);
  const refs = expected.map(({ ref }) => ref);
  const place = { kind: 'redis', connection, prefix: redisPrefix } as const;
  expect(differences(await storedCustomers(place, generation, refs), expected)).toEqual([]);
}

/** What the generation found missing from its usage topic: the log as it is now does not tell it. */
async function trimmedIn({
  redis: connection,
  prefix,
  redisPrefix = prefix,
  generation = GENERATION,
}: Place): Promise<TrimmedUsage> {
  const store = createRedisStore({ connection, prefix: redisPrefix, generation });
  try {
    const checkpoints = [...(await store.checkpoints())];
    return new Map(
      checkpoints.flatMap(([name, { trimmed }]) =>
        trimmed === undefined ? [] : [[readPartitionName(name).partition, trimmed as Micros]],
      ),
    );
  } finally {
    await store.close();
  }
}

/** Everything the corner's topics hold now. */
export async function logOf({ kafka, registry, prefix }: Place): Promise<{
  readonly ranges: readonly PartitionRange[];
  readonly batches: Batches;
}> {
  const source = await createKafkaSource({
    ...{ kafka, registry, prefix, groupId: `${prefix}.nobody` },
    onMissingHistory: () => 'stop',
  });
  try {
    const { ranges } = await source.partitions();
    return { ranges, batches: await batchesOf(source, ranges) };
  } finally {
    await source.close();
  }
}

/** Waits until every partition that holds something is folded to its end. */
export async function foldedTo(
  { redis: connection, prefix, redisPrefix = prefix, generation = GENERATION }: Place,
  ranges: readonly PartitionRange[],
): Promise<void> {
  const store = createRedisStore({ connection, prefix: redisPrefix, generation });
  try {
    await eventually(
      () => store.checkpoints(),
      (checkpoints) =>
        ranges.every(
          (range) =>
            range.begin === range.end ||
            (checkpoints.get(partitionName(range))?.next ?? 0) >= range.end,
        ),
    );
  } finally {
    await store.close();
  }
}

/** Waits until that many records lie below the corner's checkpoints. */
export async function allFolded(
  { redis: connection, prefix, redisPrefix = prefix, generation = GENERATION }: Place,
  count: number,
): Promise<void> {
  const store = createRedisStore({ connection, prefix: redisPrefix, generation });
  try {
    await eventually(
      async () =>
        [...(await store.checkpoints()).values()].reduce((sum, { next }) => sum + next, 0),
      (folded) => folded >= count,
    );
  } finally {
    await store.close();
  }
}

export type Batches = readonly (readonly { readonly ref: CustomerRef; readonly entry: Entry }[])[];

/** The log, one batch a partition. */
async function batchesOf(source: EventSource, ranges: readonly PartitionRange[]): Promise<Batches> {
  const batches: Batches[number][] = [];
  for (const range of ranges) {
    const entries: Batches[number][number][] = [];
    for await (const { records } of source.read(range, range.begin, range.end)) {
      for (const { family, partition, offset, decoded } of records) {
        if (decoded.kind !== 'event') throw new Error(`${family}/${partition}@${offset}: no event`);
        const { event } = decoded;
        const ref = customerRef(event.organization_id, event.customer_id);
        entries.push({ ref, entry: { kind: 'event', at: { family, partition, offset }, event } });
      }
    }
    batches.push(entries);
  }
  return batches;
}

function folded(batches: Batches, trimmed: TrimmedUsage): readonly StoredCustomer[] {
  const refs = [...new Set(batches.flat().map(({ ref }) => ref))];
  return refs.map((ref) => {
    const own = batches.map((batch) =>
      batch.filter((one) => one.ref === ref).map(({ entry }) => entry),
    );
    return storedBy(foldBatches(ref, own, { ...DEFAULT_SETTINGS, trimmed }));
  });
}
