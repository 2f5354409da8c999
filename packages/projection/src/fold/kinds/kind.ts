import {
  type Carried,
  type DayCells,
  type Micros,
  kindOfSeries,
  type Series,
} from '@portal/billing';
import { type KeptMetric, type SingleEventsState } from '../../state/usage-state.ts';
import { type SeriesEvent } from '../../stored/single-events.ts';
import { type Fields } from '../fields.ts';

export type Kind = Series['kind'];

export const kindOf: (series: string) => Kind = kindOfSeries;

/** A metric as the ledger has it. */
export interface LedgerMetric {
  readonly code: string;
  readonly state: KeptMetric;
  readonly fields: Fields;
  /** First UTC day of the ledger horizon. */
  readonly firstKeptDay: number;
}

/** From the day the subscription began, up to a period's begin. */
export interface Span {
  readonly from: Micros;
  readonly to: Micros;
}

export type CarriedOver =
  | { readonly kind: 'carried'; readonly bySeries: ReadonlyMap<string, Carried> }
  /** What is asked for lies on this day, which kept none of its events; null: more stands than is kept. */
  | { readonly kind: 'full'; readonly day: number | null };

/** What went behind the ledger horizon: cells of whole UTC days, or single events. */
export interface Dropped {
  readonly cells: readonly (readonly [day: number, cells: DayCells])[];
  readonly events: readonly SeriesEvent[];
}

/**
 * What is particular to one kind of usage. All kinds are counted in cells; points, changes and unique events lie by day in
 * the same tables as well (single-events.ts).
 *
 *     usage ──► days of the horizon ──keep──► what is never forgotten behind it
 *                        └──────────carry──────────┴──► into a period
 */
export interface UsageKind {
  /** What is never forgotten of what is dropped; nothing where none of it is of this kind. */
  readonly keep: (
    single: SingleEventsState,
    fields: Fields,
    metric: string,
    dropped: Dropped,
  ) => SingleEventsState;
  /** What the span holds of it, by series. */
  readonly carry: (metric: LedgerMetric, span: Span) => CarriedOver;
}

/** Rows of changes, and of members, that a metric may have behind the horizon; above, its lines on them are unavailable. */
export const STANDING_MAX = 50_000;

/** Nothing of this kind is carried. */
export const NOTHING_CARRIED: CarriedOver = { kind: 'carried', bySeries: new Map() };
