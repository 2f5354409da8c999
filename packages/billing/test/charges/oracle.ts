import {
  ceil,
  type Fraction,
  fractionOf,
  larger,
  less,
  minus,
  NOTHING,
  plus,
  same,
  smaller,
  times,
  whole,
} from '../fraction.ts';

/** Properties as these tests write them: every one a decimal text, ranges in a list. */
export interface Written {
  readonly amount?: string | null;
  readonly min_price?: string | null;
  readonly max_price?: string | null;
  readonly package_size?: string | null;
  readonly free_units?: string | null;
  readonly custom_amount?: string | null;
  readonly unit_price?: string | null;
  readonly ranges?: readonly WrittenRange[];
}
export interface WrittenRange {
  readonly up_to?: string | null;
  readonly per_unit_amount?: string | null;
  readonly rate?: string | null;
  readonly flat_amount?: string | null;
}

/** The models that need only units, implemented again by their definitions, on exact fractions. */
export function expectedAmount(model: string, price: Written, units: Fraction): Fraction {
  switch (model) {
    case 'standard':
      return standard(price, units);
    case 'graduated':
      return graduated(price.ranges ?? [], units, perUnit);
    case 'graduated_percentage':
      return graduated(price.ranges ?? [], units, perCent);
    case 'volume':
      return volume(price.ranges ?? [], units);
    case 'package':
      return packages(price, units);
    case 'custom':
      return or(price.custom_amount, times(units, or(price.unit_price, NOTHING)));
    default:
      throw new Error(`the oracle does not know ${model}`);
  }
}

export const or = (text: string | null | undefined, neutral: Fraction): Fraction =>
  text === null || text === undefined ? neutral : fractionOf(text);

function standard(price: Written, units: Fraction): Fraction {
  const amount = times(units, or(price.amount, NOTHING));
  const lifted = larger(amount, or(price.min_price, amount));
  return smaller(lifted, or(price.max_price, lifted));
}

const perUnit = (range: WrittenRange): Fraction => or(range.per_unit_amount, NOTHING);
const perCent = (range: WrittenRange): Fraction => hundredth(or(range.rate, NOTHING));
export const hundredth = (value: Fraction): Fraction => ({ ...value, bottom: value.bottom * 100n });

/** The price of a number of units is the integral of the price per unit, so: what lies below each bound. */
function graduated(
  ranges: readonly WrittenRange[],
  units: Fraction,
  priceOf: (range: WrittenRange) => Fraction,
): Fraction {
  if (less(units, NOTHING)) return NOTHING;
  return ranges.reduce((sum, range, index) => {
    const before = ranges[index - 1]?.up_to;
    const lower = before === undefined ? NOTHING : or(before, units);
    const upTo = smaller(units, or(range.up_to, units));
    const inside = larger(NOTHING, minus(upTo, lower));
    const entered = index === 0 || less(lower, units);
    const flat = entered ? or(range.flat_amount, NOTHING) : NOTHING;
    return plus(sum, plus(flat, times(inside, priceOf(range))));
  }, NOTHING);
}

function volume(ranges: readonly WrittenRange[], units: Fraction): Fraction {
  const holds = ranges.filter((range) => !less(or(range.up_to, units), units));
  const range = holds[0] ?? ranges.at(-1) ?? {};
  return plus(times(units, or(range.per_unit_amount, NOTHING)), or(range.flat_amount, NOTHING));
}

function packages(price: Written, units: Fraction): Fraction {
  const paid = larger(NOTHING, minus(units, or(price.free_units, NOTHING)));
  const size = or(price.package_size, whole(1n));
  const begun = ceil({ top: paid.top * size.bottom, bottom: paid.bottom * size.top });
  return times(whole(begun), or(price.amount, NOTHING));
}

/** Whether a text of the code under test is exactly that fraction. */
export const equals = (text: string, expected: Fraction): boolean =>
  same(fractionOf(text), expected);
