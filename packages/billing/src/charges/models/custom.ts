import { type Decimal, ZERO } from '../../decimal.ts';
import { type Fields } from '../fields.ts';
import { type Priced, priced, unitsStep } from '../steps.ts';

/** An agreed amount, whatever was used, or else an agreed price per unit. */
export interface CustomPrice {
  readonly model: 'custom';
  readonly agreed:
    | { readonly kind: 'amount'; readonly custom_amount: Decimal }
    | { readonly kind: 'unit_price'; readonly unit_price: Decimal };
}

export function readCustom(fields: Fields): CustomPrice {
  const amount = fields.optional('custom_amount');
  if (amount !== null) {
    return { model: 'custom', agreed: { kind: 'amount', custom_amount: amount } };
  }
  const unitPrice = fields.optional('unit_price');
  if (unitPrice === null) fields.refuse('custom_amount or unit_price', 'is missing');
  return { model: 'custom', agreed: { kind: 'unit_price', unit_price: unitPrice ?? ZERO } };
}

export function customAmount({ agreed }: CustomPrice, units: Decimal): Priced {
  switch (agreed.kind) {
    case 'amount':
      return priced([{ kind: 'custom', amount: agreed.custom_amount }]);
    case 'unit_price':
      return priced([unitsStep(units, agreed.unit_price, null)]);
    default:
      return agreed satisfies never;
  }
}
