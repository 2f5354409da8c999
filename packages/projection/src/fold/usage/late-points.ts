import { newer, type SingleEvent } from '@portal/billing';
import { type Dict, fromEntries, get, put } from '../../dict.ts';
import { type MetricState } from '../../state/usage-state.ts';
import { NO_METRIC, NO_SINGLE_EVENTS } from '../../state/metric.ts';
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
  const single = metric.single ?? NO_SINGLE_EVENTS;
  const known = get(single.carried, series);
  const point: SingleEvent = { id, at, value, amount, key };
  if (newer(known, point) === known) return metrics;
  const carried = carriedOf(new Map([...Object.entries(single.carried), [series, point]]));
  const after = put(metrics, code, { ...metric, single: { ...single, carried } });
  return fromEntries(withoutOldest(Object.entries(after)));
}
