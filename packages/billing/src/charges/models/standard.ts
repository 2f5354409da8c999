import { type Decimal } from '../../decimal.ts';
import { type Fields } from '../fields.ts';
import { type Priced, priced, type PriceStep, unitsStep } from '../steps.ts';

/** units × amount, at least min_price and at most max_price when given. */
export interface StandardPrice {
  readonly model: 'standard';
  readonly amount: Decimal;
  readonly min_price: Decimal | null;
  readonly max_price: Decimal | null;
}

export const readStandard = (fields: Fields): StandardPrice => ({
  model: 'standard',
  amount: fields.required('amount'),
  min_price: fields.optional('min_price'),
  max_price: fields.optional('max_price'),
});

export function standardAmount(price: StandardPrice, units: Decimal): Priced {
  const steps: PriceStep[] = [unitsStep(units, price.amount, null)];
  const { min_price: min, max_price: max } = price;
  let amount = units.times(price.amount);
  if (min !== null && amount.lt(min)) {
    steps.push({ kind: 'min_price', amount: min.minus(amount) });
    amount = min;
  }
  if (max !== null && amount.gt(max)) {
    steps.push({ kind: 'max_price', amount: max.minus(amount) });
  }
  return priced(steps);
}
