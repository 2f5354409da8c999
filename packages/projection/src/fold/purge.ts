import { dayOf, type Micros } from '@portal/billing';
import { fromEntries } from '../dict.ts';
import { type Settings } from '../settings.ts';
import { daysBetween, daysFrom } from '../state/day-ranges.ts';
import { type MetricState, type State, type UsageState } from '../state/state.ts';
import { fieldName, type Fields } from './fields.ts';
import { hourCodec, keptSince } from './usage-events.ts';

const HOURS_PER_DAY = 24;

/**
 * Drops what lies behind the newest usage: event ids beyond the deduplication window (whole days),
 * cells beyond the ledger horizon. Driven by usage timestamps alone, never by a clock.
 */
export function purge(state: State, fields: Fields, settings: Settings): UsageState {
  const { usage } = state;
  const mark = oldestMark(state);
  if (mark === null) return usage;
  const keptFrom = keptSince(mark, settings);
  const cellsFrom = cellsSince(mark, settings);
  for (const day of daysBetween(usage.kept_days, -Infinity, keptFrom)) dropDay(day, fields);
  const kept_days = daysFrom(usage.kept_days, keptFrom);
  return { ...usage, kept_days, metrics: dropCells(usage, fields, cellsFrom) };
}

/** First UTC day whose cells are still kept when the newest usage is `mark`. */
export const cellsSince = (mark: Micros, settings: Settings): number =>
  dayOf((mark - settings.ledgerHorizon) as Micros);

/** An open hole is judged by the mark of its moment: until it is closed, ids reach back from there. */
function oldestMark(state: State): Micros | null {
  const { mark } = state.usage;
  const holes = state.holes.filter((hole) => hole.partition.startsWith('usage/'));
  if (mark === null || holes.some((hole) => hole.mark === null)) return null;
  return Math.min(mark, ...holes.map((hole) => hole.mark ?? mark)) as Micros;
}

function dropDay(day: number, fields: Fields): void {
  const first = day * HOURS_PER_DAY;
  for (let hour = first; hour < first + HOURS_PER_DAY; hour += 1) {
    const name = fieldName.hour(hour);
    const kept = fields.open(name, hourCodec);
    if (kept === null) continue;
    for (const id of kept.keys()) fields.remove(fieldName.eventId(id));
    fields.remove(name);
  }
}

function dropCells(usage: UsageState, fields: Fields, from: number): UsageState['metrics'] {
  const entries = Object.entries(usage.metrics);
  const due = entries.some(
    ([, m]) => !('capped' in m) && m.days[0] !== undefined && m.days[0][0] < from,
  );
  if (!due) return usage.metrics;
  return fromEntries<MetricState>(
    entries.map(([metric, state]) => {
      if ('capped' in state) return [metric, state] as const;
      for (const day of daysBetween(state.days, -Infinity, from)) {
        fields.remove(fieldName.cells(day, metric));
      }
      return [metric, { ...state, days: daysFrom(state.days, from) }] as const;
    }),
  );
}
