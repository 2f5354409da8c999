import { messageOf, sleep } from '@portal/async';
import { type PartitionName, partitionName } from '@portal/projection';
import { type StreamNotice } from '../notice.ts';
import { type EventSource, type Following, type SourceBatch } from '../port.ts';
import { followLog } from './follow.ts';
import { createMemoryLog, type MemoryLog } from './memory-log.ts';
import { emptyTally, type FileRecord, type ReadOptions, type Tally } from './intake.ts';
import { createTail } from './tail.ts';

export interface NdjsonSourceOptions extends ReadOptions {
  /** Files, text or gzip, folders of them, and `-` for the standard input: read once. */
  readonly paths: readonly string[];
  /** As `paths`, read after them and then on: files may grow, folders may get more files. */
  readonly growing?: readonly string[];
  /** Partitions of each family; 6 when absent. */
  readonly partitions?: number;
  readonly onNotice?: (notice: StreamNotice) => void;
  /** Most records in one batch. */
  readonly batchRecords?: number;
  /** How often growing files are checked, in milliseconds. */
  readonly pollMs?: number;
}

export interface NdjsonSource extends EventSource {
  /** Resolves when a follower committed everything the files held when they were first read. */
  readonly delivered: Promise<void>;
  /** What came of the lines that were read so far. */
  readonly tally: Readonly<Tally>;
}

const PARTITIONS = 6;
const BATCH_RECORDS = 500;
const POLL_MS = 100;
/** The pause between two checks is this many times as long as a check took. */
const PAUSE_FACTOR = 10;

/**
 * NDJSON files as a source. The files are read on first use and kept in memory, decoded: made for
 * samples, tests and dumps of some hundred thousand events. What the files hold is the whole log, so every
 * partition begins at 0. Every method rejects when a path does not exist.
 */
export function createNdjsonSource(options: NdjsonSourceOptions): NdjsonSource {
  const log = createMemoryLog(options.partitions ?? PARTITIONS);
  const batchRecords = options.batchRecords ?? BATCH_RECORDS;
  const closing = new AbortController();
  const committed = new Map<PartitionName, number>();
  const followings = new Set<Following & { appended(): void }>();
  const delivery = watchDelivery(log, committed);
  const tally = emptyTally();
  const appended = (): void => {
    for (const following of followings) following.appended();
  };

  let loading: Promise<void> | null = null;
  let polling: Promise<void> = Promise.resolve();
  const loaded = (): Promise<void> => {
    loading ??= load();
    return loading;
  };
  const load = async (): Promise<void> => {
    const shared = { ...options, tally, onRecord: ({ record }: FileRecord) => log.append(record) };
    const { paths, growing = [] } = options;
    // A path that is given both ways is read once, as a growing one.
    const fixed = paths.filter((path) => !growing.includes(path));
    await createTail({ ...shared, paths: fixed, growing: false }).load();
    const tail = createTail({ ...shared, paths: growing, growing: true });
    await tail.load();
    log.seal();
    delivery.given();
    if (growing.length > 0) {
      polling = pollAgainAndAgain(
        () => tail.poll(),
        options.pollMs ?? POLL_MS,
        closing.signal,
        appended,
      );
    }
  };

  return {
    delivered: delivery.done,
    tally,
    partitions: async () => {
      await loaded();
      return { ranges: log.ranges(), missing: [] };
    },
    oldest: (of) => Promise.resolve(new Map(of.map((at) => [partitionName(at), null]))),
    decisions: () => Promise.resolve([]),
    read: (at, from, to) => readLog(loaded, log, batchRecords, at, from, to),
    follow: async (follower) => {
      await loaded();
      const following = await followLog(
        {
          ...{ log, batchRecords, committed, moved: delivery.check },
          partitions: options.partitions ?? PARTITIONS,
          failed: ({ family, partition }, error) => {
            const reason = messageOf(error);
            options.onNotice?.({ kind: 'batch_failed', family, partition, reason });
          },
        },
        follower,
      );
      followings.add(following);
      return following;
    },
    close: async () => {
      closing.abort();
      await polling;
      await Promise.all([...followings].map((following) => following.stop()));
    },
  };
}

/** Whether everything that was there at first is committed. */
function watchDelivery(
  log: MemoryLog,
  committed: ReadonlyMap<PartitionName, number>,
): { readonly done: Promise<void>; readonly given: () => void; readonly check: () => void } {
  let ends: readonly [PartitionName, number][] | null = null;
  let resolve: () => void = () => undefined;
  const done = new Promise<void>((resolved) => {
    resolve = resolved;
  });
  return {
    done,
    given: () => {
      ends = log.ranges().map((range) => [partitionName(range), range.end]);
    },
    check: () => {
      if (ends?.every(([name, end]) => (committed.get(name) ?? 0) >= end) === true) resolve();
    },
  };
}

async function pollAgainAndAgain(
  poll: () => Promise<void>,
  everyMs: number,
  signal: AbortSignal,
  appended: () => void,
): Promise<void> {
  while (!signal.aborted) {
    const began = performance.now();
    await poll();
    appended();
    // Reading large folders must not take a whole core.
    await sleep(Math.max(everyMs, PAUSE_FACTOR * (performance.now() - began)), signal);
  }
}

async function* readLog(
  loaded: () => Promise<void>,
  log: MemoryLog,
  batchRecords: number,
  at: Parameters<EventSource['read']>[0],
  from: number,
  to: number,
): AsyncGenerator<SourceBatch> {
  await loaded();
  let position = from;
  while (position < to) {
    const batch = log.batch(at, position, to, batchRecords);
    if (batch === null) return;
    yield batch;
    position = batch.next;
  }
}
