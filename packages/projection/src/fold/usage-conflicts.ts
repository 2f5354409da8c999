import { dayOf, type Micros } from '@portal/billing';
import { type Dict, fromEntries, get } from '../dict.ts';
import { type Settings } from '../settings.ts';
import { type Sighting } from '../state/entity.ts';
import { CONFLICTS_MAX, type UsageConflict } from '../state/state.ts';
import { keptSince } from './usage-events.ts';

type Conflicts = Dict<UsageConflict>;

/**
 * Another content came under a known id. The newest are kept: as only the oldest are ever forgotten, which
 * ones these are does not depend on the order they came in.
 */
export function withConflict(
  conflicts: Conflicts,
  id: string,
  timestamps: readonly Micros[],
  seen: readonly Sighting[],
): Conflicts {
  const at = Math.max(...timestamps, get(conflicts, id)?.at ?? -Infinity) as Micros;
  const others = Object.entries(conflicts).filter(([other]) => other !== id);
  return fromEntries(
    [...others, [id, { at, seen }] as const].sort(newestFirst).slice(0, CONFLICTS_MAX),
  );
}

/** They go with their ids: whole days behind the newest usage. */
export function recentConflicts(conflicts: Conflicts, mark: Micros, settings: Settings): Conflicts {
  const since = keptSince(mark, settings);
  const all = Object.entries(conflicts);
  const recent = all.filter(([, { at }]) => dayOf(at) >= since);
  return recent.length === all.length ? conflicts : fromEntries(recent);
}

type Listed = readonly [id: string, conflict: UsageConflict];

const newestFirst = ([a, { at: atA }]: Listed, [b, { at: atB }]: Listed): number =>
  atB - atA || (a < b ? -1 : 1);
