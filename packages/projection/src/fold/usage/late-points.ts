import { type RawUsage } from '@portal/billing';
import { type Dict, fromEntries, get, put } from '../../dict.ts';
import { type MetricState } from '../../state/state.ts';
import { NO_METRIC, NO_RAW } from '../../state/metric.ts';
import { newer } from '../kinds/days.ts';
import { carriedOf, isPoint } from '../kinds/points.ts';
import { type Fact } from '../fact.ts';
import { withoutOldest } from './past-metrics.ts';

/**
 * A late point that is newer than the one carried over the ledger's horizon becomes the carried one: a metric's last
 * point is never lost, however late it comes. Returns the very metrics when it changes nothing.
 */
export function carryLate(metrics: Dict<MetricState>, fact: Fact): Dict<MetricState> {
  if (!isPoint(fact.series)) return metrics;
  const { metric: code, series, id, at, value, amount, key } = fact;
  const metric: MetricState = get(metrics, code) ?? NO_METRIC;
  if (metric.kind === 'capped') return metrics;
  const raw = metric.raw ?? NO_RAW;
  const known = get(raw.carried, series);
  const point: RawUsage = { id, at, value, amount, key };
  if (newer(known, point) === known) return metrics;
  const carried = carriedOf(new Map([...Object.entries(raw.carried), [series, point]]));
  const after = put(metrics, code, { ...metric, raw: { ...raw, carried } });
  return fromEntries(withoutOldest(Object.entries(after)));
}
