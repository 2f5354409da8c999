import { type ComponentChild } from 'preact';
import { type Step } from '../api.ts';
import type { ChargeDetails } from '@portal/projection';
import { decimalText, exactMoney, rateText } from '../format.ts';
import { type Speech } from '../speech/speech.ts';

/** What a step needs to be told: the charge it belongs to, and how the page talks. */
export interface Telling {
  readonly model: string;
  readonly currency: string;
  readonly speech: Speech;
}

/** How many, at what price: what stands in front of the step's amount. */
export function stepText(step: Step, place: number, telling: Telling): ComponentChild {
  const { speech } = telling;
  const quantity = step.quantity ?? '0';
  const price = priceText(step, telling);
  // A newer server may know more kinds.
  const kind = step.kind as KnownKind;
  switch (kind) {
    case 'units':
      return ranged(step, place, `${decimalText(quantity, speech.locale)} × ${price}`, telling);
    case 'rate':
      return ranged(step, place, `${unitsText(quantity, telling)} × ${price}`, telling);
    case 'flat':
      return speech.show('step.flat', { range: rangeText(step, speech) });
    case 'packages':
      return speech.show('step.packages', { count: quantity, price });
    case 'fixed':
      return speech.show('step.fixed', { count: quantity, price });
    case 'free':
      return speech.show('step.free', { units: unitsText(quantity, telling) });
    case 'priced_events':
    case 'per_transaction_min':
    case 'per_transaction_max':
      return speech.show(`step.${kind}`, { count: quantity });
    case 'custom':
    case 'min_price':
    case 'max_price':
    case 'not_below_zero':
      return speech.say(`step.${kind}`);
    default:
      kind satisfies never;
      return speech.say('step.other');
  }
}

type KnownKind = ChargeDetails['parts'][number]['steps'][number]['kind'];

/** Of a percentage the units are money: minor units, as the amounts they lead to. */
export const unitsText = (units: string, { model, currency, speech }: Telling): string =>
  isOfMoney(model) ? exactMoney(units, currency, speech.locale) : decimalText(units, speech.locale);

export const isOfMoney = (model: string): boolean =>
  model === 'percentage' || model === 'graduated_percentage';

function priceText({ kind, price }: Step, { currency, speech }: Telling): string {
  if (price === null) return '';
  return kind === 'rate'
    ? rateText(price, speech.locale)
    : exactMoney(price, currency, speech.locale);
}

/** Graduated ranges take the units one after the other, others take them all at once. */
function ranged(step: Step, place: number, product: string, telling: Telling): ComponentChild {
  const { model, speech } = telling;
  if (step.range === null) return product;
  const values = { range: rangeText(step, speech), product };
  if (!model.startsWith('graduated')) return speech.show('step.all', values);
  return speech.show(place === 0 ? 'step.first' : 'step.next', values);
}

const rangeText = ({ range }: Step, { locale }: Speech): string =>
  decimalText(String((range ?? 0) + 1), locale);
