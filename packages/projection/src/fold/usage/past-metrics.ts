import { stands } from '../../state/metric.ts';
import { type KeptMetric, type MetricState } from '../../state/usage-state.ts';
import { METRICS_MAX } from './metrics.ts';

/** Of metrics of which nothing but last points is there, as many as a customer may use: those with the newest points. */
export function withoutOldest(metrics: readonly (readonly [code: string, MetricState])[]) {
  const past = metrics.flatMap(([code, metric]) =>
    isPast(metric) ? [[code, lastPoint(metric)] as const] : [],
  );
  if (past.length <= METRICS_MAX) return metrics;
  const oldest = past.sort(([, a], [, b]) => b - a).slice(METRICS_MAX);
  const gone = new Set(oldest.map(([code]) => code));
  return metrics.filter(([code]) => !gone.has(code));
}

const isPast = (metric: MetricState): metric is KeptMetric =>
  metric.kind === 'kept' && metric.days.length + metric.pending.length === 0 && !stands(metric);

const lastPoint = ({ single }: KeptMetric): number =>
  Math.max(...Object.values(single?.carried ?? {}).map(({ at }) => at));
