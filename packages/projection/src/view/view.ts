import { type Micros } from '@portal/billing';
import { type Answer, type StatusReason, type Unavailable } from '../answer.ts';
import { type Document } from '../document.ts';
import { quickActions } from './actions.ts';
import { clockAt } from './clock.ts';
import { detailsOf } from './details.ts';
import { isCurrent } from './lifecycle.ts';
import { usageProgress } from './progress.ts';
import { type Row, rowOf } from './rows.ts';

/**
 * answer = view(document, now). Pure: period roll-over, trial end, cancellation, expiry and overdue
 * happen here, at the instant they happen, without any event.
 */
export function view(document: Document, now: Micros): Answer {
  const clock = clockAt(now);
  const rows = document.subscriptions
    .filter((subscription) => isCurrent(subscription, clock))
    .map((subscription) => rowOf(document, subscription, clock));
  const progress = usageProgress(rows);
  const { actions, reasons } = quickActions(document, rows.length > 0, clock);
  const unavailable = [...rows.flatMap((row) => row.unavailable), ...progress.unavailable];
  return {
    summary: {
      next_billing: rows.map((row) => row.next),
      upcoming_charges: rows.map((row) => row.upcoming),
      usage_progress: progress.rows,
      quick_actions: actions,
    },
    details: detailsOf(document, rows, unavailable, clock),
    reasons: [
      ...rows.flatMap(rowReasons),
      ...progress.unavailable.map(featureReason),
      ...reasons,
      ...gaps(document),
    ],
    validUntil: clock.validUntil(),
  };
}

function rowReasons({ usage, unavailable, subscription }: Row): readonly StatusReason[] {
  const code = usage.kind === 'not_kept' ? 'usage_not_kept' : 'unavailable_charge';
  return unavailable.map(({ charge_id, reason }) => ({
    code,
    detail: `${charge_id ?? subscription.id}: ${reason}`,
  }));
}

const featureReason = ({ feature_code, reason }: Unavailable): StatusReason => ({
  code: 'unavailable_feature',
  detail: `${feature_code ?? ''}: ${reason}`,
});

/** Events that are known to be missing from the document. */
function gaps(document: Document): readonly StatusReason[] {
  const holes = document.holes.map(({ partition, offset }): StatusReason => ({
    code: 'hole',
    detail: `${partition}@${offset} is parked`,
  }));
  if (!document.frozen) return holes;
  return [...holes, { code: 'frozen', detail: 'too many parked events: rebuild this customer' }];
}
