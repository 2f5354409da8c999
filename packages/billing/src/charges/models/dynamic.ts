import { decimal } from '../../decimal.ts';
import { type Priced, priced } from '../steps.ts';
import { type Unavailable, unavailable } from '../unavailable.ts';
import { type Usage } from '../usage.ts';

/** Every event carries its own amount; the charge says nothing. */
export interface DynamicPrice {
  readonly model: 'dynamic';
}

export const readDynamic = (): DynamicPrice => ({ model: 'dynamic' });

export function dynamicAmount({ totals }: Usage): Priced | Unavailable {
  const { count, priced: withAmount, amount } = totals ?? { count: 0, priced: 0, amount: '0' };
  if (withAmount === count) {
    return priced([{ kind: 'priced_events', events: count, amount: decimal(amount) }]);
  }
  const missing = count - withAmount;
  return unavailable(`amount_cents is missing on ${missing} of ${count} events`);
}
