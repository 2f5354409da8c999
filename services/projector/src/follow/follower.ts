import {
  customerIdOf,
  type CustomerRef,
  type Entry,
  organizationIdOf,
  partitionName,
} from '@portal/projection';
import { createQuietLog, type Logger, type QuietLog } from '@portal/runtime';
import { type ParkedEntry } from '@portal/stores';
import { type Follower, type SourceBatch } from '@portal/streams';
import { type Applied, applyBatch, type Applier } from '../batch/apply-batch.ts';
import { type FreshnessWatch } from './freshness.ts';
import { createFailures } from './failures.ts';
import { groupByCustomer, type Grouped } from '../batch/group.ts';
import { type ProjectorMetrics } from '../metrics/metrics.ts';
import { type Owned } from './owned.ts';
import { startsOf } from './replay.ts';
import { type StoreCheck, StoreWentBack } from '../store/store-check.ts';
import { type Sorted, type StormWatch } from './storms.ts';
import { type Trimmed } from './trimmed.ts';

export interface FollowerOptions extends Applier {
  readonly storeCheck: StoreCheck;
  readonly logger: Logger;
  readonly metrics: ProjectorMetrics;
  /** Aborted when the process is asked to stop: waiting ends, nothing new begins. */
  readonly stopping: AbortSignal;
  /** Called when the process must end; may be called more than once. */
  readonly fatal: (reason: string) => void;
  readonly owned: Owned;
  readonly freshness: FreshnessWatch;
  /** What the fold is told of it stands in the settings. */
  readonly trimmed: Pick<Trimmed, 'take' | 'before'>;
  /** null: every parked record gets its own entry. */
  readonly storms: StormWatch | null;
  readonly refused?: (entry: ParkedEntry) => void;
}

/**
 * What the projector does with what the source gives it. Nothing here throws: the store being away is
 * waited out (`retry`), anything else is tried again a bounded number of times and then ends the process.
 */
export function createFollower(options: FollowerOptions): Follower {
  const { store, storeCheck, owned, freshness, states, stopping } = options;
  const log = createQuietLog(options.logger);
  const isStopping = (): boolean => stopping.aborted;
  const failures = createFailures({ ...options, log });

  return {
    assigned: async (partitions) => {
      states.clear();
      options.storms?.forget();
      while (!isStopping()) {
        try {
          const checkpoints = await store.checkpoints();
          await options.trimmed.take(checkpoints);
          const starts = startsOf(partitions, checkpoints);
          owned.take(starts, checkpoints);
          freshness.take(starts.keys());
          storeCheck.forget();
          for (const name of starts.keys()) storeCheck.seen(name, checkpoints.get(name)?.next ?? 0);
          failures.over('start');
          return starts;
        } catch (error) {
          await failures.happened(error, ['start'], 'reading the checkpoints');
        }
      }
      return new Map();
    },
    take: async (batches, alive) => {
      if (isStopping()) return 'stop';
      try {
        await foldBatches(options, log, batches, () => unlessStopped(alive, stopping));
        for (const batch of batches) {
          const name = partitionName(batch);
          storeCheck.seen(name, batch.next);
          failures.over(name);
        }
        return 'commit';
      } catch (error) {
        if (error instanceof Stopped) return 'stop';
        if (error instanceof StoreWentBack) {
          options.fatal(error.message);
          return 'stop';
        }
        const doing = batches.map((batch) => `${partitionName(batch)}@${batch.from}`).join(', ');
        await failures.happened(error, batches.map(partitionName), `folding ${doing}`);
        return isStopping() ? 'stop' : 'retry';
      }
    },
    revoked: () => {
      states.clear();
      storeCheck.forget();
      owned.release();
      freshness.release();
      return Promise.resolve();
    },
  };
}

/** What was applied before it is folded already when the batch is given again. */
class Stopped extends Error {}

async function unlessStopped(alive: () => Promise<void>, stopping: AbortSignal): Promise<void> {
  await alive();
  if (stopping.aborted) throw new Stopped();
}

/** What one batch brings into the fold that it shares with others. */
interface Prepared {
  readonly batch: SourceBatch;
  readonly grouped: Grouped;
  readonly sorted: Sorted;
}

/**
 * Folds batches of one partition number as one: a customer's events of all of them meet in one write. After a failure
 * the states of their customers are dropped; other customers keep theirs. `pause` is awaited between slices.
 */
async function foldBatches(
  options: FollowerOptions,
  log: QuietLog,
  batches: readonly SourceBatch[],
  pause: () => Promise<void>,
): Promise<void> {
  const started = performance.now();
  const { metrics, states, freshness, owned, store } = options;
  const prepared: Prepared[] = [];
  const entries = new Map<CustomerRef, Entry[]>();
  for (const batch of batches) prepared.push(await prepare(options, batch, entries));
  const single = prepared.flatMap(({ sorted }) => sorted.single);
  const writing = async (): Promise<Applied> => {
    for (const { sorted } of prepared) await addToStorms(options, sorted);
    const applied = await applyBatch(options, entries, single, pause);
    const checkpoints = prepared.map(
      ({ batch, grouped }) => [batch, owned.checkpointBehind(batch, grouped.occurredAt)] as const,
    );
    await store.advance(
      new Map(checkpoints.map(([batch, checkpoint]) => [partitionName(batch), checkpoint])),
    );
    for (const [batch, checkpoint] of checkpoints) owned.moved(batch, checkpoint);
    return applied;
  };
  const applied = await writing().catch((error: unknown) => {
    for (const ref of entries.keys()) states.drop(ref);
    throw error;
  });
  for (const batch of batches) freshness.folded(batch);
  const groups = prepared.map(({ grouped }) => grouped);
  metrics.batches(groups, applied, (performance.now() - started) / 1_000);
  metrics.states(states.size);
  if (options.refused !== undefined) applied.failed.forEach(options.refused);
  for (const parked of [...single, ...applied.failed]) logParked(log, parked);
}

async function prepare(
  options: FollowerOptions,
  batch: SourceBatch,
  entries: Map<CustomerRef, Entry[]>,
): Promise<Prepared> {
  options.freshness.begins(batch);
  await options.trimmed.before(batch, options.owned.foldedOf(partitionName(batch)));
  const grouped = groupByCustomer(batch, options.now(), entries);
  const sorted = (await options.storms?.sort(batch, grouped.parked)) ?? allSingle(grouped.parked);
  return { batch, grouped, sorted };
}

function logParked(log: QuietLog, parked: ParkedEntry): void {
  const { family, partition, offset, ref, code, field, reason } = parked;
  const fields = { family, partition, offset, ...idsOf(ref), code, field, reason };
  log.warn(`parked: ${family} ${code} ${field ?? ''}`, fields, 'parked');
}

/** Under the names that the reader's lines have. */
const idsOf = (ref: CustomerRef | null) =>
  ref === null ? {} : { organization_id: organizationIdOf(ref), customer_id: customerIdOf(ref) };

const allSingle = (single: Sorted['single']): Sorted => ({ single, storms: [] });

/** Before the holes are written, as with parked entries. A new storm is logged once; the list and the metric keep it. */
async function addToStorms(options: FollowerOptions, { storms }: Sorted): Promise<void> {
  for (const { cause, offsets } of storms) {
    const isNew = await options.store.addToStorm(cause, offsets, options.now());
    if (!isNew) continue;
    options.metrics.newlyParked(cause.code);
    options.logger.error(
      { ...cause, offset: offsets[0] },
      'storm: more than half of the last 200 records of this partition are parked for one cause; further ones are one entry',
    );
  }
}
