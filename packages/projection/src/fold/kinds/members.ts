import { type Carried, dayOf, type Micros, newer, type SingleEvent } from '@portal/billing';
import { daysBetween } from '../../state/day-ranges.ts';
import { NO_SINGLE_EVENTS } from '../../state/metric.ts';
import { type SingleEventsState } from '../../state/usage-state.ts';
import { type SeriesEvent } from '../../stored/single-events.ts';
import { membersCodec } from '../../stored/standing.ts';
import { fieldName, type Fields } from '../fields.ts';
import { eventsOnDay } from './single-events.ts';
import {
  type CarriedOver,
  type Dropped,
  kindOf,
  type LedgerMetric,
  NOTHING_CARRIED,
  type UsageKind,
  type Span,
  STANDING_MAX,
} from './kind.ts';

/** Members of a set, added and removed, never forgotten: of each key the last operation stays. */
export const members: UsageKind = { keep: keepMembers, carry: carryMembers };

export const isUnique = (series: string): boolean => kindOf(series) === 'unique';

function keepMembers(
  single: SingleEventsState,
  fields: Fields,
  metric: string,
  { events }: Dropped,
): SingleEventsState {
  const own = events.filter(({ series }) => isUnique(series));
  if (own.length === 0 || single.member_rows === null) return single;
  const known = single.member_rows === 0 ? [] : openMembers(fields, metric);
  const last = new Map(known.map((row) => [nameOf(row), row]));
  for (const { series, event } of own) {
    const name = nameOf({ series, event });
    const kept = newer(last.get(name)?.event, event);
    // What a member was worth is not asked any more.
    last.set(name, { series, event: { ...kept, value: '1', amount: null } });
  }
  if (last.size > STANDING_MAX) {
    fields.remove(fieldName.members(metric));
    return { ...single, member_rows: null };
  }
  const rows = [...last].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  fields.put(fieldName.members(metric), membersCodec, rows);
  return { ...single, member_rows: rows.length };
}

/** Of each key the newest operation of the span. */
function carryMembers({ fields, code, state }: LedgerMetric, span: Span): CarriedOver {
  const single = state.single ?? NO_SINGLE_EVENTS;
  if (!Object.keys(state.series).some(isUnique) && single.member_rows === 0) return NOTHING_CARRIED;
  if (single.member_rows === null) return { kind: 'full', day: null };
  const [first, afterLast] = [dayOf(span.from), dayOf(span.to) + 1];
  const [full] = daysBetween(single.full, first, afterLast);
  if (full !== undefined) return { kind: 'full', day: full };
  const { last_full_dropped: dropped } = single;
  if (dropped !== null && dropped >= first) return { kind: 'full', day: dropped };

  const newest = new Map<string, Map<string | null, SingleEvent>>();
  const note = (series: string, instant: Micros, event: SingleEvent): void => {
    if (instant < span.from || instant >= span.to || !isUnique(series)) return;
    const keys = newest.get(series) ?? new Map<string | null, SingleEvent>();
    newest.set(series, keys);
    keys.set(event.key, newer(keys.get(event.key), event));
  };
  for (const { series, event } of single.member_rows === 0 ? [] : openMembers(fields, code)) {
    note(series, event.at, event);
  }
  for (const day of daysBetween(single.days, first, afterLast)) {
    for (const { series, instant, event } of eventsOnDay(fields, state, day, code)) {
      note(series, instant, event);
    }
  }
  const carried = [...newest].map(([series, keys]): [string, Carried] => [
    series,
    { kind: 'unique', events: [...keys.values()] },
  ]);
  return { kind: 'carried', bySeries: new Map(carried) };
}

const openMembers = (fields: Fields, metric: string): readonly SeriesEvent[] =>
  fields.openKnown(fieldName.members(metric), membersCodec) ?? [];

const nameOf = ({ series, event }: SeriesEvent): string => JSON.stringify([series, event.key]);
