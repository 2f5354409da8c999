import { isOfScope, parseSeries } from '@portal/billing';
import { type Dict } from '../../dict.ts';
import { type SeriesDays } from '../../state/usage-state.ts';

type SeriesDict = Dict<SeriesDays>;

/** How many series were seen since the first day that is kept: counted once in a fold, then kept up to date. */
export interface AliveSeries {
  count(series: SeriesDict, firstKeptDay: number): number;
  countOfScope(series: SeriesDict, firstKeptDay: number, scope: string | null): number;
  /** A series that was not alive was put into `before`, which gave `after`. */
  grown(before: SeriesDict, after: SeriesDict, added: string): void;
}

interface Counts {
  readonly firstKeptDay: number;
  all: number;
  /** As far as they were asked for. */
  readonly byScope: Map<string | null, number>;
}

export function createAliveSeries(): AliveSeries {
  const known = new Map<SeriesDict, Counts>();

  const aliveIn = (series: SeriesDict, firstKeptDay: number): readonly string[] =>
    Object.keys(series).filter((text) => (series[text]?.[1] ?? -Infinity) >= firstKeptDay);
  const countsOf = (series: SeriesDict, firstKeptDay: number): Counts => {
    const counts = known.get(series);
    if (counts?.firstKeptDay === firstKeptDay) return counts;
    const all = aliveIn(series, firstKeptDay).length;
    const made: Counts = { firstKeptDay, all, byScope: new Map() };
    known.set(series, made);
    return made;
  };

  return {
    count: (series, firstKeptDay) => countsOf(series, firstKeptDay).all,
    countOfScope: (series, firstKeptDay, scope) => {
      const { byScope } = countsOf(series, firstKeptDay);
      const counted =
        byScope.get(scope) ??
        aliveIn(series, firstKeptDay).filter((text) => isOfScope(text, scope)).length;
      byScope.set(scope, counted);
      return counted;
    },
    grown: (before, after, added) => {
      const counts = known.get(before);
      if (counts === undefined) return;
      known.delete(before);
      known.set(after, counts);
      counts.all += 1;
      const { scope } = parseSeries(added);
      const ofScope = counts.byScope.get(scope);
      if (ofScope !== undefined) counts.byScope.set(scope, ofScope + 1);
    },
  };
}
