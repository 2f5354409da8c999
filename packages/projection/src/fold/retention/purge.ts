import { firstKeptDayOf } from '../../state/retention.ts';
import { sweep } from '../usage/event-ids.ts';
import { changeUsage, type Draft } from '../draft.ts';
import { type Budget, dropBefore } from './purge-metrics.ts';

/** Shards that one fold may drop, some 8,000 single events: what a busy day leaves is dropped over several. */
export const PURGE_SHARDS_MAX = 128;

/**
 * Drops whole days behind the ledger's horizon. Driven by usage timestamps alone, never by a clock. True: more is due than
 * one fold may drop: fold again, with nothing.
 */
export function purge(draft: Draft): boolean {
  const { fields, settings } = draft;
  const usage = changeUsage(draft);
  const firstKeptDay = firstKeptDayOf(usage.newest_days, settings);
  const isResumed = usage.purge_step > 0;
  const budget: Budget = { shards: PURGE_SHARDS_MAX, isResumed, isSpent: false };
  usage.metrics = dropBefore(usage.metrics, fields, firstKeptDay, budget);
  usage.ids = sweep(usage.ids, fields, firstKeptDay);
  return budget.isSpent;
}
