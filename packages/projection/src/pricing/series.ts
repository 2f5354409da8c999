import { parseSeries, type Series, type Totals } from '@portal/billing';
import { type Dict, get } from '../dict.ts';
import { type SubscriptionSnapshot } from '../events.ts';

/** The terms that usage is priced with. */
export type Priceable = Pick<
  SubscriptionSnapshot,
  | 'id'
  | 'external_id'
  | 'charges'
  | 'entitlements'
  | 'subscription_at'
  | 'started_at'
  | 'created_at'
>;

export interface SeriesTotals extends Series {
  readonly text: string;
  readonly totals: Totals;
}

/** What a metric had in a window and counts for the subscription. */
export function seriesIn(
  window: Dict<Dict<Totals>>,
  metric: string,
  subscription: Priceable,
): readonly SeriesTotals[] {
  const found: SeriesTotals[] = [];
  for (const [text, totals] of Object.entries(get(window, metric) ?? {})) {
    const { kind, scope, dimensions } = parseSeries(text);
    if (countsFor(scope, subscription)) found.push({ kind, scope, dimensions, text, totals });
  }
  return found;
}

/** Usage that names a subscription counts for that one only. */
export const countsFor = (scope: string | null, { external_id }: Priceable): boolean =>
  scope === null || scope === external_id;
