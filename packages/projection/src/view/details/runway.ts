import {
  type Decimal,
  type Micros,
  MICROS_PER_DAY,
  MICROS_PER_HOUR,
  ofInteger,
  ONE,
  type Period,
  toIso,
  ZERO,
} from '@portal/billing';
import { type Runway } from '../../answer.ts';
import { type DocumentSubscription } from '../../document.ts';
import { LAST_INSTANT } from '../../range.ts';
import { startOf } from '../../state/subscription.ts';
import { type Clock } from '../clock.ts';
import { type Row } from '../rows.ts';

/** Something that grew evenly, for all we know, over a stretch of time. */
export interface Pace {
  readonly amount: Decimal;
  /** Microseconds. */
  readonly over: number;
}

/** How long of a period a subscription could be used until then, microseconds; null: not at all. */
export function elapsed(
  subscription: DocumentSubscription,
  { start, end }: Period,
  until: Micros,
): number | null {
  const over = Math.min(until, end) - Math.max(start, startOf(subscription));
  return over > 0 ? over : null;
}

/** The newest usage that the periods of now and before hold, to the quarter-hour; null: they hold none. */
export function newestUsage(rows: readonly Pick<Row, 'subscription' | 'life'>[]): Micros | null {
  const newest = rows.flatMap(({ subscription, life: { period } }) =>
    subscription.periods
      .filter(({ start, end }) => start === period.start || end === period.start)
      .flatMap((one) => one.newest ?? []),
  );
  return newest.length === 0 ? null : (Math.max(...newest) as Micros);
}

/**
 * Shorter than this tells nothing: of the running period an hour, of one that is over a day. What a start
 * that cuts, or one late in the day, leaves of the period before is no pace to go by.
 */
const LEAST = { period_to_date: MICROS_PER_HOUR, previous_period: MICROS_PER_DAY } as const;

/**
 * When `remaining` is used up if usage goes on evenly: once at the pace of this period so far, once at that
 * of the period before; the two are the earliest and the latest answer. Counted from the newest usage, not
 * from now, so that only events change it; what usage has not borne out by now is not told any more, nor
 * what lies at `before` or later.
 */
export function runwayOf(
  newest: Micros | null,
  remaining: Decimal,
  current: readonly Pace[],
  previous: readonly Pace[],
  clock: Clock,
  before: Micros | null,
): Runway | null {
  if (newest === null || remaining.lte(ZERO)) return null;
  const named = [
    { basis: 'period_to_date', at: usedUpAt(newest, remaining, current, LEAST.period_to_date) },
    { basis: 'previous_period', at: usedUpAt(newest, remaining, previous, LEAST.previous_period) },
  ] as const;
  const known = named.filter(({ at }) => at !== null && !clock.reached(at));
  const [first] = known;
  if (first === undefined) return null;
  const instants = known.map(({ at }) => at ?? newest);
  const earliest = Math.min(...instants) as Micros;
  if (before !== null && earliest >= before) return null;
  return {
    method: 'linear',
    basis: known.map(({ basis }) => basis),
    earliest: toIso(earliest),
    latest: toIso(Math.max(...instants) as Micros),
  };
}

/** null: never, or not before the end of time, or there is too little to go by. */
function usedUpAt(
  newest: Micros,
  remaining: Decimal,
  paces: readonly Pace[],
  least: number,
): Micros | null {
  const usable = paces.filter(({ over, amount }) => over >= least && amount.gt(ZERO));
  if (usable.length === 0) return null;
  // Σ amount ÷ over as one fraction, so that only one division is rounded.
  const [amount, over] = usable.reduce<readonly [Decimal, Decimal]>(
    ([sum, by], pace) => {
      const length = ofInteger(pace.over);
      return [sum.times(length).plus(pace.amount.times(by)), by.times(length)];
    },
    [ZERO, ONE],
  );
  const micros = remaining.times(over).div(amount).round(0, TOWARD_ZERO);
  if (micros.gt(LONGEST)) return null;
  const at = newest + Number(micros.toFixed());
  return at > LAST_INSTANT ? null : (at as Micros);
}

const TOWARD_ZERO = 0;
/** A hundred years: beyond, a pace is no forecast. */
const LONGEST = ofInteger(36_525 * MICROS_PER_DAY);
