import {
  type Cycle,
  localDate,
  type Micros,
  type Period,
  settledPeriodAt,
  startOfLocalDay,
  uncutPeriod,
} from '@portal/billing';
import { type SubscriptionSnapshot } from '../../events.ts';
import { cycleOf, startOf, trialBaseOf } from '../../state/subscription.ts';
import { type UsagePeriod } from '../../state/usage-state.ts';

/** Time as a subscription's terms cut it. Usage before the local day on which it begins does not count for it. */
export interface Calendar {
  readonly zone: string;
  /** The local day on which the subscription begins. */
  readonly began: Micros;
  /** The local day from which on usage is carried into its periods: a change of plan keeps it. */
  readonly spanFrom: Micros;
  /** The settled period that contains an instant. */
  periodAt(at: Micros): UsagePeriod;
  /** The one that a start ahead will cut, where it holds any time; null: there is none. */
  readonly uncut: UsagePeriod | null;
}

/** Reckoned once for terms in a zone; what is remembered goes with the terms. */
export function calendarOf(terms: SubscriptionSnapshot, zone: string): Calendar {
  const known = calendars.get(terms);
  if (known?.zone === zone) return known;
  const made = createCalendar(terms, zone);
  calendars.set(terms, made);
  return made;
}

const calendars = new WeakMap<SubscriptionSnapshot, Calendar>();

/** A fold asks for the period of the mark, two before it and up to five later ones. */
const PERIODS_MAX = 8;

function createCalendar(terms: SubscriptionSnapshot, zone: string): Calendar {
  const cycle: Cycle = cycleOf(terms, zone);
  const firstInstant = (at: Micros): Micros => startOfLocalDay(localDate(at, zone), zone);
  const began = firstInstant(startOf(terms));
  const cut = ({ start, end }: Period): UsagePeriod => ({
    start,
    end,
    from: start > began ? start : began,
  });
  const uncut = uncutPeriod(cycle);
  const cutUncut = uncut === null ? null : cut(uncut);
  const periods: UsagePeriod[] = [];
  return {
    zone,
    began,
    spanFrom: firstInstant(trialBaseOf(terms)),
    uncut: cutUncut !== null && cutUncut.from < cutUncut.end ? cutUncut : null,
    periodAt: (at) => {
      const known = periods.find(({ start, end }) => start <= at && at < end);
      if (known !== undefined) return known;
      const period = cut(settledPeriodAt(cycle, at));
      if (periods.length === PERIODS_MAX) periods.shift();
      periods.push(period);
      return period;
    },
  };
}
