import { dayOf, type Micros } from '@portal/billing';
import { type Settings } from '../settings.ts';
import { daysBetween, daysFrom } from '../state/day-ranges.ts';
import { type State, type UsageState } from '../state/state.ts';
import { idsOfDay } from './event-ids.ts';
import { fieldName, type Fields } from './fields.ts';
import { cellsSince } from './metrics.ts';
import { type Budget, dropBefore } from './purge-metrics.ts';
import { dropShards } from './sharded.ts';
import { keptCodec, keptSince } from './usage-events.ts';

/** Shards that one fold may drop, some 4,000 ids: what a busy day leaves is dropped over several. */
export const PURGE_SHARDS_MAX = 128;

export interface Purged {
  readonly usage: UsageState;
  /** More is due than one fold may drop: fold again, with nothing. */
  readonly unfinished: boolean;
}

/**
 * Drops what lies behind the newest usage: event ids beyond the deduplication window (whole days),
 * cells and single events beyond the ledger horizon. Driven by usage timestamps alone, never by a clock.
 */
export function purge(state: State, fields: Fields, settings: Settings): Purged {
  const { usage } = state;
  const mark = oldestMark(state);
  if (mark === null) return { usage, unfinished: false };
  const budget: Budget = { shards: PURGE_SHARDS_MAX, isSpent: false };
  const metrics = dropBefore(usage.metrics, fields, cellsSince(mark, settings), budget);
  const kept_days = daysFrom(
    usage.kept_days,
    dropEvents(usage, fields, keptSince(mark, settings), budget),
  );
  const same = metrics === usage.metrics && kept_days === usage.kept_days;
  return { usage: same ? usage : { ...usage, kept_days, metrics }, unfinished: budget.isSpent };
}

/** An open hole is judged by the mark of its moment: until it is closed, ids reach back from there. */
function oldestMark(state: State): Micros | null {
  const { mark } = state.usage;
  const holes = state.holes.filter((hole) => hole.partition.startsWith('usage/'));
  if (mark === null || holes.some((hole) => hole.mark === null)) return null;
  return Math.min(mark, ...holes.map((hole) => hole.mark ?? mark)) as Micros;
}

/** Returns the first day that is still kept, wholly or in part. */
function dropEvents(usage: UsageState, fields: Fields, from: number, budget: Budget): number {
  for (const day of daysBetween(usage.kept_days, -Infinity, from)) {
    const { dropped, shards, left } = dropShards(fields, idsOfDay(day), budget.shards);
    for (const [id, elsewhere] of dropped) {
      const kept = elsewhere ? fields.open(fieldName.event(id), keptCodec) : null;
      if (kept === null || dayOf(kept.at) === day) fields.remove(fieldName.event(id));
    }
    budget.shards -= shards;
    if (left > 0) {
      budget.isSpent = true;
      return day;
    }
  }
  return from;
}
