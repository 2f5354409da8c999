import { type Decimal, maxOf, ONE, ZERO } from '../../decimal.ts';
import { type Fields } from '../fields.ts';
import { type Priced, priced } from '../steps.ts';

/** Whole packages of package_size units, each begun one at `amount`, after the free units. */
export interface PackagePrice {
  readonly model: 'package';
  readonly amount: Decimal;
  readonly package_size: Decimal;
  readonly free_units: Decimal;
}

export function readPackage(fields: Fields): PackagePrice {
  const size = fields.orElse('package_size', ONE);
  if (size.lte(ZERO)) fields.refuse('package_size', 'is not positive');
  return {
    model: 'package',
    amount: fields.required('amount'),
    package_size: size,
    free_units: fields.orElse('free_units', ZERO),
  };
}

export function packageAmount(price: PackagePrice, units: Decimal): Priced {
  const paid = maxOf(ZERO, units.minus(price.free_units));
  const packages = packagesOf(paid, price.package_size);
  return priced([
    {
      kind: 'packages',
      packages,
      package_price: price.amount,
      amount: packages.times(price.amount),
    },
  ]);
}

/** Exact, though a quotient is not: the rest of the division decides whether one more is begun. */
function packagesOf(units: Decimal, size: Decimal): Decimal {
  const whole = units.div(size).round(0, 0);
  return whole.times(size).lt(units) ? whole.plus(ONE) : whole;
}
