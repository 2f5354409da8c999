import { type FeatureUsage } from '../document.ts';
import { type ItemisedCharge, type ItemisedPart, type ItemisedStep } from '../pricing/itemise.ts';
import { type EventPriced, type EventPricedLines } from '../state/usage-state.ts';
import {
  type Codec,
  dict,
  flag,
  list,
  micros,
  nullable,
  number,
  refuse,
  row,
  text,
  texts,
  usually,
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

interface StoredFeature {
  readonly units: string | null;
  readonly goes_on: boolean;
  readonly reason: string | null;
}

const storedFeature = row<StoredFeature>({
  units: nullable(text),
  goes_on: usually(false, flag),
  reason: nullable(text),
});

const feature: Codec<FeatureUsage> = {
  encode: (used) =>
    storedFeature.encode({
      units: 'units' in used ? used.units : null,
      goes_on: 'units' in used && used.goes_on === true,
      reason: 'reason' in used ? used.reason : null,
    }),
  decode: (stored) => {
    const { units, goes_on, reason } = storedFeature.decode(stored);
    if (units === null) return { reason: reason ?? refuse('neither units nor a reason') };
    return goes_on ? { units, goes_on } : { units };
  },
};

const lines = { charges: dict(charge), features: dict(feature) };

export const eventPriced = row<EventPriced>({
  periods: list(row<EventPricedLines>(lines)),
  uncut: nullable(row<EventPricedLines>(lines)),
  gaps: list(row<EventPriced['gaps'][number]>({ from: micros, ...lines })),
});
