import { type Settings } from '../../settings.ts';
import { firstKeptDayOf } from '../../state/retention.ts';
import { type UsageState } from '../../state/usage-state.ts';
import { sweep } from '../usage/event-ids.ts';
import { type Fields } from '../fields.ts';
import { type Budget, dropBefore } from './purge-metrics.ts';

/** Shards that one fold may drop, some 8,000 single events: what a busy day leaves is dropped over several. */
export const PURGE_SHARDS_MAX = 128;

export interface Purged {
  readonly usage: UsageState;
  /** More is due than one fold may drop: fold again, with nothing. */
  readonly unfinished: boolean;
}

/** Drops whole days behind the ledger's horizon. Driven by usage timestamps alone, never by a clock. */
export function purge(usage: UsageState, fields: Fields, settings: Settings): Purged {
  const firstKeptDay = firstKeptDayOf(usage.newest_days, settings);
  const isResumed = usage.purge_step > 0;
  const budget: Budget = { shards: PURGE_SHARDS_MAX, isResumed, isSpent: false };
  const metrics = dropBefore(usage.metrics, fields, firstKeptDay, budget);
  const ids = sweep(usage.ids, fields, firstKeptDay);
  const same = metrics === usage.metrics && ids === usage.ids;
  return { usage: same ? usage : { ...usage, ids, metrics }, unfinished: budget.isSpent };
}
