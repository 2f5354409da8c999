import {
  addDecimals,
  type DayCells,
  dayStart,
  type Micros,
  parseSeries,
  quarterOf,
} from '@portal/billing';
import { type MetricState, type RawState } from '../state/state.ts';
import { type ChangeRow, changesCodec, type MemberRow, membersCodec } from '../stored/standing.ts';
import { fieldName, type Fields } from './fields.ts';
import { newer } from './raw-usage.ts';

/**
 * What is never forgotten of usage that stands: where a day is dropped behind the ledger's horizon, its changes stay as
 * totals by quarter-hour, and of each key of a unique series the last operation stays.
 *
 * By quarter-hours, not by days: a subscription begins at a local midnight, which cuts a UTC day.
 */
/** Rows of each kind that a metric may have; above, its lines on changes or members are unavailable. */
export const STANDING_MAX = 50_000;

/** Adds the changes of a day that is dropped. */
export function keepChanges(
  raw: RawState,
  fields: Fields,
  metric: string,
  day: number,
  cells: DayCells,
): RawState {
  if (raw.change_rows === null) return raw;
  const sums = new Map(openChanges(fields, metric).map((row) => [nameOf(row), row]));
  for (const [slot, bySeries] of cells.slots) {
    const at = quarterOf((dayStart(day) + slot) as Micros);
    for (const [series, { sum }] of bySeries) {
      if (!isChange(series)) continue;
      const name = nameOf({ series, at });
      const total = addDecimals(sums.get(name)?.sum ?? '0', sum);
      if (total === '0') sums.delete(name);
      else sums.set(name, { series, at, sum: total });
    }
  }
  const rows = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  if (rows.length > STANDING_MAX) {
    fields.remove(fieldName.changes(metric));
    return { ...raw, change_rows: null };
  }
  if (rows.length === 0) fields.remove(fieldName.changes(metric));
  else fields.put(fieldName.changes(metric), changesCodec, rows);
  return { ...raw, change_rows: rows.length };
}

/** Keeps the last operation of each key among events that are dropped; events of other kinds are passed by. */
export function keepMembers(
  raw: RawState,
  fields: Fields,
  metric: string,
  events: readonly MemberRow[],
): RawState {
  const own = events.filter(({ series }) => isUnique(series));
  if (own.length === 0 || raw.member_rows === null) return raw;
  const known = openMembers(fields, metric);
  const last = new Map(known.map((row) => [memberName(row), row]));
  for (const { series, event } of own) {
    const name = memberName({ series, event });
    const kept = newer(last.get(name)?.event, event);
    // What a member was worth is not asked any more.
    last.set(name, { series, event: { ...kept, value: '1', amount: null } });
  }
  if (last.size > STANDING_MAX) {
    fields.remove(fieldName.members(metric));
    return { ...raw, member_rows: null };
  }
  const rows = [...last].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  fields.put(fieldName.members(metric), membersCodec, rows);
  return { ...raw, member_rows: rows.length };
}

export const openChanges = (fields: Fields, metric: string): readonly ChangeRow[] =>
  fields.open(fieldName.changes(metric), changesCodec) ?? [];

export const openMembers = (fields: Fields, metric: string): readonly MemberRow[] =>
  fields.open(fieldName.members(metric), membersCodec) ?? [];

/** Something of the metric is never forgotten. */
export const stands = (metric: MetricState): boolean =>
  metric.kind === 'capped'
    ? metric.stands
    : metric.raw !== null && (metric.raw.change_rows !== 0 || metric.raw.member_rows !== 0);

export const isStanding = (series: string): boolean => isChange(series) || isUnique(series);
export const isChange = (series: string): boolean => parseSeries(series).kind === 'change';
export const isUnique = (series: string): boolean => parseSeries(series).kind === 'unique';

const nameOf = ({ series, at }: Pick<ChangeRow, 'series' | 'at'>): string =>
  JSON.stringify([series, at]);
const memberName = ({ series, event }: MemberRow): string => JSON.stringify([series, event.key]);
