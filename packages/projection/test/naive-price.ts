import { type Charge, type ChargeFilter } from '@portal/billing';
import {
  type Fraction,
  fractionOf,
  larger,
  less,
  minus,
  NOTHING,
  plus,
  smaller,
  times,
  total,
  whole,
} from '../../billing/test/fraction.ts';
import {
  expectedAmount,
  type Written,
  type WrittenRange,
} from '../../billing/test/charges/oracle.ts';
import { type Used } from './naive-units.ts';

/** The exact price of a charge's part for these units, which these events in time order made up; null: it has none. */
export function naiveAmount(
  charge: Charge,
  filter: ChargeFilter | null,
  units: Fraction,
  events: readonly Used[],
): Fraction | null {
  const bag = { ...charge.properties, ...filter?.properties } as PropertyTexts;
  switch (charge.charge_model) {
    case 'standard':
    case 'package':
      return bag.amount === undefined ? null : expectedAmount(charge.charge_model, bag, units);
    case 'custom':
      return bag.custom_amount === undefined && bag.unit_price === undefined
        ? null
        : expectedAmount('custom', bag, units);
    case 'graduated':
    case 'graduated_percentage':
    case 'volume':
      return bag.ranges === undefined
        ? null
        : expectedAmount(charge.charge_model, { ranges: climbing(bag.ranges) }, units);
    case 'percentage':
      return bag.rate === undefined ? null : percentage(charge, bag, units, events);
    case 'dynamic':
      return events.some(({ amount_cents }) => amount_cents === null)
        ? null
        : total(events.map(({ amount_cents }) => fractionOf(amount_cents ?? '0')));
    default:
      return null;
  }
}

interface PropertyTexts extends Written {
  readonly rate?: string;
  readonly fixed_amount?: string;
  readonly free_units_per_events?: string;
  readonly free_units_per_total_aggregation?: string;
  readonly per_transaction_min_amount?: string;
  readonly per_transaction_max_amount?: string;
}

function climbing(ranges: readonly WrittenRange[]): readonly WrittenRange[] {
  const bound = ({ up_to }: WrittenRange): number => Number(up_to ?? Infinity);
  return [...ranges].sort((a, b) => bound(a) - bound(b) || 0);
}

function percentage(
  { aggregation, recurring }: Charge,
  bag: PropertyTexts,
  units: Fraction,
  events: readonly Used[],
): Fraction | null {
  const min = positive(bag.per_transaction_min_amount);
  const max = bag.per_transaction_max_amount;
  const freeEvents = positive(bag.free_units_per_events);
  const freeUnits = positive(bag.free_units_per_total_aggregation);
  const looksAtEvents = [min, max, freeEvents, freeUnits].some((each) => (each ?? null) !== null);
  const addsUpEvents = !recurring && ['sum', 'count'].includes(aggregation);
  if (looksAtEvents && !(addsUpEvents && events.every(({ kind }) => kind === 'point'))) return null;

  const fixed = fractionOf(bag.fixed_amount ?? '0');
  const rated = (value: Fraction): Fraction =>
    times(times(value, fractionOf(bag.rate ?? '0')), { top: 1n, bottom: 100n });
  let eventsLeft = freeEvents;
  let unitsLeft = freeUnits;
  let isOpen = freeEvents !== null || freeUnits !== null;
  let free = NOTHING;
  const billable: Fraction[] = [];
  for (const event of events) {
    const value = aggregation === 'count' ? whole(1n) : fractionOf(event.value);
    isOpen &&= isLeft(eventsLeft) && isLeft(unitsLeft);
    const part = isOpen ? smaller(value, unitsLeft ?? value) : NOTHING;
    if (!isOpen || less(part, value)) billable.push(minus(value, part));
    free = plus(free, part);
    eventsLeft = eventsLeft && minus(eventsLeft, whole(1n));
    unitsLeft = unitsLeft && minus(unitsLeft, part);
  }
  if (events.length > 0 && (min !== null || max !== undefined)) {
    const fees = billable.map((value) => {
      const fee = plus(rated(value), fixed);
      const lifted = larger(fee, min ?? fee);
      return max === undefined ? lifted : smaller(lifted, fractionOf(max));
    });
    return larger(NOTHING, total(fees));
  }
  // The units may be more than the events brought: they were rounded up.
  if (freeUnits !== null && isLeft(eventsLeft)) free = freeUnits;
  const paid = larger(NOTHING, minus(units, free));
  return plus(rated(paid), times(whole(BigInt(billable.length)), fixed));
}

const isLeft = (allowance: Fraction | null): boolean =>
  allowance === null || less(NOTHING, allowance);

/** An allowance or a minimum of 0 is none. */
function positive(text: string | undefined): Fraction | null {
  const value = fractionOf(text ?? '0');
  return less(NOTHING, value) ? value : null;
}
