import * as fc from 'fast-check';
import {
  type Cycle,
  INTERVALS,
  MICROS_PER_DAY,
  MICROS_PER_HOUR,
  MICROS_PER_MILLI,
  micros,
  type Micros,
  toMillis,
} from '../../src/index.ts';
import { arbitraryInstant, arbitraryZone, instant } from '../cycles.ts';
import { changeWithin, dayOf, offset } from './oracle.ts';

/** A zone, and an instant at which its clocks are changed (any instant where they never are). */
export interface Edge {
  readonly zone: string;
  readonly change: Micros;
}

export interface Case {
  readonly cycle: Cycle;
  readonly at: Micros;
}

/** Clocks that changed over midnight, by odd amounts or by whole days, each with the day before. */
const NOTABLE = [
  ['Pacific/Apia', '2011-12-29'],
  ['Pacific/Fakaofo', '2011-12-29'],
  ['Pacific/Kiritimati', '1994-12-30'],
  ['Pacific/Kwajalein', '1969-09-29'],
  ['Pacific/Kwajalein', '1993-08-20'],
  ['America/Juneau', '1867-10-16'],
  ['Asia/Manila', '1844-12-29'],
  ['America/Sao_Paulo', '2018-02-17'],
  ['America/Sao_Paulo', '2018-11-03'],
  ['America/Santiago', '2026-09-05'],
  ['America/Havana', '2026-03-07'],
  ['America/Havana', '2026-10-31'],
  ['America/Goose_Bay', '2005-10-29'],
  ['America/Moncton', '1998-10-24'],
  ['America/St_Johns', '1999-10-30'],
  ['America/St_Johns', '2006-10-28'],
  ['America/Caracas', '2007-12-08'],
  ['America/Danmarkshavn', '1980-09-27'],
  ['America/Ciudad_Juarez', '1996-10-26'],
  ['America/Argentina/Salta', '1992-02-28'],
  ['Africa/Cairo', '2026-04-22'],
  ['Africa/Cairo', '2026-10-28'],
  ['Africa/Casablanca', '2026-02-14'],
  ['Africa/Casablanca', '2026-03-21'],
  ['Africa/Monrovia', '1972-01-06'],
  ['Antarctica/Casey', '2010-03-03'],
  ['Antarctica/Troll', '2005-02-11'],
  ['Antarctica/Troll', '2026-03-28'],
  ['Asia/Beirut', '2026-03-27'],
  ['Atlantic/Azores', '2026-10-24'],
  ['Asia/Kathmandu', '1985-12-30'],
  ['Asia/Pyongyang', '2015-08-13'],
  ['Asia/Pyongyang', '2018-05-03'],
  ['Australia/Lord_Howe', '2026-04-03'],
] as const;

/** From the oldest instants events may bear; zones had offsets of odd seconds then. */
const SINCE_1830 = fc
  .integer({ min: Date.UTC(1830, 0, 1) * 1_000, max: Date.UTC(2100, 0, 1) * 1_000 })
  .map(micros);

export const arbitraryEdge: fc.Arbitrary<Edge> = fc
  .oneof(
    fc.tuple(arbitraryZone, SINCE_1830),
    fc
      .constantFrom(...NOTABLE)
      .map(([zone, date]) => [zone, instant(`${date}T00:00:00Z`)] as const),
  )
  .map(([zone, from]) => ({ zone, change: changeAfter(from, zone) }));

/** At the change, close to it, or some periods away. */
export const instantNear = ({ change }: Edge): fc.Arbitrary<Micros> =>
  fc
    .oneof(
      fc.constantFrom(-1, 0, 1),
      fc.integer({ min: -2 * MICROS_PER_HOUR, max: 2 * MICROS_PER_HOUR }),
      fc.integer({ min: -2 * MICROS_PER_DAY, max: 2 * MICROS_PER_DAY }),
      fc.integer({ min: -800 * MICROS_PER_DAY, max: 800 * MICROS_PER_DAY }),
    )
    .map((distance) => micros(change + distance));

/** A cycle with, as a rule, a boundary on the day of a change or a neighbour of it; an instant near. */
export const arbitraryCase: fc.Arbitrary<Case> = arbitraryEdge.chain((edge) =>
  fc.record({
    cycle: fc.record({
      interval: fc.constantFrom(...INTERVALS),
      billing_time: fc.constantFrom('anniversary', 'anniversary', 'calendar'),
      month_end: fc.constantFrom('day_of_month', 'end_of_month'),
      anchor: fc.oneof({ weight: 4, arbitrary: anchorNear(edge) }, arbitraryInstant),
      timezone: fc.constant(edge.zone),
      current_period_start: fc.constant(null),
      current_period_end: fc.constant(null),
      ends_at: fc.constant(null),
    }),
    at: instantNear(edge),
  }),
);

/** So many weeks and months before the day of a change, or one next to it. */
const anchorNear = ({ zone, change }: Edge): fc.Arbitrary<Micros> =>
  fc
    .record({
      days: fc.constantFrom(0, 0, 0, -1, 1),
      weeks: fc.integer({ min: -60, max: 0 }),
      months: fc.constantFrom(-60, -24, -13, -12, -6, -3, -1, 0, 1, 12),
      byWeeks: fc.boolean(),
    })
    .map(({ days, weeks, months, byWeeks }) => {
      const date = dayOf(change, zone)
        .plus({ days })
        .plus(byWeeks ? { weeks } : { months });
      const noon = date.plus({ hours: 12 }).toMillis();
      return micros((noon - offset(noon, zone)) * MICROS_PER_MILLI);
    });

/** In steps of five days: of two changes closer than that, one case less would be tried. */
function changeAfter(at: Micros, zone: string): Micros {
  const step = (5 * MICROS_PER_DAY) / MICROS_PER_MILLI;
  const from = toMillis(at);
  const before = offset(from, zone);
  for (let to = from + step; to < from + 80 * step; to += step) {
    if (offset(to, zone) !== before) {
      return micros(changeWithin(zone, to - step, to) * MICROS_PER_MILLI);
    }
  }
  return at;
}
