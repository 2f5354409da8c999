import { type DashboardStatus } from '@portal/contracts';
import { type StatusReason } from '@portal/projection';

const STATUS_OF = {
  unavailable_charge: 'partial',
  unavailable_feature: 'partial',
  partial_currency: 'partial',
  period_not_kept: 'partial',
  beyond_range: 'partial',
  hole: 'degraded',
  many_holes: 'degraded',
  conflict: 'degraded',
  time_zone_data: 'stale',
} as const satisfies Record<StatusReason['code'], DashboardStatus>;

/** Events known to be missing, or to contradict each other, weigh more than lines that could not be computed. */
export function statusOf(reasons: readonly StatusReason[]): DashboardStatus {
  const statuses: readonly DashboardStatus[] = reasons.map(({ code }) => STATUS_OF[code]);
  return WORST_FIRST.find((status) => statuses.includes(status)) ?? 'fresh';
}

const WORST_FIRST = ['degraded', 'partial', 'stale'] as const;

/** `partial; reason="hole,partial_currency"`; null when the answer is fresh. */
export function statusHeader(reasons: readonly StatusReason[]): string | null {
  const status = statusOf(reasons);
  if (status === 'fresh') return null;
  const codes = [...new Set(reasons.map(({ code }) => code))].sort();
  return `${status}; reason="${codes.join(',')}"`;
}
