import { type Decimal, ZERO } from '../decimal.ts';
import { type Fields } from './fields.ts';

/** One step of a ladder of prices, named by its upper bound; null has none. */
export interface Range {
  /** Place in the list as it was written, from 0: what an explanation names. */
  readonly index: number;
  readonly up_to: Decimal | null;
  readonly per_unit_amount: Decimal;
  readonly flat_amount: Decimal;
}

/** By upper bound, the open one last, whatever the order they were written in. */
export function readRanges(fields: Fields): readonly Range[] {
  const ranges = fields.list('ranges').map((range, index) => ({
    index,
    up_to: range.optional('up_to'),
    per_unit_amount: range.orElse('per_unit_amount', ZERO),
    flat_amount: range.orElse('flat_amount', ZERO),
  }));
  return ranges.sort(byBound);
}

function byBound(a: Range, b: Range): number {
  if (a.up_to === null || b.up_to === null)
    return Number(a.up_to === null) - Number(b.up_to === null);
  return a.up_to.cmp(b.up_to);
}
