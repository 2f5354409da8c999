import { type Decimal } from '../../decimal.ts';
import { type Fields } from '../fields.ts';
import { type Range, readRanges } from '../ranges.ts';
import { type Priced, priced, unitsStep } from '../steps.ts';

/** All units at the price of the one range that holds their number, and its flat amount. */
export interface VolumePrice {
  readonly model: 'volume';
  readonly ranges: readonly Range[];
}

export const readVolume = (fields: Fields): VolumePrice => ({
  model: 'volume',
  ranges: readRanges(fields),
});

/** The first range whose bound is not below the units; the last one when all are. */
export function volumeAmount(price: VolumePrice, units: Decimal): Priced {
  const range =
    price.ranges.find(({ up_to }) => up_to === null || up_to.gte(units)) ?? price.ranges.at(-1);
  if (range === undefined) return priced([]);
  return priced([
    unitsStep(units, range.per_unit_amount, range.index),
    { kind: 'flat', range: range.index, amount: range.flat_amount },
  ]);
}
