import { dayOf } from '@portal/billing';
import { type Dict, get } from '../../dict.ts';
import { type UsageEvent } from '../../events.ts';
import { type Settings } from '../../settings.ts';
import { newestDay } from '../../state/metric.ts';
import { firstKeptDayOf } from '../../state/retention.ts';
import { type MetricState, type UsageState } from '../../state/usage-state.ts';
import { type Fields } from '../fields.ts';
import { METRICS_MAX, SERIES_MAX } from '../usage/metrics.ts';
import { dropBefore } from './purge-metrics.ts';

/**
 * Where a limit may decide about this usage, what is due is dropped first, all of it: a metric counts otherwise once its
 * days behind the horizon are gone, and when that is depends on how the log is cut into batches.
 */
export function dropAtLimits(
  usage: UsageState,
  fields: Fields,
  { usage: { metric_code, timestamp } }: UsageEvent,
  settings: Settings,
): UsageState {
  const firstKeptDay = firstKeptDayOf(usage.newest_days, settings);
  const isLate = dayOf(timestamp) < firstKeptDay;
  if (!isNearLimit(usage.metrics, metric_code, isLate, firstKeptDay)) return usage;
  const budget = { shards: Infinity, isResumed: usage.purge_step > 0, isSpent: false };
  const metrics = dropBefore(usage.metrics, fields, firstKeptDay, budget);
  return metrics === usage.metrics ? usage : { ...usage, metrics };
}

function isNearLimit(
  metrics: Dict<MetricState>,
  code: string,
  isLate: boolean,
  firstKeptDay: number,
): boolean {
  const known = get(metrics, code);
  if (isLate || known === undefined || newestDay(known) < firstKeptDay) {
    return Object.keys(metrics).length >= METRICS_MAX;
  }
  return known.kind === 'kept' && Object.keys(known.series).length >= SERIES_MAX;
}
