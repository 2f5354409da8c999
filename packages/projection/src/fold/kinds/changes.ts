import { addDecimals, type Carried, dayStart, type Micros, quarterOf } from '@portal/billing';
import { type SingleEventsState } from '../../state/usage-state.ts';
import { type ChangeRow, changesCodec } from '../../stored/standing.ts';
import { fieldName, type Fields } from '../fields.ts';
import { NO_SINGLE_EVENTS } from '../../state/metric.ts';
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
import { sumSpan } from './span-cells.ts';

/**
 * Steps of a level that stands, never forgotten: where a day is dropped they stay as totals by quarter-hour. Not by day:
 * a subscription begins at a local midnight, which cuts a UTC day.
 */
export const changes: UsageKind = { keep: keepChanges, carry: carryChanges };

export const isChange = (series: string): boolean => kindOf(series) === 'change';

function keepChanges(
  single: SingleEventsState,
  fields: Fields,
  metric: string,
  { cells }: Dropped,
): SingleEventsState {
  if (cells.length === 0 || single.change_rows === null) return single;
  const known = single.change_rows === 0 ? [] : openChanges(fields, metric);
  const sums = new Map(known.map((row) => [nameOf(row), row]));
  for (const [day, { slots }] of cells) {
    for (const [slot, bySeries] of slots) {
      const at = quarterOf((dayStart(day) + slot) as Micros);
      for (const [series, { sum }] of bySeries) {
        if (!isChange(series)) continue;
        const name = nameOf({ series, at });
        const total = addDecimals(sums.get(name)?.sum ?? '0', sum);
        if (total === '0') sums.delete(name);
        else sums.set(name, { series, at, sum: total });
      }
    }
  }
  const rows = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  if (rows.length > STANDING_MAX) {
    fields.remove(fieldName.changes(metric));
    return { ...single, change_rows: null };
  }
  if (rows.length === 0) fields.remove(fieldName.changes(metric));
  else fields.put(fieldName.changes(metric), changesCodec, rows);
  return { ...single, change_rows: rows.length };
}

/** What all steps of the span come to. */
function carryChanges(metric: LedgerMetric, span: Span): CarriedOver {
  const { fields, code, state } = metric;
  const rows = (state.single ?? NO_SINGLE_EVENTS).change_rows;
  if (rows === 0 && !Object.keys(state.series).some(isChange)) return NOTHING_CARRIED;
  if (rows === null) return { kind: 'full', day: null };
  const levels = new Map<string, string>();
  for (const [series, { sum }] of sumSpan(metric, span)) {
    if (isChange(series)) levels.set(series, sum);
  }
  for (const { series, at, sum } of rows === 0 ? [] : openChanges(fields, code)) {
    if (at < span.from || at >= span.to) continue;
    levels.set(series, addDecimals(levels.get(series) ?? '0', sum));
  }
  const carried = [...levels].map(([series, level]): [string, Carried] => [
    series,
    { kind: 'change', level },
  ]);
  return { kind: 'carried', bySeries: new Map(carried) };
}

const openChanges = (fields: Fields, metric: string): readonly ChangeRow[] =>
  fields.openKnown(fieldName.changes(metric), changesCodec) ?? [];

const nameOf = ({ series, at }: Pick<ChangeRow, 'series' | 'at'>): string =>
  JSON.stringify([series, at]);
