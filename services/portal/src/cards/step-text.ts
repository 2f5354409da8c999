import type { ChargeDetails } from '@portal/projection';
import { decimalText, exactMoney, rateText } from '../format.ts';

type Step = ChargeDetails['parts'][number]['steps'][number];

/** What a step needs to be told: the charge it belongs to, and how numbers are written. */
export interface Telling {
  readonly model: string;
  readonly currency: string;
  readonly locale: string;
}

/** How many, at what price: what stands in front of the step's amount. */
export function stepText(step: Step, place: number, telling: Telling): string {
  const { kind, range, quantity, price } = step;
  const { currency, locale } = telling;
  const priceText = price === null ? '' : exactMoney(price, currency, locale);
  switch (kind) {
    case 'units':
      return `${rangeText(range, place, telling)}${decimalText(quantity ?? '0', locale)} × ${priceText}`;
    case 'rate':
      return `${rangeText(range, place, telling)}${unitsText(quantity ?? '0', telling)} × ${rateText(price ?? '0', locale)}`;
    case 'flat':
      return `Range ${(range ?? 0) + 1}: flat fee`;
    case 'packages':
      return `${counted(quantity, 'package', locale)} × ${priceText}`;
    case 'free':
      return `Free of charge: ${unitsText(quantity ?? '0', telling)}`;
    case 'fixed':
      return `${counted(quantity, 'event', locale)} × ${priceText}`;
    case 'priced_events':
      return `${counted(quantity, 'event', locale)} with prices of their own`;
    case 'custom':
      return 'Agreed amount';
    case 'per_transaction_min':
      return `${counted(quantity, 'event', locale)} raised to the minimum for each`;
    case 'per_transaction_max':
      return `${counted(quantity, 'event', locale)} lowered to the maximum for each`;
    case 'min_price':
      return 'Up to the lowest price';
    case 'max_price':
      return 'Down to the highest price';
    case 'not_below_zero':
      return 'Never below zero';
    default:
      return kind satisfies never;
  }
}

/** Of a percentage the units are money: minor units, as the amounts they lead to. */
export const unitsText = (units: string, { model, currency, locale }: Telling): string =>
  model === 'percentage' || model === 'graduated_percentage'
    ? exactMoney(units, currency, locale)
    : decimalText(units, locale);

/** Graduated ranges take the units one after the other, others take them all at once. */
function rangeText(range: number | null, place: number, { model }: Telling): string {
  if (range === null) return '';
  const name = `Range ${range + 1}: `;
  if (!model.startsWith('graduated')) return `${name}all `;
  return `${name}${place === 0 ? 'first' : 'next'} `;
}

const counted = (quantity: string | null, noun: string, locale: string): string =>
  `${decimalText(quantity ?? '0', locale)} ${quantity === '1' ? noun : `${noun}s`}`;
