import { backoff, messageOf, sleep } from '@portal/async';
import {
  customerIdOf,
  type CustomerRef,
  organizationIdOf,
  type PartitionName,
  partitionName,
} from '@portal/projection';
import { createQuietLog, type Logger, type QuietLog } from '@portal/runtime';
import { type ParkedEntry } from '@portal/stores';
import { type Follower, type SourceBatch } from '@portal/streams';
import { type Applied, applyBatch, type Applier } from '../batch/apply-batch.ts';
import { type FreshnessWatch } from './freshness.ts';
import { groupByCustomer } from '../batch/group.ts';
import { type ProjectorMetrics } from '../metrics/metrics.ts';
import { type Owned } from './owned.ts';
import { startsOf } from './replay.ts';
import { isRetriable } from '../store/retriable.ts';
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

/** Unexpected errors in a row before the process gives up; trouble of the store does not count. */
export const UNEXPECTED_MAX = 10;

/**
 * What the projector does with what the source gives it. Nothing here throws: the store being away is
 * waited out (`retry`), anything else is tried again a bounded number of times and then ends the process.
 */
export function createFollower(options: FollowerOptions): Follower {
  const { store, storeCheck, owned, freshness, states, metrics, stopping } = options;
  const log = createQuietLog(options.logger);
  const isStopping = (): boolean => stopping.aborted;
  /** Failures of each partition since its last success; those of others do not count. */
  const inARow = new Map<PartitionName | 'start', Failures>();

  const failed = async (
    error: unknown,
    where: PartitionName | 'start',
    doing: string,
  ): Promise<void> => {
    const known = isRetriable(error);
    metrics.retried(known ? 'store_unavailable' : 'unexpected');
    const before = inARow.get(where) ?? { failures: 0, unexpected: 0 };
    const failures = before.failures + 1;
    const unexpected = known ? 0 : before.unexpected + 1;
    inARow.set(where, { failures, unexpected });
    tell(log, error, known, { doing, failures });
    if (unexpected > UNEXPECTED_MAX) options.fatal(`${doing} keeps failing: ${String(error)}`);
    await sleep(backoff(failures), stopping);
  };

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
          inARow.delete('start');
          return starts;
        } catch (error) {
          await failed(error, 'start', 'reading the checkpoints');
        }
      }
      return new Map();
    },
    batch: async (batch, alive) => {
      if (isStopping()) return 'stop';
      const name = partitionName(batch);
      try {
        await foldBatch(options, log, batch, () => unlessStopped(alive, stopping));
        storeCheck.seen(name, batch.next);
        inARow.delete(name);
        return 'commit';
      } catch (error) {
        if (error instanceof Stopped) return 'stop';
        if (error instanceof StoreWentBack) {
          options.fatal(error.message);
          return 'stop';
        }
        await failed(error, name, `folding ${name}@${batch.from}`);
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

interface Failures {
  readonly failures: number;
  /** Those that are not trouble of the store. */
  readonly unexpected: number;
}

/** What was applied before it is folded already when the batch is given again. */
class Stopped extends Error {}

async function unlessStopped(alive: () => Promise<void>, stopping: AbortSignal): Promise<void> {
  await alive();
  if (stopping.aborted) throw new Stopped();
}

/**
 * After a failure the states of the batch's customers are dropped; other customers keep theirs. `pause` is awaited
 * between the slices of the batch.
 */
async function foldBatch(
  options: FollowerOptions,
  log: QuietLog,
  batch: SourceBatch,
  pause: () => Promise<void>,
): Promise<void> {
  const started = performance.now();
  options.freshness.begins(batch);
  const { metrics, states } = options;
  await options.trimmed.before(batch, options.owned.foldedOf(partitionName(batch)));
  const grouped = groupByCustomer(batch, options.now());
  const sorted = (await options.storms?.sort(batch, grouped.parked)) ?? allSingle(grouped.parked);
  const writing = async (): Promise<Applied> => {
    await addToStorms(options, sorted);
    const applied = await applyBatch(options, grouped.entries, sorted.single, pause);
    const checkpoint = options.owned.checkpointBehind(batch, grouped.occurredAt);
    await options.store.advance(new Map([[partitionName(batch), checkpoint]]));
    options.owned.moved(batch, checkpoint);
    return applied;
  };
  const applied = await writing().catch((error: unknown) => {
    for (const ref of grouped.entries.keys()) states.drop(ref);
    throw error;
  });
  options.freshness.folded(batch);
  metrics.batch(grouped, applied, (performance.now() - started) / 1_000);
  metrics.states(states.size);
  if (options.refused !== undefined) applied.failed.forEach(options.refused);
  const parked = [...sorted.single, ...applied.failed];
  for (const { family, partition, offset, ref, code, field, reason } of parked) {
    const fields = { family, partition, offset, ...idsOf(ref), code, field, reason };
    log.warn(`parked: ${family} ${code} ${field ?? ''}`, fields, 'parked');
  }
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

/** Without the stack when the store is away: it would tell nothing. */
function tell(log: QuietLog, error: unknown, isExpected: boolean, fields: object): void {
  const cause = isExpected ? 'store' : `unexpected: ${messageOf(error)}`;
  const what = isExpected ? { reason: messageOf(error) } : { err: error };
  log.warn(cause, { ...what, ...fields }, 'will be tried again');
}
