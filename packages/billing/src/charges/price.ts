import { type PropertyBag } from '../terms.ts';
import { type Fields, fieldsOf } from './fields.ts';
import { type Measured } from './measured.ts';
import { customAmount, type CustomPrice, readCustom } from './models/custom.ts';
import { dynamicAmount, type DynamicPrice, readDynamic } from './models/dynamic.ts';
import {
  graduatedAmount,
  graduatedPercentageAmount,
  type GraduatedPercentagePrice,
  type GraduatedPrice,
  readGraduated,
  readGraduatedPercentage,
} from './models/graduated.ts';
import { packageAmount, type PackagePrice, readPackage } from './models/package.ts';
import {
  percentageAmount,
  type PercentagePrice,
  propertyOfEvents,
  readPercentage,
} from './models/percentage.ts';
import { readStandard, standardAmount, type StandardPrice } from './models/standard.ts';
import { readVolume, volumeAmount, type VolumePrice } from './models/volume.ts';
import { type Priced } from './steps.ts';
import { type Unavailable, unavailable } from './unavailable.ts';

/** A charge's price, read and checked. Amounts are minor units of the plan's currency, with decimals. */
export type Price =
  | StandardPrice
  | GraduatedPrice
  | VolumePrice
  | PackagePrice
  | PercentagePrice
  | GraduatedPercentagePrice
  | CustomPrice
  | DynamicPrice;

export type PriceRead = { readonly kind: 'price'; readonly price: Price } | Unavailable;

const READERS: ReadonlyMap<string, (fields: Fields) => Price> = new Map<
  string,
  (fields: Fields) => Price
>([
  ['standard', readStandard],
  ['graduated', readGraduated],
  ['volume', readVolume],
  ['package', readPackage],
  ['percentage', readPercentage],
  ['graduated_percentage', readGraduatedPercentage],
  ['custom', readCustom],
  ['dynamic', readDynamic],
]);

/**
 * Reads the properties of a model, under their canonical names. The price itself is required (`amount`,
 * `rate`, `ranges: [{ up_to, per_unit_amount | rate, flat_amount }]`, `custom_amount` or `unit_price`),
 * every other property has a neutral value. The reason names the property that is wrong.
 */
export function readPrice(model: string, bag: PropertyBag): PriceRead {
  const known = lastReads.get(bag);
  if (known?.model === model) return known.read;
  const read = readAnew(model, bag);
  lastReads.set(bag, { model, read });
  return read;
}

/** A customer is priced again at every event, from the same bag as long as its terms stay. */
const lastReads = new WeakMap<PropertyBag, { readonly model: string; readonly read: PriceRead }>();

function readAnew(model: string, bag: PropertyBag): PriceRead {
  const read = READERS.get(model);
  if (read === undefined) return unavailable(`unknown charge model '${model}'`);
  const fields = fieldsOf(bag);
  const price = read(fields);
  const problem = fields.problem();
  return problem === null ? { kind: 'price', price } : unavailable(problem);
}

/** The exact amount of what was measured. */
export function amountOf(price: Price, measured: Measured): Priced | Unavailable {
  const { units } = measured;
  switch (price.model) {
    case 'standard':
      return standardAmount(price, units);
    case 'graduated':
      return graduatedAmount(price, units);
    case 'volume':
      return volumeAmount(price, units);
    case 'package':
      return packageAmount(price, units);
    case 'percentage':
      return percentageAmount(price, measured);
    case 'graduated_percentage':
      return graduatedPercentageAmount(price, units);
    case 'custom':
      return customAmount(price, units);
    case 'dynamic':
      return dynamicAmount(measured.usage);
    default:
      return price satisfies never;
  }
}

/** Whether an amount depends on single events, beyond their number and what they carry themselves. */
export const pricesEvents = (price: Price): boolean =>
  price.model === 'percentage' && propertyOfEvents(price) !== null;
