import { type Micros } from '@portal/billing';
import {
  type Answer,
  type DetailedAnswer,
  type StatusReason,
  type Unavailable,
} from '../answer.ts';
import { type Items } from '../project/itemise.ts';
import { type Document } from '../document.ts';
import { nearestInRange } from '../range.ts';
import { type DatePolicy } from '../settings.ts';
import { quickActions } from './actions.ts';
import { beyondClock, beyondRange } from './beyond.ts';
import { type Clock, clockAt } from './clock.ts';
import { detailsOf } from './details/details.ts';
import { isCurrent } from './lifecycle.ts';
import { usageProgress } from './progress.ts';
import { type Row, rowOf } from './rows.ts';
import { beyondSums, sumsByCurrency } from './totals.ts';
import { lineOf } from './usage.ts';

/**
 * answer = view(document, now). Pure: period roll-over, trial end, cancellation, expiry and overdue
 * happen here, at the instant they happen, without any event. Total: any document that `project` makes
 * and any instant have an answer.
 */
export function view(document: Document, now: Micros, policy: DatePolicy = 'calendar'): Answer {
  return viewed(document, now, policy).answer;
}

/** The same answer with what the default body has no shape for. */
export function viewDetails(
  document: Document,
  items: Items,
  now: Micros,
  policy: DatePolicy = 'calendar',
): DetailedAnswer {
  const { answer, known, clock } = viewed(document, now, policy);
  const details = detailsOf(document, items, known, clock);
  // Details look at more instants than the summary.
  return { ...answer, details, validUntil: validUntil(now, clock) };
}

function viewed(document: Document, now: Micros, policy: DatePolicy) {
  const at = nearestInRange(now);
  const clock = clockAt(at);
  const rows = document.subscriptions
    .filter((subscription) => isCurrent(subscription, clock))
    .map((subscription) => rowOf(subscription, clock, policy));
  const progress = usageProgress(rows);
  const sums = sumsByCurrency(document, rows, clock);
  const { actions, reasons } = quickActions(document, sums, rows.length > 0, clock);
  const unavailable = [...rows.flatMap(unavailableLines), ...progress.unavailable];
  const answer: Answer = {
    summary: {
      next_billing: rows.map((row) => row.next),
      upcoming_charges: rows.map((row) => row.upcoming),
      usage_progress: progress.rows,
      quick_actions: actions,
    },
    reasons: [
      ...rows.flatMap(rowReasons),
      ...progress.unavailable.map(featureReason),
      ...reasons,
      ...sums.flatMap(beyondSums),
      ...beyondClock(now, at),
      ...gaps(document),
      ...conflictReasons(document),
    ],
    validUntil: validUntil(now, clock),
  };
  return { answer, known: { rows, sums, unavailable }, clock };
}

/** Outside the instants that a calendar is kept for, nothing changes until they begin. */
function validUntil(now: Micros, clock: Clock): Micros | null {
  if (clock.now === now) return clock.validUntil();
  return now < clock.now ? clock.now : null;
}

const unavailableLines = ({ subscription, unavailable, beyond }: Row): readonly Unavailable[] => [
  ...unavailable,
  ...beyond.map((reason) => lineOf(subscription, null, reason)),
];

function rowReasons({ usage, unavailable, beyond, subscription }: Row): readonly StatusReason[] {
  const code = usage.kind === 'not_kept' ? 'period_not_kept' : 'unavailable_charge';
  const lines = unavailable.map(({ charge_id, reason }): StatusReason => ({
    code,
    detail: `${charge_id ?? subscription.id}: ${reason}`,
  }));
  return [...lines, ...beyond.map((reason) => beyondRange(`${subscription.id}: ${reason}`))];
}

const featureReason = ({ feature_code, reason }: Unavailable): StatusReason => ({
  code: 'unavailable_feature',
  detail: `${feature_code ?? ''}: ${reason}`,
});

/** Two contents for one version: which of them is right, only the biller can tell. */
function conflictReasons({ conflicts: { listed, more } }: Document): readonly StatusReason[] {
  const reasons = listed.map(({ entity, id, version, events }): StatusReason => {
    const where = events.join(', ');
    const detail =
      version === null
        ? `${entity} event ${id} was sent again with another content, which does not count: ${where}`
        : `${entity} ${id} version ${version} was sent with different contents: ${where}; the first counts`;
    return { code: 'conflict', detail };
  });
  return more === 0 ? reasons : [...reasons, { code: 'conflict', detail: `${more} more of them` }];
}

/** Events that are known to be missing from the document. */
function gaps(document: Document): readonly StatusReason[] {
  const holes = document.holes.map(({ partition, offset }): StatusReason => ({
    code: 'hole',
    detail: `${partition}@${offset} is parked`,
  }));
  const ranges = document.hole_ranges.map(({ partition, count, first, last }): StatusReason => ({
    code: 'many_holes',
    detail: `at most ${count} events of ${partition} between ${first} and ${last} are parked`,
  }));
  return [...holes, ...ranges];
}
