import { type Decimal, ZERO } from '../decimal.ts';
import { type Fields } from './fields.ts';

/** One step of a ladder of prices, named by its upper bound; null has none. */
export interface Bound {
  /** Place in the list as it was written, from 0: what an explanation names. */
  readonly index: number;
  readonly up_to: Decimal | null;
  readonly flat_amount: Decimal;
}

export interface Range extends Bound {
  readonly per_unit_amount: Decimal;
}

export interface RateRange extends Bound {
  readonly rate: Decimal;
}

export const readRanges = (fields: Fields): readonly Range[] =>
  ladderOf(fields, (entry) => ({ per_unit_amount: entry.orElse('per_unit_amount', ZERO) }));

export const readRateRanges = (fields: Fields): readonly RateRange[] =>
  ladderOf(fields, (entry) => ({ rate: entry.orElse('rate', ZERO) }));

/** By upper bound, the open one last, whatever the order they were written in. */
function ladderOf<Price>(
  fields: Fields,
  read: (entry: Fields) => Price,
): readonly (Bound & Price)[] {
  const ranges = fields.list('ranges').map((entry, index) => ({
    index,
    up_to: entry.optional('up_to'),
    ...read(entry),
    flat_amount: entry.orElse('flat_amount', ZERO),
  }));
  return ranges.sort(byBound);
}

function byBound(a: Bound, b: Bound): number {
  if (a.up_to === null || b.up_to === null)
    return Number(a.up_to === null) - Number(b.up_to === null);
  return a.up_to.cmp(b.up_to);
}
