import {
  isSameLocalDay,
  type Micros,
  type Period,
  periodAt,
  type Plan,
  toIso,
  trialEnd,
} from '@portal/billing';
import { type DocumentSubscription } from '../document.ts';
import { END_OF_TIME } from '../range.ts';
import { cycleOf, endOf, startOf, trialBaseOf } from '../state/subscription.ts';
import { isBeyondTime } from './beyond.ts';
import { type Clock } from './clock.ts';

/**
 * Where a subscription stands at `now`, and its next bill.
 *
 *   start ahead ─► bill at start     in trial, billed in advance ─► bill at trial end
 *   otherwise   ─► bill at the end of the period that contains now
 *   an end at or before that bill, or later on its local day ─► the final bill, at the end
 */
export interface Lifecycle {
  readonly started: boolean;
  /** The period that contains now, uncut; meaningless before the start. */
  readonly period: Period;
  readonly trialEndsAt: Micros | null;
  readonly inTrial: boolean;
  /** Earlier of ending_at and terminated_at. */
  readonly endsAt: Micros | null;
  readonly nextBill: Micros;
  /** The plan the next bill is for: a pending plan counts once it is effective by then. */
  readonly billedPlan: Plan;
  /** The last bill of a plan billed in advance has no base amount any more. */
  readonly baseIsDue: boolean;
  /** What is later than an instant can be. */
  readonly beyond: readonly string[];
}

export function lifecycleAt(subscription: DocumentSubscription, clock: Clock): Lifecycle {
  const start = startOf(subscription);
  const started = clock.reached(start);
  const period = periodAt(cycleOf(subscription, subscription.timezone), clock.now);
  clock.reached(period.end);
  const cut = subscription.current_period_start;
  if (cut !== null) clock.reached(cut);

  const { trialEndsAt, beyond } = trialOf(subscription);
  const inTrial =
    subscription.trial_ended_at === null && trialEndsAt !== null && !clock.reached(trialEndsAt);

  const inAdvance = subscription.plan.pay_in_advance;
  const regular = !started ? start : inTrial && inAdvance ? trialEndsAt : period.end;
  const endsAt = endOf(subscription);
  // For the hours that are left of a bill's day no period begins, and nothing is billed twice.
  const endsThatDay = (at: Micros): boolean =>
    started && isSameLocalDay(regular, at, subscription.timezone);
  const isFinal = endsAt !== null && (endsAt <= regular || endsThatDay(endsAt));
  const nextBill = isFinal ? endsAt : regular;
  return {
    started,
    period,
    trialEndsAt,
    inTrial,
    endsAt,
    nextBill,
    billedPlan: planBilledAt(subscription, nextBill),
    baseIsDue: !(isFinal && inAdvance),
    beyond,
  };
}

function trialOf(subscription: DocumentSubscription): Pick<Lifecycle, 'trialEndsAt' | 'beyond'> {
  const { trial_period_days: days, timezone } = subscription;
  const base = trialBaseOf(subscription);
  if (!isBeyondTime(base, days)) return { trialEndsAt: trialEnd(base, days, timezone), beyond: [] };
  const reason = `trial_ends_at is ${days} days after ${toIso(base)}, later than an instant can be`;
  return { trialEndsAt: END_OF_TIME, beyond: [reason] };
}

/**
 * Current: pending or active, or canceled with its end still ahead; and not past its end.
 * No event is needed for it to stop being so.
 */
export function isCurrent(subscription: DocumentSubscription, clock: Clock): boolean {
  const { status } = subscription;
  const running = status === 'active' || status === 'pending' || status === 'canceled';
  return running && !isOver(subscription, clock);
}

export function isOver(subscription: DocumentSubscription, clock: Clock): boolean {
  const endsAt = endOf(subscription);
  return endsAt !== null && clock.reached(endsAt);
}

/** Advance or arrears is always the current plan's. */
function planBilledAt({ plan, pending_plan }: DocumentSubscription, bill: Micros): Plan {
  if (pending_plan === null) return plan;
  const counts = plan.pay_in_advance
    ? pending_plan.effective_at <= bill
    : pending_plan.effective_at < bill;
  return counts ? pending_plan.plan : plan;
}
