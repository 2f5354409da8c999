import { dayOf } from '@portal/billing';
import { type Dict, get } from '../../dict.ts';
import { type UsageEvent } from '../../events.ts';
import { newestDay } from '../../state/metric.ts';
import { type MetricState } from '../../state/usage-state.ts';
import { changeUsage, type Draft } from '../draft.ts';
import { type Owned } from '../owned.ts';
import { METRICS_MAX, SERIES_MAX } from '../usage/metrics.ts';
import { dropBefore } from './purge-metrics.ts';

/**
 * Where a limit may decide about this usage, what is due is dropped first, all of it: a metric counts otherwise once its
 * days behind the horizon are gone, and when that is depends on how the log is cut into batches.
 */
export function dropAtLimits(
  draft: Draft,
  { usage: { metric_code, timestamp } }: UsageEvent,
  firstKeptDay: number,
): void {
  const { usage } = draft.state;
  const isLate = dayOf(timestamp) < firstKeptDay;
  if (!isNearLimit(usage.metrics, metric_code, isLate, firstKeptDay, draft.owned)) return;
  const budget = { shards: Infinity, isResumed: usage.purge_step > 0, isSpent: false };
  const metrics = dropBefore(usage.metrics, draft.fields, firstKeptDay, budget);
  if (metrics !== usage.metrics) changeUsage(draft).metrics = metrics;
}

function isNearLimit(
  metrics: Dict<MetricState>,
  code: string,
  isLate: boolean,
  firstKeptDay: number,
  owned: Owned,
): boolean {
  const known = get(metrics, code);
  if (isLate || known === undefined || newestDay(known) < firstKeptDay) {
    return owned.size(metrics) >= METRICS_MAX;
  }
  return known.kind === 'kept' && owned.size(known.series) >= SERIES_MAX;
}
