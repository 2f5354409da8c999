import { singleFlight } from '@portal/async';
import { type PartitionName, partitionName, type Settings } from '@portal/projection';
import { type Logger, type Readiness, type Registry } from '@portal/runtime';
import { type DocumentStore, StoreRefused, StoreUnavailable } from '@portal/stores';
import { type EventSource, offsetText } from '@portal/streams';
import { createFollower } from './follower.ts';
import { createHeads } from './heads.ts';
import { createProjectorMetrics, type ProjectorMetrics } from './metrics.ts';
import { createHistoryNotes } from './history-notes.ts';
import { createOwned } from './owned.ts';
import { createStoreCheck, type StoreCheck, StoreWentBack } from './store-check.ts';
import { createStallWatch, type PartitionProgress, type Stall } from './stalls.ts';
import { createWitness } from './witness.ts';

export interface ProjectorOptions {
  readonly source: EventSource;
  readonly store: DocumentStore;
  readonly settings: Settings;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Called once when the projector ended by itself and cannot go on. */
  readonly ended: (reason: string) => void;
  /** Customers whose state stays in memory. */
  readonly headsMax?: number;
  /** How much of the last work is done again at each start, milliseconds. */
  readonly replaySlackMs?: number;
}

export interface Projector {
  /**
   * Ready while it follows, source and store answer, and each of its own partitions moves or is at its end; the
   * detail names what stands still. Never rejects. While it has no place among the members it answers for all partitions.
   */
  readiness(): Promise<Readiness>;
  /**
   * How far each partition is from its end, the end fetched from the source now. Rejects when source or store
   * do not answer in time; who asks meanwhile gets the same answer.
   */
  progress(): Promise<readonly PartitionProgress[]>;
  /**
   * Writes down for `history list` which partitions wait for a person, and takes off those that do not any more.
   * To be called again and again; never rejects.
   */
  noteHistory(): Promise<void>;
  /** Ends after the running batches were folded and committed. */
  stop(): Promise<void>;
}

const HEADS_MAX = 100_000;
const REPLAY_SLACK_MS = 600_000;
/** How long a source that is away is waited for when somebody asks how far we are. */
const PATIENCE_MS = 3_000;
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
  const { headsMax = HEADS_MAX, replaySlackMs = REPLAY_SLACK_MS } = options;
  const storeCheck = createStoreCheck(store);
  const owned = createOwned(replaySlackMs, options.now);
  const follower = createFollower({
    store,
    storeCheck,
    witness: createWitness(replaySlackMs, headsMax, options.now),
    heads: createHeads(headsMax),
    settings: options.settings,
    now: options.now,
    logger,
    metrics,
    stopping: stopping.signal,
    fatal: end,
    owned,
  });
  const following = await source.follow(follower);
  void following.ended.then(({ reason }) => {
    end(reason);
  });

  const stallsIn = createStallWatch(STALLED_AFTER_MS, options.now);
  const progress = progressOf(source, storeCheck, metrics, end);

  return {
    progress,
    readiness: async () => {
      if (over !== null) return { ready: false, reason: 'ended', detail: over };
      const changed = following.held().filter(({ why }) => why === 'history_changed');
      if (changed.length > 0) {
        const detail = changed.map((each) => each.detail).join('; ');
        return { ready: false, reason: 'history_changed', detail };
      }
      try {
        const [stall] = stallsIn(ownOf(await progress(), owned.positions()));
        if (stall === undefined) return { ready: true };
        return { ready: false, reason: 'stalled', detail: textOf(stall) };
      } catch (error) {
        return notAnswered(error);
      }
    },
    noteHistory: createHistoryNotes({ following, owned, store, now: options.now }),
    stop: async () => {
      stopping.abort();
      await following.stop();
    },
  };
}

/** How far each partition is folded, as store and source tell it now; asked once for all who ask at a time. */
function progressOf(
  source: ProjectorOptions['source'],
  storeCheck: StoreCheck,
  metrics: ProjectorMetrics,
  end: (reason: string) => void,
): () => Promise<readonly PartitionProgress[]> {
  let told: readonly PartitionProgress[] = [];
  return singleFlight(async (): Promise<readonly PartitionProgress[]> => {
    try {
      const [ranges, marks] = await Promise.all([
        source.partitions(PATIENCE_MS),
        storeCheck.check(),
      ]);
      told = ranges.map(({ family, partition, begin, end: last }) => {
        // What lies between a watermark and a later begin was trimmed away or given up: it is nobody's lag.
        const folded = Math.max(begin, marks.get(partitionName({ family, partition }))?.next ?? 0);
        return { family, partition, folded, end: last };
      });
      for (const each of told) metrics.lag(each, Math.max(0, each.end - each.folded));
      return told;
    } catch (error) {
      if (error instanceof StoreWentBack) end(error.message);
      // An old figure would look like the present one.
      for (const each of told) metrics.lag(each, null);
      throw error;
    }
  });
}

function notAnswered(error: unknown): Readiness {
  const isOfStore = [StoreUnavailable, StoreRefused, StoreWentBack].some(
    (kind) => error instanceof kind,
  );
  const detail = error instanceof Error ? error.message : String(error);
  return { ready: false, reason: isOfStore ? 'store_unavailable' : 'source_unavailable', detail };
}

const textOf = ({ forMs, ...stall }: Stall): string =>
  `${partitionName(stall)} has stood at ${offsetText(stall.folded)} of ${offsetText(stall.end)} for ${Math.round(forMs / 1_000)} s`;

/** Another member's stall is its own; ours are told by where we are, which moves also while we read again. */
function ownOf(
  progress: readonly PartitionProgress[],
  positions: ReadonlyMap<PartitionName, number> | null,
): readonly PartitionProgress[] {
  if (positions === null) return progress;
  return progress.flatMap((each) => {
    const folded = positions.get(partitionName(each));
    return folded === undefined ? [] : [{ ...each, folded }];
  });
}
