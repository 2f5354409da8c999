import { type Decimal, ofInteger, ZERO } from '../../decimal.ts';
import { type Fields } from '../fields.ts';

/** How many of the earliest events are free, and how many units; null is no such allowance. */
export interface Allowances {
  readonly events: Decimal | null;
  readonly units: Decimal | null;
}

export interface FreeFirst {
  /** What is left of each event that is not wholly free, in order. */
  readonly billable: readonly Decimal[];
  readonly freeUnits: Decimal;
}

/** An allowance of 0 is none, as if the property were absent. */
export function readAllowances(fields: Fields): Allowances {
  const events = readAllowance(fields, 'free_units_per_events');
  if (events?.eq(events.round(0, 0)) === false) {
    fields.refuse('free_units_per_events', 'is not a whole number');
  }
  return { events, units: readAllowance(fields, 'free_units_per_total_aggregation') };
}

function readAllowance(fields: Fields, name: string): Decimal | null {
  const given = fields.optional(name);
  if (given?.lt(ZERO) === true) fields.refuse(name, 'is negative');
  return given?.gt(ZERO) === true ? given : null;
}

/** Takes the allowances off the values, in their order; the first one exhausted ends the free part. */
export function freeFirst(allowances: Allowances, values: readonly Decimal[]): FreeFirst {
  const { events, units } = allowances;
  const billable: Decimal[] = [];
  let open = events !== null || units !== null;
  let taken = ZERO;
  for (const [index, value] of values.entries()) {
    open &&= !isSpent(events, ofInteger(index)) && !isSpent(units, taken);
    const free = open ? withinLimit(value, units?.minus(taken)) : ZERO;
    taken = taken.plus(free);
    if (!open || free.lt(value)) billable.push(value.minus(free));
  }
  // Units that no event of the period brought (they were rounded up) are free while the allowance lasts.
  const lasts = units !== null && !isSpent(events, ofInteger(values.length));
  return { billable, freeUnits: lasts ? units : taken };
}

const isSpent = (allowance: Decimal | null, taken: Decimal): boolean =>
  allowance?.lte(taken) ?? false;

const withinLimit = (value: Decimal, limit: Decimal | undefined): Decimal =>
  limit?.lt(value) === true ? limit : value;
