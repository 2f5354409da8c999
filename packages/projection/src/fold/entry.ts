import { type Coordinates } from '../coordinates.ts';
import { type BillingEvent } from '../events.ts';
import { type Merged } from '../state/entity.ts';

/** One record of the log that concerns one customer. */
export type Entry =
  | { readonly kind: 'event'; readonly at: Coordinates; readonly event: BillingEvent }
  /** Could not become an event: it leaves a hole. */
  | { readonly kind: 'parked'; readonly at: Coordinates }
  /** Was parked, and turned out to mean nothing for this customer: the hole it left closes. */
  | { readonly kind: 'nothing'; readonly at: Coordinates };

/** What became of one entry; counted by the projector, never part of the state. */
export type Outcome = Merged | 'late' | 'redelivered' | 'parked' | 'erased';
