import { type Cents } from './cents.ts';

/** The words of a subscription's terms, as the events spell them. */
export const INTERVALS = ['weekly', 'monthly', 'quarterly', 'semiannual', 'yearly'] as const;
export type Interval = (typeof INTERVALS)[number];

export type BillingTime = 'calendar' | 'anniversary';
export type MonthEnd = 'day_of_month' | 'end_of_month';

export interface Plan {
  readonly code: string;
  readonly name: string;
  readonly interval: Interval;
  readonly amount_cents: Cents;
  readonly currency: string;
  readonly pay_in_advance: boolean;
  readonly minimum_commitment_cents: Cents | null;
}

/**
 * Properties of a charge after contracts normalised their spellings (amount, ranges, rate, …).
 * Numbers are kept as the decimal text they were written in; see charges/price.ts for the names.
 */
export type PropertyValue =
  string | boolean | null | readonly PropertyValue[] | { readonly [name: string]: PropertyValue };
export type PropertyBag = Readonly<Record<string, PropertyValue>>;

export type RoundingFunction = 'round' | 'ceil' | 'floor';
export type UnmatchedUsage = 'charge' | 'free';

export interface ChargeFilter {
  /** dimension → accepted values; an empty map takes everything no other filter takes. */
  readonly dimensions: Readonly<Record<string, readonly string[]>>;
  readonly properties: PropertyBag;
  readonly display_name: string | null;
}

/** `aggregation` and `charge_model` stay open words: an unknown one makes its line unavailable. */
export interface Charge {
  readonly id: string;
  readonly metric_code: string;
  readonly metric_name: string;
  readonly aggregation: string;
  readonly recurring: boolean;
  readonly rounding_function: RoundingFunction | null;
  readonly rounding_precision: number | null;
  readonly charge_model: string;
  readonly properties: PropertyBag;
  readonly min_amount_cents: Cents | null;
  readonly unmatched_usage: UnmatchedUsage;
  readonly filters: readonly ChargeFilter[];
}
