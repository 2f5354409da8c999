import { type Carried } from '@portal/billing';
import { type SingleEventsState } from '../../state/usage-state.ts';
import { type Fields } from '../fields.ts';
import { changes, isChange } from './changes.ts';
import { counters } from './counters.ts';
import {
  type CarriedOver,
  type Dropped,
  type Kind,
  type LedgerMetric,
  NOTHING_CARRIED,
  type UsageKind,
  type Span,
} from './kind.ts';
import { isUnique, members } from './members.ts';
import { points } from './points.ts';

const KINDS: Readonly<Record<Kind, UsageKind>> = {
  point: points,
  counter: counters,
  change: changes,
  unique: members,
};

/** Keeps of what is dropped what is never forgotten. */
export const keepDropped = (
  single: SingleEventsState,
  fields: Fields,
  metric: string,
  dropped: Dropped,
): SingleEventsState =>
  Object.values(KINDS).reduce((kept, { keep }) => keep(kept, fields, metric, dropped), single);

/** What is carried of each series into a period, of the kinds that are asked for. */
export function carriedOver(
  metric: LedgerMetric,
  span: Span,
  kinds: ReadonlySet<Kind>,
): CarriedOver {
  if (span.from >= span.to) return NOTHING_CARRIED;
  const found = new Map<string, Carried>();
  for (const kind of kinds) {
    const carried = KINDS[kind].carry(metric, span);
    if (carried.kind === 'full') return carried;
    for (const [series, each] of carried.bySeries) found.set(series, each);
  }
  return { kind: 'carried', bySeries: found };
}

/** Changes and members are never forgotten. */
export const isStanding = (series: string): boolean => isChange(series) || isUnique(series);
