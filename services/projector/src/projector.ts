import { partitionName, type Settings } from '@portal/projection';
import { type Logger, type Readiness, type Registry } from '@portal/runtime';
import { type DocumentStore } from '@portal/stores';
import { type EventSource } from '@portal/streams';
import { createFollower } from './follower.ts';
import { createHeads } from './heads.ts';
import { createProjectorMetrics } from './metrics.ts';

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
}

export interface Projector {
  /** Ready while it follows; the reason names what it waits for. */
  readiness(): Promise<Readiness>;
  /** How far each partition is from its end, the end fetched from the source now. */
  progress(): Promise<readonly PartitionProgress[]>;
  /** Ends after the running batches were folded and committed. */
  stop(): Promise<void>;
}

export interface PartitionProgress {
  readonly family: string;
  readonly partition: number;
  readonly folded: number;
  readonly end: number;
}

const HEADS_MAX = 100_000;

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
  const following = await source.follow(
    createFollower({
      store,
      heads: createHeads(options.headsMax ?? HEADS_MAX),
      settings: options.settings,
      now: options.now,
      logger,
      metrics,
      stopping: stopping.signal,
      fatal: end,
    }),
  );
  void following.ended.then(({ reason }) => {
    end(reason);
  });

  const progress = async (): Promise<readonly PartitionProgress[]> => {
    const [ranges, marks] = await Promise.all([source.partitions(), store.watermarks()]);
    return ranges.map(({ family, partition, begin, end: last }) => {
      const folded = marks.get(partitionName({ family, partition }))?.next ?? begin;
      metrics.lag(family, partition, Math.max(0, last - folded));
      return { family, partition, folded, end: last };
    });
  };

  return {
    progress,
    readiness: async () => {
      if (over !== null) return { ready: false, reason: over };
      await store.watermarks();
      return { ready: true };
    },
    stop: async () => {
      stopping.abort();
      await following.stop();
    },
  };
}
