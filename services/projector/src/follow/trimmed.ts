import { fromMillis, type Micros, toIso } from '@portal/billing';
import {
  type PartitionName,
  partitionName,
  trimmedFrom,
  type TrimmedUsage,
} from '@portal/projection';
import { type Logger } from '@portal/runtime';
import { type DocumentStore, type Checkpoint } from '@portal/stores';
import {
  brokerOffset,
  type EventSource,
  offsetText,
  type PartitionRange,
  type SourceBatch,
} from '@portal/streams';

type Checkpoints = ReadonlyMap<PartitionName, Checkpoint>;

/**
 * What the usage topic did not hold any more when this generation first read it. Each partition's instant is found once,
 * before anything of it is folded, and kept with its checkpoint, so that every process and every later start folds the same.
 */
export interface Trimmed {
  /** What the fold is told; it grows with the calls below and between them stays as it is. */
  readonly usage: TrimmedUsage;
  /** Checks every usage partition that was not checked yet, also those of others: a customer's usage may lie there. */
  take(checkpoints: Checkpoints): Promise<void>;
  /** Before a chunk is folded: where it begins behind `folded`, the log lacked what lies between. */
  before(chunk: SourceBatch, folded: number): Promise<void>;
}

export interface TrimmedOptions {
  readonly source: Pick<EventSource, 'partitions' | 'oldest'>;
  readonly store: Pick<DocumentStore, 'checkpoints' | 'advance'>;
  readonly logger: Logger;
  /** Epoch milliseconds; asked only where the log holds no record that tells a time. */
  readonly now: () => number;
  readonly told: (partition: number, trimmed: Micros) => void;
}

/** How long a source that is away is waited for at a time. */
const PATIENCE_MS = 1_000;

export function createTrimmed({ source, store, logger, now, told }: TrimmedOptions): Trimmed {
  const usage = new Map<number, Micros>();
  const logged = new Set<string>();

  const keep = (found: ReadonlyMap<PartitionName, Micros>): Promise<void> =>
    store.advance(
      new Map([...found].map(([name, trimmed]) => [name, { next: 0, occurredAt: null, trimmed }])),
    );
  const instantOf = (oldest: number | null | undefined): Micros =>
    trimmedFrom(fromMillis(oldest ?? now()));

  const find = async (
    ranges: readonly PartitionRange[],
    checkpoints: Checkpoints,
  ): Promise<void> => {
    const unseen = ranges.filter((range) => {
      const { next = 0, trimmed } = checkpoints.get(partitionName(range)) ?? {};
      return isCut(range) && next === 0 && trimmed === undefined;
    });
    if (unseen.length === 0) return;
    const oldest = await source.oldest(unseen);
    const names = unseen.map(partitionName);
    await keep(new Map(names.map((name) => [name, instantOf(oldest.get(name))])));
  };

  const tell = (ranges: readonly PartitionRange[], checkpoints: Checkpoints): void => {
    for (const range of ranges) {
      const { family, partition, begin } = range;
      const { trimmed } = checkpoints.get(partitionName(range)) ?? {};
      if (trimmed === undefined) continue;
      told(partition, trimmed as Micros);
      const trimmed_at = toIso(trimmed as Micros);
      const line = `${partition} ${trimmed_at}`;
      if (logged.has(line)) continue;
      logged.add(line);
      logger.warn({ family, partition, begin: offsetText(begin), trimmed_at }, TOLD);
    }
  };

  const read = async (
    ranges: readonly PartitionRange[],
    checkpoints: Checkpoints,
  ): Promise<void> => {
    const own = ranges.filter(({ family }) => family === 'usage');
    await find(own, checkpoints);
    const known = await store.checkpoints();
    usage.clear();
    for (const [number, at] of byNumber(ranges, known)) usage.set(number, at);
    tell(own, known);
  };

  return {
    usage,
    take: async (checkpoints) => {
      const { ranges } = await source.partitions(PATIENCE_MS);
      await read(ranges, checkpoints);
    },
    before: async (chunk, folded) => {
      const { family, from, records } = chunk;
      if (family !== 'usage' || from <= folded || brokerOffset(from) === 0) return;
      const { ranges } = await source.partitions(PATIENCE_MS);
      const name = partitionName(chunk);
      const oldest = records[0]?.timestamp ?? (await source.oldest([chunk])).get(name);
      await keep(new Map([[name, instantOf(oldest)]]));
      await read(ranges, await store.checkpoints());
    },
  };
}

const TOLD =
  'usage topic begins above offset 0: lines on all usage since a subscription began are history_trimmed where that is before trimmed_at';

const isCut = ({ begin }: PartitionRange): boolean => brokerOffset(begin) > 0;

/**
 * Events of one key have one partition number in all topics, if these have equally many. Where they have not, a
 * customer's usage may lie anywhere.
 */
function byNumber(ranges: readonly PartitionRange[], checkpoints: Checkpoints): TrimmedUsage {
  const counts = new Map<string, number>();
  for (const { family, partition } of ranges)
    counts.set(family, Math.max(counts.get(family) ?? 0, partition + 1));
  const found = ranges.flatMap((range) => {
    const { trimmed } =
      range.family === 'usage' ? (checkpoints.get(partitionName(range)) ?? {}) : {};
    return trimmed === undefined ? [] : [[range.partition, trimmed as Micros] as const];
  });
  if (found.length === 0 || new Set(counts.values()).size === 1) return new Map(found);
  const latest = Math.max(...found.map(([, at]) => at)) as Micros;
  const all = Array.from({ length: Math.max(...counts.values()) }, (_, number) => number);
  return new Map(all.map((number) => [number, latest]));
}
