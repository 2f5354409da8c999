import { type FeatureUsage } from '../document.ts';
import { type ItemisedCharge, type ItemisedPart, type ItemisedStep } from '../pricing/itemise.ts';
import { type EventPriced, type EventPricedLines } from '../state/state.ts';
import {
  type Codec,
  dict,
  list,
  listOf,
  micros,
  nullable,
  number,
  row,
  text,
  texts,
} from './codec.ts';

/** What looks at single events, priced, with how each amount came about. */
const step = row<ItemisedStep>({
  kind: texts<ItemisedStep['kind']>(),
  range: nullable(number),
  quantity: nullable(text),
  price: nullable(text),
  amount: text,
});

const part = row<ItemisedPart>({
  filter: nullable(text),
  units: nullable(text),
  events: number,
  amount: nullable(text),
  reason: nullable(text),
  steps: list(step),
});

const charge = row<ItemisedCharge>({
  units: nullable(text),
  events: number,
  amount: nullable(text),
  reason: nullable(text),
  parts: list(part),
  true_up: text,
});

/** `[units, null]`, or `[null, reason]`. */
const feature: Codec<FeatureUsage> = {
  encode: (used) => ('units' in used ? [used.units, null] : [null, used.reason]),
  decode: (stored) => {
    const [units, reason] = listOf(stored, 2);
    return units === null ? { reason: text.decode(reason) } : { units: text.decode(units) };
  },
};

const lines = { charges: dict(charge), features: dict(feature) };

export const eventPriced = row<EventPriced>({
  periods: list(row<EventPricedLines>(lines)),
  uncut: nullable(row<EventPricedLines>(lines)),
  gaps: list(row<EventPriced['gaps'][number]>({ from: micros, ...lines })),
});
