import { singleFlight } from '@portal/async';
import { type PartitionName, partitionName, type Settings } from '@portal/projection';
import { type Logger, type Readiness, type Registry } from '@portal/runtime';
import { type DocumentStore, type GenerationPointer, type ParkedEntry } from '@portal/stores';
import { type EventSource, historyOf, type SourceBatch, type SourceRecord } from '@portal/streams';
import { type Applier } from './batch/apply-batch.ts';
import { createFollower } from './follow/follower.ts';
import { createFreshnessWatch } from './follow/freshness.ts';
import { createStates } from './batch/states.ts';
import { heal } from './heal/heal.ts';
import { createHistoryNotes } from './health/history-notes.ts';
import { createProjectorMetrics, type ProjectorMetrics } from './metrics/metrics.ts';
import { createOwned } from './follow/owned.ts';
import { type Beat, type Goal, startPulse } from './health/pulse.ts';
import { judge, readinessLog } from './health/readiness.ts';
import { type Presence } from './store/presence.ts';
import { createStoreCheck, type StoreCheck, StoreWentBack } from './store/store-check.ts';
import { createStallWatch, type PartitionProgress, type Progress } from './follow/stalls.ts';
import { createStormWatch, STORM } from './follow/storms.ts';
import { createTrimmed } from './follow/trimmed.ts';
import { createWitness } from './store/witness.ts';

export interface ProjectorOptions {
  readonly source: EventSource;
  readonly store: DocumentStore;
  readonly settings: Settings;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** The clock of those who read, when it is another one. */
  readonly readersNow?: () => number;
  readonly pointer: GenerationPointer;
  /** What becomes of the generation, as it is decided now. */
  readonly goal: () => Goal;
  /** Called once when the projector ended by itself and cannot go on. */
  readonly ended: (reason: string) => void;
  /** Customers whose state stays in memory. */
  readonly statesBytes?: number;
  /** How much of the last work is done again at each start, milliseconds. */
  readonly replaySlackMs?: number;
  /** Whether it closes holes whose cause is gone, and tells storms of parked records: not over files. */
  readonly heals: boolean;
  /** Hears, beside the log, of each event that the fold could not take. */
  readonly refused?: (entry: ParkedEntry) => void;
  /** Its place among those that write to the store; null where nobody else can. */
  readonly presence: Pick<Presence, 'beat'> | null;
}

export interface Projector {
  /**
   * Ready while it follows and has a place among the members, source and store answer, the store takes writes, readers
   * use its generation or will, and each of its own partitions moves or is at its end; the detail names what is wrong.
   * Checks when it is called. Never rejects.
   */
  readiness(): Promise<Readiness>;
  /**
   * How far each partition is from its end, the end fetched from the source now. Rejects when source or store
   * do not answer in time; who asks meanwhile gets the same answer.
   */
  progress(): Promise<Progress>;
  /** Ends after the running batches were folded and committed. */
  stop(): Promise<void>;
}

const STATES_BYTES = 512 * 1_048_576;
/** Customers whose last position is remembered for as long, two texts each. */
const WITNESSED_MAX = 100_000;
const REPLAY_SLACK_MS = 600_000;
/** How long a source that is away is waited for when somebody asks how far we are. */
const PATIENCE_MS = 1_000;
/** Longer than a rebalance takes. */
const STALLED_AFTER_MS = 60_000;

/** Follows the source and keeps the store's documents up to date until stopped. */
export async function startProjector(options: ProjectorOptions): Promise<Projector> {
  const { source, store, logger } = options;
  const stopping = new AbortController();
  const metrics = createProjectorMetrics(options.registry);
  let over: string | null = null;
  const end = (reason: string): void => {
    if (over !== null || stopping.signal.aborted) return;
    over = reason;
    options.ended(reason);
  };
  const { statesBytes = STATES_BYTES, replaySlackMs = REPLAY_SLACK_MS } = options;
  const storeCheck = createStoreCheck(store);
  const owned = createOwned(replaySlackMs, options.now);
  const freshness = createFreshnessWatch();
  const trimmed = createTrimmed({ ...options, told: metrics.usageTrimmed });
  const applier: Applier = {
    store,
    checkStore: () => storeCheck.check(),
    witness: createWitness(replaySlackMs, WITNESSED_MAX, options.now),
    states: createStates(statesBytes),
    settings: { ...options.settings, trimmed: trimmed.usage },
    now: options.now,
  };
  const common = { logger, stopping: stopping.signal, fatal: end, owned };
  const { heals, presence, refused } = options;
  const follower = createFollower({
    ...{ ...applier, ...common, storeCheck, metrics },
    ...{ freshness, trimmed, ...(refused === undefined ? {} : { refused }) },
    storms: heals ? createStormWatch(recordsBefore(source)) : null,
  });
  const following = await source.follow(follower);
  void following.ended.then(({ reason }) => {
    end(reason);
  });

  const decisions = () => source.decisions();
  if (heals) void heal({ ...common, source, applier, decisions });

  const stallsIn = createStallWatch(STALLED_AFTER_MS, options.now);
  const progress = progressOf(source, storeCheck, metrics, end);

  const judged = (beat: Beat): Readiness => {
    const positions = owned.positions();
    const { progress: told } = beat;
    const stalls = told.kind === 'told' ? stallsIn(ownOf(told.value.partitions, positions)) : [];
    const { generation: own } = store;
    return judge({ over, beat, positions, held: following.held(), stalls, own });
  };
  const telling = readinessLog(logger);
  const pulse = startPulse({
    ...{ progress, store, freshness, metrics, presence, end, decisions },
    pointer: options.pointer,
    goal: options.goal,
    held: () => following.held(),
    noteHistory: createHistoryNotes({ following, owned, store, now: options.now }),
    now: options.readersNow ?? options.now,
    judge: (beat) => {
      const readiness = judged(beat);
      telling(readiness);
      metrics.readiness(readiness);
      return readiness;
    },
  });

  return {
    progress,
    readiness: () => pulse.readiness(),
    stop: async () => {
      pulse.stop();
      stopping.abort();
      await following.stop();
    },
  };
}

/** The records before a chunk, for the window of storms; offsets have gaps, so twice as many are read. */
function recordsBefore(source: EventSource) {
  return async (chunk: SourceBatch): Promise<readonly SourceRecord[]> => {
    const { ranges } = await source.partitions(PATIENCE_MS);
    const range = ranges.find(
      ({ family, partition }) => family === chunk.family && partition === chunk.partition,
    );
    const from = Math.max(range?.begin ?? chunk.from, chunk.from - 2 * STORM.window);
    const records: SourceRecord[] = [];
    for await (const batch of source.read(chunk, from, chunk.from)) records.push(...batch.records);
    return records;
  };
}

/** How far each partition is folded, as store and source tell it now; asked once for all who ask at a time. */
function progressOf(
  source: ProjectorOptions['source'],
  storeCheck: StoreCheck,
  metrics: ProjectorMetrics,
  end: (reason: string) => void,
): () => Promise<Progress> {
  let told: readonly PartitionProgress[] = [];
  return singleFlight(async (): Promise<Progress> => {
    try {
      const [{ ranges, missing }, checkpoints] = await Promise.all([
        source.partitions(PATIENCE_MS),
        storeCheck.check(),
      ]);
      const before = told;
      told = ranges.map(({ family, partition, begin, end: last }) => {
        // What lies between a checkpoint and a later begin was trimmed away or given up: it is nobody's lag.
        const folded = Math.max(
          begin,
          checkpoints.get(partitionName({ family, partition }))?.next ?? 0,
        );
        return { family, partition, begin, folded, end: last };
      });
      // Of those whose topic is gone nothing is known; an old figure would look like the present one.
      for (const each of before) metrics.lag(each, null);
      for (const each of told) metrics.lag(each, Math.max(0, each.end - each.folded));
      return { partitions: told, missing };
    } catch (error) {
      if (error instanceof StoreWentBack) end(error.message);
      for (const each of told) metrics.lag(each, null);
      throw error;
    }
  });
}

/** Another member's stall is its own; ours are told by where we are, which moves also while we read again. */
function ownOf(
  progress: readonly PartitionProgress[],
  positions: ReadonlyMap<PartitionName, number> | null,
): readonly PartitionProgress[] {
  if (positions === null) return progress;
  return progress.flatMap((each) => {
    const folded = positions.get(partitionName(each));
    if (folded === undefined) return [];
    // A log that was accepted anew and is empty yet: nothing of it waits.
    return [historyOf(folded) < historyOf(each.end) ? each : { ...each, folded }];
  });
}
