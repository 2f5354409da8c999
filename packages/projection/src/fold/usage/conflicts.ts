import { dayOf } from '@portal/billing';
import { type Dict, fromEntries, get } from '../../dict.ts';
import { addSighting, type Sighting } from '../../state/entity.ts';
import { CONFLICTS_MAX } from '../../state/state.ts';
import { type UsageConflict } from '../../state/usage-state.ts';
import { type Fact } from '../fact.ts';

type Conflicts = Dict<UsageConflict>;

/**
 * Another content came under a known id. The newest are kept: as only the oldest are ever forgotten, which
 * ones these are does not depend on the order they came in.
 */
export function withConflict(
  conflicts: Conflicts,
  { id, at }: Fact,
  sighting: Sighting,
): Conflicts {
  const known = get(conflicts, id);
  const conflict: UsageConflict = {
    at: known === undefined || at > known.at ? at : known.at,
    seen: addSighting(known?.seen ?? [], sighting),
  };
  const others = Object.entries(conflicts).filter(([other]) => other !== id);
  return fromEntries(
    [...others, [id, conflict] as const].sort(newestFirst).slice(0, CONFLICTS_MAX),
  );
}

/** They go with their ids, as whole days that the ledger keeps no longer. */
export function recentConflicts(conflicts: Conflicts, firstKeptDay: number): Conflicts {
  const isRecent = ({ at }: UsageConflict): boolean => dayOf(at) >= firstKeptDay;
  if (Object.values(conflicts).every(isRecent)) return conflicts;
  return fromEntries(Object.entries(conflicts).filter(([, conflict]) => isRecent(conflict)));
}

type Listed = readonly [id: string, conflict: UsageConflict];

const newestFirst = ([a, { at: atA }]: Listed, [b, { at: atB }]: Listed): number =>
  atB - atA || (a < b ? -1 : 1);
