import { type Micros, micros, toIso } from '@portal/billing';
import { seededRandom, shares } from './chance.ts';

export interface UsageSpread {
  readonly metric: string;
  readonly from: Micros;
  readonly to: Micros;
  readonly events: number;
  /** Whole units over all events, cut into uneven shares; left out, every event has the value 1. */
  readonly total?: number;
  /** For gauges: every event's value lies between the two. */
  readonly between?: readonly [low: number, high: number];
  /** What an event says; left out, it counts. A `unique` one names one of so many members. */
  readonly kind?: 'point' | { readonly unique: number };
  /** Names the spread when one metric has several, so that event ids differ. */
  readonly label?: string;
  readonly dimensions?: (random: () => number) => Readonly<Record<string, string>>;
  readonly subscription?: string;
}

/** Something that stands: it is told by its steps, each at an instant of its own. */
export interface Quantity {
  readonly metric: string;
  readonly steps: readonly (readonly [at: Micros, step: QuantityStep])[];
}

export type QuantityStep =
  /** By how much it grew, or shrank when it is negative. */
  number | { readonly add: string } | { readonly remove: string };

export interface UsageFact {
  readonly at: Micros;
  readonly id: string;
  readonly usage: Readonly<Record<string, unknown>>;
}

/** What was used between two instants, in uneven shares that follow from the names alone. */
export function spreadFacts(customer: string, spread: UsageSpread): readonly UsageFact[] {
  const seed = [customer, spread.metric, spread.label].filter(Boolean).join('-');
  const random = seededRandom(seed);
  const totals = spread.total === undefined ? null : shares(spread.total, spread.events, random);
  const slot = (spread.to - spread.from) / spread.events;
  return Array.from({ length: spread.events }, (_, index) => {
    // Millisecond times, one event a slot: in order, unevenly spaced, never outside the spread.
    const offset = Math.floor(((index + random()) * slot) / 1_000) * 1_000;
    const at = micros(spread.from + offset);
    const value = spread.between === undefined ? totals?.[index] : level(spread.between, random);
    return {
      at,
      id: `${seed}-${String(index + 1).padStart(4, '0')}`,
      usage: {
        metric_code: spread.metric,
        timestamp: toIso(at),
        ...(value === undefined ? {} : { value: String(value) }),
        ...kindOf(spread, random),
        ...(spread.dimensions === undefined ? {} : { dimensions: spread.dimensions(random) }),
        ...(spread.subscription === undefined
          ? {}
          : { subscription_external_id: spread.subscription }),
      },
    };
  });
}

function kindOf({ metric, kind }: UsageSpread, random: () => number) {
  if (kind === undefined) return {};
  if (kind === 'point') return { kind };
  const member = Math.floor(random() * kind.unique) + 1;
  return { kind: 'unique', unique_key: `${metric}-${member}` };
}

const level = ([low, high]: readonly [number, number], random: () => number): number =>
  low + Math.floor(random() * (high - low + 1));

export const quantityFacts = (
  customer: string,
  { metric, steps }: Quantity,
): readonly UsageFact[] =>
  steps.map(([at, step], index) => ({
    at,
    id: `${customer}-${metric}-${String(index + 1).padStart(4, '0')}`,
    usage: { metric_code: metric, timestamp: toIso(at), ...stepOf(step) },
  }));

function stepOf(step: QuantityStep) {
  if (typeof step === 'number') return { kind: 'change', value: String(step) };
  if ('add' in step) return { kind: 'unique', unique_key: step.add, operation: 'add' };
  return { kind: 'unique', unique_key: step.remove, operation: 'remove' };
}
