import { dayOf, sumDay, type Totals } from '@portal/billing';
import { daysBetween } from '../../state/day-ranges.ts';
import { cellsCodec } from '../../stored/cells.ts';
import { fieldName, openWhere } from '../fields.ts';
import { type LedgerMetric, type Span } from './kind.ts';

/** What the cells of the span add up to, by series. */
export function sumSpan(
  { fields, code, state, firstKeptDay }: LedgerMetric,
  span: Span,
): ReadonlyMap<string, Totals> {
  const sums = new Map<string, Totals>();
  for (const day of daysBetween(state.days, dayOf(span.from), dayOf(span.to) + 1)) {
    const name = fieldName.cells(day, code);
    // Older days are listed as long as single events of them are to be dropped, whose cells are gone.
    const cells = openWhere(day >= firstKeptDay, fields, name, cellsCodec);
    if (cells !== null) sumDay(cells, day, span, sums);
  }
  return sums;
}
