import { type Decimal } from '../decimal.ts';
import { type PropertyBag } from '../terms.ts';
import { type Fields, fieldsOf } from './fields.ts';
import { graduatedAmount, type GraduatedPrice, readGraduated } from './models/graduated.ts';
import { packageAmount, type PackagePrice, readPackage } from './models/package.ts';
import { readStandard, standardAmount, type StandardPrice } from './models/standard.ts';
import { readVolume, volumeAmount, type VolumePrice } from './models/volume.ts';
import { type Priced } from './steps.ts';

/** A charge's price, read and checked. Amounts are minor units of the plan's currency, with decimals. */
export type Price = StandardPrice | GraduatedPrice | VolumePrice | PackagePrice;

export type PriceRead =
  | { readonly kind: 'price'; readonly price: Price }
  | { readonly kind: 'unavailable'; readonly reason: string };

const READERS: ReadonlyMap<string, (fields: Fields) => Price> = new Map<
  string,
  (fields: Fields) => Price
>([
  ['standard', readStandard],
  ['graduated', readGraduated],
  ['volume', readVolume],
  ['package', readPackage],
]);

/** Models of the event contract that no reader above knows. */
const NOT_BUILT_YET = new Set(['percentage', 'graduated_percentage', 'custom', 'dynamic']);

/**
 * Reads the properties of a model, under their canonical names: `amount`, `min_price`, `max_price`,
 * `ranges: [{ up_to, per_unit_amount, flat_amount }]`, `free_units`, `package_size`. The price itself is
 * required, every other property has a neutral value. The reason names the property that is wrong.
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
  if (read === undefined) return { kind: 'unavailable', reason: reasonAgainst(model) };
  const fields = fieldsOf(bag);
  const price = read(fields);
  const problem = fields.problem();
  return problem === null ? { kind: 'price', price } : { kind: 'unavailable', reason: problem };
}

const reasonAgainst = (model: string): string =>
  NOT_BUILT_YET.has(model)
    ? `charge model ${model} is not built yet`
    : `unknown charge model '${model}'`;

/** The exact amount for that many units. */
export function amountOf(price: Price, units: Decimal): Priced {
  switch (price.model) {
    case 'standard':
      return standardAmount(price, units);
    case 'graduated':
      return graduatedAmount(price, units);
    case 'volume':
      return volumeAmount(price, units);
    case 'package':
      return packageAmount(price, units);
    default:
      return price satisfies never;
  }
}
