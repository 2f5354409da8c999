import { type Micros } from '@portal/billing';
import { Counter, createTally, Gauge, Histogram, type Registry } from '@portal/runtime';
import { type Applied } from '../batch/apply-batch.ts';
import { type Grouped } from '../batch/group.ts';
import { holeGauges } from './hole-gauges.ts';
import { trimmedGauge } from './trimmed-gauge.ts';
import { type HolesNow, type StormsNow } from '../store/holes-now.ts';
import { createStateGauges, type StateGauges } from './state-gauges.ts';

export interface ProjectorMetrics extends StateGauges {
  /** What was folded together. */
  batches(grouped: readonly Grouped[], applied: Applied, seconds: number): void;
  retried(why: 'store_unavailable' | 'unexpected'): void;
  /** null: the end offsets could not be fetched; the gauge then says NaN, never 0. */
  lag(at: { readonly family: string; readonly partition: number }, events: number | null): void;
  states(count: number): void;
  newlyParked(code: string): void;
  /** A partition that nobody told of holds all its usage, and has no series. */
  readonly usageTrimmed: (partition: number, at: Micros) => void;
  /** null: the store did not tell; the gauges then say NaN. */
  holes(now: HolesNow | null, storms: StormsNow): void;
}

const RECORDS = 'portal_projector_records_total';

/** What became of the records so far, by outcome, over all families. */
export async function recordsByOutcome(registry: Registry): Promise<ReadonlyMap<string, number>> {
  const metric = await registry.getSingleMetric(RECORDS)?.get();
  const counts = new Map<string, number>();
  for (const { labels, value } of metric?.values ?? []) {
    const outcome = String(labels['outcome']);
    counts.set(outcome, (counts.get(outcome) ?? 0) + value);
  }
  return counts;
}

const APPLY_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export function createProjectorMetrics(registry: Registry): ProjectorMetrics {
  const registers = [registry];
  const records = createTally({
    name: RECORDS,
    help: 'Records by family and what became of them',
    labelNames: ['family', 'outcome'],
    registry,
  });
  const parked = new Counter({
    name: 'portal_projector_parked_total',
    help: 'Records that could not be applied, by reason code; one that is read again counts once',
    labelNames: ['code'],
    registers,
  });
  const conflicts = new Counter({
    name: 'portal_projector_apply_conflicts_total',
    help: 'Compare-and-apply calls that met another writer and were folded again',
    registers,
  });
  const seconds = new Histogram({
    name: 'portal_projector_batch_seconds',
    help: 'Time from a decoded batch to its documents being written',
    buckets: APPLY_SECONDS,
    registers,
  });
  const retries = new Counter({
    name: 'portal_projector_batch_retries_total',
    help: 'Batches that were given again',
    labelNames: ['why'],
    registers,
  });
  const lag = new Gauge({
    name: 'portal_projector_lag_records',
    help: 'Offsets between the checkpoint and the end offset fetched from the source; NaN = unknown',
    labelNames: ['family', 'partition'],
    registers,
  });
  const states = new Gauge({
    ...{ name: 'portal_projector_cached_states', registers },
    help: 'Customers whose state is kept in memory',
  });
  return {
    ...createStateGauges(registry),
    batches: (grouped, applied, duration) => {
      for (const { family, outcome } of applied.outcomes) records.add(family, outcome);
      for (const { skipped, parked: undecodable } of grouped) {
        for (const { why, record } of skipped) records.add(record.family, why);
        for (const { ref, family } of undecodable) if (ref === null) records.add(family, 'parked');
      }
      for (const { code } of applied.newlyParked) parked.inc({ code });
      conflicts.inc(applied.conflicts);
      seconds.observe(duration);
    },
    retried: (why) => {
      retries.inc({ why });
    },
    lag: ({ family, partition }, events) => {
      lag.set({ family, partition: String(partition) }, events ?? Number.NaN);
    },
    states: (count) => {
      states.set(count);
    },
    newlyParked: (code) => {
      parked.inc({ code });
    },
    ...{ usageTrimmed: trimmedGauge(registers), holes: holeGauges(registers) },
  };
}
