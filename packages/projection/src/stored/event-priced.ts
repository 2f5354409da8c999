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
  amount: text,
  quantity: nullable(text),
  price: nullable(text),
  range: nullable(number),
});

const part = row<ItemisedPart>({
  events: number,
  units: nullable(text),
  amount: nullable(text),
  steps: list(step),
  filter: nullable(text),
  reason: nullable(text),
});

const charge = row<ItemisedCharge>({
  events: number,
  true_up: text,
  units: nullable(text),
  amount: nullable(text),
  parts: list(part),
  reason: nullable(text),
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
