import { type Carried } from '@portal/billing';
import { type SingleEventsState } from '../../state/state.ts';
import { type Fields } from '../fields.ts';
import { changes, isChange } from './changes.ts';
import { carryCounters } from './counters.ts';
import {
  type CarriedOver,
  type Dropped,
  type Kind,
  type LedgerMetric,
  NOTHING_CARRIED,
  type SingleEventKind,
  type Span,
} from './kind.ts';
import { isUnique, members } from './members.ts';
import { points } from './points.ts';

/** Every kind of usage that is kept event by event. */
const SINGLE_EVENT_KINDS: readonly SingleEventKind[] = [points, changes, members];

/** Keeps of what is dropped what is never forgotten. */
export const keepDropped = (
  single: SingleEventsState,
  fields: Fields,
  metric: string,
  dropped: Dropped,
): SingleEventsState =>
  SINGLE_EVENT_KINDS.reduce((kept, { keep }) => keep(kept, fields, metric, dropped), single);

/** What is carried of each series into a period, of the kinds that are asked for. */
export function carriedOver(
  metric: LedgerMetric,
  span: Span,
  kinds: ReadonlySet<Kind>,
): CarriedOver {
  if (span.from >= span.to) return NOTHING_CARRIED;
  const found = new Map<string, Carried>();
  for (const [kind, carry] of CARRY) {
    if (!kinds.has(kind)) continue;
    const carried = carry(metric, span);
    if (carried.kind === 'full') return carried;
    for (const [series, each] of carried.bySeries) found.set(series, each);
  }
  return { kind: 'carried', bySeries: found };
}

const CARRY: readonly (readonly [Kind, SingleEventKind['carry']])[] = [
  ['point', points.carry],
  ['counter', carryCounters],
  ['change', changes.carry],
  ['unique', members.carry],
];

/** Changes and members are never forgotten. */
export const isStanding = (series: string): boolean => isChange(series) || isUnique(series);
