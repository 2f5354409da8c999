import { type Micros, MICROS_PER_DAY } from '@portal/billing';

/**
 * What a generation's log did not hold any more when it was first read, by partition number: usage of an instant before
 * this one may be missing. A number that is not in it misses nothing.
 */
export type TrimmedUsage = ReadonlyMap<number, Micros>;

/** What the fold and the view read besides events and `now`. A change of it is a new generation, but for `trimmed`. */
export interface Settings {
  /** IANA zone for customers and subscriptions that name none. */
  readonly defaultTimezone: string;
  /** ISO 4217 code when nothing tells the dashboard's currency. */
  readonly defaultCurrency: string;
  /** How far behind the mark usage and event ids are kept; older usage is late. See state/retention.ts. */
  readonly ledgerHorizon: number;
  /** Told by the generation's log, and so no part of its name. Absent: its log held all usage when it was first read. */
  readonly trimmed?: TrimmedUsage;
}

export const DEFAULT_SETTINGS: Settings = {
  defaultTimezone: 'UTC',
  defaultCurrency: 'USD',
  ledgerHorizon: 401 * MICROS_PER_DAY,
};

/** Raised whenever fold or project give another result for the same log: a new generation is built then. */
export const FOLD_VERSION = 6;

/**
 * How next_billing counts. `fixed_days` repeats the arithmetic of systems that reckon in days of 24 hours,
 * so that a migration can be compared field by field; it changes next_billing_date and
 * days_until_next_billing and nothing else. The view's alone: no stored byte depends on it.
 */
export const DATE_POLICIES = ['calendar', 'fixed_days'] as const;
export type DatePolicy = (typeof DATE_POLICIES)[number];
