import { type Unavailable, type UsageProgress } from '../answer.ts';
import { type Entitlement } from '../events.ts';
import { hasLimit } from '../pricing/price.ts';
import { get } from '../dict.ts';
import { percentageOf, STEPS } from './percentage.ts';
import { type Row } from './rows.ts';

export interface Progress {
  readonly rows: readonly UsageProgress[];
  readonly unavailable: readonly Unavailable[];
}

/** One row per feature of the current subscriptions; the first occurrence of a feature wins. */
export function usageProgress(rows: readonly Row[]): Progress {
  const seen = new Set<string>();
  const progress: UsageProgress[] = [];
  const unavailable: Unavailable[] = [];
  for (const row of rows) {
    for (const entitlement of row.subscription.entitlements) {
      if (seen.has(entitlement.feature_code)) continue;
      seen.add(entitlement.feature_code);
      const used = usedOf(row, entitlement);
      progress.push(progressRow(entitlement, 'units' in used ? used.units : null));
      if ('reason' in used) {
        unavailable.push({
          subscription_id: row.subscription.id,
          charge_id: null,
          feature_code: entitlement.feature_code,
          reason: used.reason,
        });
      }
    }
  }
  return { rows: progress, unavailable };
}

type Used = { readonly units: string | null } | { readonly reason: string };

/** What of a feature was used; null units: it has no limit to compare with. */
export function usedOf({ usage }: Row, entitlement: Entitlement): Used {
  if (!hasLimit(entitlement)) return { units: null };
  switch (usage.kind) {
    case 'not_started':
      return { units: '0' };
    case 'not_kept':
      return { reason: usage.reason };
    case 'priced':
      return get(usage.usage.features, entitlement.feature_code) ?? { units: '0' };
    default:
      return usage satisfies never;
  }
}

function progressRow(entitlement: Entitlement, units: string | null): UsageProgress {
  return {
    feature_name: entitlement.feature_name,
    feature_code: entitlement.feature_code,
    feature_type: entitlement.feature_type,
    entitlement_value: entitlement.value,
    current_usage: units,
    usage_percentage: units === null ? null : percentage(units, entitlement.value),
  };
}

/** 0 to 100. The division of two whole numbers is the number that is nearest to the decimal. */
const percentage = (units: string, limit: string): number =>
  Math.min(Math.max(Number(percentageOf(units, limit)), 0), 100 * STEPS) / STEPS;
