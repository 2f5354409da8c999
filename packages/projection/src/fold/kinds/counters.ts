import { type Carried, dayStart } from '@portal/billing';
import { type SeriesDays } from '../../state/usage-state.ts';
import { type CarriedOver, kindOf, type LedgerMetric, type Span, type UsageKind } from './kind.ts';
import { sumSpan } from './span-cells.ts';

/** Counters are never kept one by one: of what is dropped nothing stays. */
export const counters: UsageKind = { keep: (single) => single, carry: carryCounters };

/** Nothing of counters is carried; but what sums up the span cannot be had where there were some. */
function carryCounters(metric: LedgerMetric, span: Span): CarriedOver {
  const { state, firstKeptDay } = metric;
  const counters = Object.keys(state.series).filter((name) => kindOf(name) === 'counter');
  const isIn = (name: string): boolean => isSurelyIn(state.series[name], span, firstKeptDay);
  const sums = counters.every(isIn) ? null : sumSpan(metric, span);
  const found = counters.filter((name) => isIn(name) || sums?.has(name));
  const counter: Carried = { kind: 'counter' };
  return { kind: 'carried', bySeries: new Map(found.map((name) => [name, counter])) };
}

/** The first or the last day it was seen is kept, and lies wholly in the span. */
function isSurelyIn(
  seen: SeriesDays | undefined,
  { from, to }: Span,
  firstKeptDay: number,
): boolean {
  return (
    seen?.some((day) => day >= firstKeptDay && dayStart(day) >= from && dayStart(day + 1) <= to) ??
    false
  );
}
