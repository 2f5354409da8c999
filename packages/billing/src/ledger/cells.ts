import { type Micros, MICROS_PER_DAY, MICROS_PER_MINUTE } from '../micros.ts';
import { mergeTotals, type Totals } from './totals.ts';

/**
 * One UTC day of one metric: totals by series and time slot.
 *
 *      exact:   a slot is one instant             quarter: a slot is a quarter of an hour
 *      ┌ 09:00:00.5 ┐ ┌ 09:07:31 ┐     above      ┌ 09:00–09:15 ┐ ┌ 09:15–09:30 ┐
 *      │ a: 1 event │ │ a: 1     │ ───────────►   │ a: 2 events │ │ b: 4 events │
 *      └────────────┘ └──────────┘  EXACT_SLOTS   └─────────────┘ └─────────────┘
 *
 * A quiet day keeps every instant, so any period boundary cuts it exactly. A busy one falls back to
 * quarter-hours, to which time zones align. Which of both depends only on the set of instants seen,
 * never on their order.
 */
export interface DayCells {
  exact: boolean;
  /** slot → series → totals. A slot is microseconds since midnight UTC of that day. */
  readonly slots: Map<number, Map<string, Totals>>;
}

export const EXACT_SLOTS_MAX = 256;
export const QUARTER = 15 * MICROS_PER_MINUTE;

/** The begin of its quarter-hour. */
export const quarterOf = (at: Micros): Micros => (at - mod(at, QUARTER)) as Micros;
export const dayOf = (at: Micros): number => Math.floor(at / MICROS_PER_DAY);
export const dayStart = (day: number): Micros => (day * MICROS_PER_DAY) as Micros;

export const newDay = (): DayCells => ({ exact: true, slots: new Map() });

/** The instant a cell of this day counts as: its own, or the start of its quarter-hour. */
export function slotInstant(day: DayCells, at: Micros): Micros {
  return day.exact ? at : quarterOf(at);
}

/** Adds one event's totals. Returns true when the day had to be coarsened by it. */
export function addToDay(day: DayCells, at: Micros, series: string, totals: Totals): boolean {
  addToSlot(day, slotOf(day, at), series, totals);
  return coarsenIfBusy(day);
}

/** Sums the cells whose instant lies in `[from, to)`, by series, into `into`. Returns the last of these instants. */
export function sumDay(
  day: DayCells,
  dayNumber: number,
  window: { readonly from: Micros; readonly to: Micros },
  into: Map<string, Totals>,
): Micros | null {
  const start = dayStart(dayNumber);
  let last: Micros | null = null;
  for (const [slot, bySeries] of day.slots) {
    const at = (start + slot) as Micros;
    if (at < window.from || at >= window.to) continue;
    if (last === null || at > last) last = at;
    for (const [series, totals] of bySeries) {
      const before = into.get(series);
      into.set(series, before === undefined ? totals : mergeTotals(before, totals));
    }
  }
  return last;
}

function addToSlot(day: DayCells, slot: number, series: string, totals: Totals): void {
  const bySeries = openSlot(day, slot);
  const before = bySeries.get(series);
  bySeries.set(series, before === undefined ? totals : mergeTotals(before, totals));
}

/** The slot's totals by series, to be added to. */
export function openSlot(day: DayCells, slot: number): Map<string, Totals> {
  const known = day.slots.get(slot);
  if (known !== undefined) return known;
  const opened = new Map<string, Totals>();
  day.slots.set(slot, opened);
  return opened;
}

const slotOf = (day: DayCells, at: Micros): number => mod(slotInstant(day, at), MICROS_PER_DAY);

function coarsenIfBusy(day: DayCells): boolean {
  if (!day.exact || day.slots.size <= EXACT_SLOTS_MAX) return false;
  const exact = [...day.slots];
  day.slots.clear();
  day.exact = false;
  for (const [slot, bySeries] of exact) {
    openSlot(day, slot - (slot % QUARTER));
    for (const [series, totals] of bySeries) {
      addToSlot(day, slot - (slot % QUARTER), series, totals);
    }
  }
  return true;
}

const mod = (value: number, by: number): number => ((value % by) + by) % by;
