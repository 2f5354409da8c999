import { type Micros } from '@portal/billing';
import { type Coordinates } from '../coordinates.ts';
import { get, put, type Dict } from '../dict.ts';
import { type BillingEvent, type CustomerSnapshot, type Envelope } from '../events.ts';
import { contentOf } from '../fingerprint.ts';
import { type AssumedIds } from '../ids/rows.ts';
import { type Settings, type TrimmedUsage } from '../settings.ts';
import {
  type Entity,
  entityEvent,
  type Incoming,
  mergeEntity,
  type Merged,
} from '../state/entity.ts';
import { customerZone, type State } from '../state/state.ts';
import { trimmedAt } from '../state/trimmed.ts';
import { parked, passed, placeOf } from '../state/vector.ts';
import { settleEventPriced } from './periods/event-pricing.ts';
import { assumedIds } from './usage/event-ids.ts';
import { createFields, type Fields, type LoadedFields } from './fields.ts';
import { foldInvoice } from './entities/invoices.ts';
import { settlePeriods } from './periods/kept-periods.ts';
import { purge } from './retention/purge.ts';
import { foldUsage, type UsageChange } from './usage/usage.ts';

/** One record of the log that concerns one customer. */
export type Entry =
  | { readonly kind: 'event'; readonly at: Coordinates; readonly event: BillingEvent }
  /** Could not become an event: it leaves a hole. */
  | { readonly kind: 'parked'; readonly at: Coordinates }
  /** Was parked, and turned out to mean nothing for this customer: the hole it left closes. */
  | { readonly kind: 'nothing'; readonly at: Coordinates };

/** What became of one entry; counted by the projector, never part of the state. */
export type Outcome = Merged | 'late' | 'redelivered' | 'parked' | 'erased';

export type Folded =
  /** Fold again with these side fields loaded as well. */
  | { readonly kind: 'needs'; readonly fields: readonly string[] }
  /** The customer asked to be forgotten: everything of it goes, for ever. */
  | { readonly kind: 'erased'; readonly outcomes: readonly Outcome[] }
  | {
      readonly kind: 'folded';
      readonly state: State;
      readonly set: ReadonlyMap<string, string>;
      readonly remove: readonly string[];
      /** Event ids that this takes for absent; null when it took none. It holds only where the store sees that they are. */
      readonly assumed: AssumedIds | null;
      /** One per entry, in their order. */
      readonly outcomes: readonly Outcome[];
      /** Records that nothing of this customer waits for any more: a hole they left is filled, or never was. */
      readonly closed: readonly Coordinates[];
      /** Old usage is left to drop, more than one fold does: store this, then fold no entries upon it. */
      readonly unfinished: boolean;
    };

/**
 * state = fold(events). Pure: the same state, fields and entries give the same result. Entries may come
 * from several partitions in any interleaving; entries of one partition come in offset order, and any
 * of them may have been folded before. Throws RangeError when a limit is exceeded (the caller then
 * parks the entry that did it).
 *
 * With `mayAssume` event ids are taken for absent where they are not loaded, and the result says which (`assumed`). It is
 * the same as upon loaded ids, byte for byte, if the store finds none of them; else, and when this throws, nothing of it
 * holds: fold again without.
 */
export function fold(
  state: State,
  loaded: LoadedFields,
  entries: readonly Entry[],
  settings: Settings,
  mayAssume = false,
): Folded {
  const fields = createFields(loaded, mayAssume);
  try {
    return foldUpon(state, fields, entries, settings);
  } catch (error) {
    // What was taken for absent because it is not loaded may be all that is wrong.
    if (fields.missing.size > 0) return { kind: 'needs', fields: [...fields.missing] };
    throw error;
  }
}

function foldUpon(
  state: State,
  fields: Fields,
  entries: readonly Entry[],
  settings: Settings,
): Folded {
  const changes: UsageChange[] = [];
  const outcomes: Outcome[] = [];
  const closed: Coordinates[] = [];
  let current = state;
  let recount = false;
  for (const entry of entries) {
    if (closes(current, entry)) closed.push(entry.at);
    const step = foldEntry(current, fields, entry, settings);
    current = step.state;
    outcomes.push(step.outcome);
    changes.push(...step.changes);
    recount ||= step.recount;
    if (step.outcome === 'erased') return { kind: 'erased', outcomes };
  }
  let unfinished = false;
  const trimmed_at = trimmedAt(current, settings.trimmed ?? NOTHING_TRIMMED);
  if (current !== state && trimmed_at !== current.usage.trimmed_at) {
    current = { ...current, usage: { ...current.usage, trimmed_at } };
  }
  if (isUsageTouched(state, current)) {
    const settled = settlePeriods(state, current, fields, changes, recount, settings);
    const purged = purge(settled, fields, settings);
    ({ unfinished } = purged);
    current = { ...current, usage: purged.usage };
    const event_priced = settleEventPriced(state, current, fields, changes, recount, settings);
    const purge_step = unfinished ? state.usage.purge_step + 1 : 0;
    current = { ...current, usage: { ...current.usage, event_priced, purge_step } };
  }
  const assumed = assumedIds(fields);
  if (fields.missing.size > 0) return { kind: 'needs', fields: [...fields.missing] };
  const written = { ...fields.changes(), assumed };
  return { kind: 'folded', state: current, ...written, outcomes, closed, unfinished };
}

/** Kept periods, totals and prices follow from usage, terms and time zones, and from nothing else. */
const isUsageTouched = (before: State, after: State): boolean =>
  before.usage !== after.usage ||
  before.usage.purge_step > 0 ||
  customerZone(before) !== customerZone(after) ||
  before.subscriptions !== after.subscriptions;

const NOTHING_TRIMMED: TrimmedUsage = new Map();

/** What is read fills its hole; what could not be decoded this time was folded long ago, or fills none. */
function closes(state: State, entry: Entry): boolean {
  const placement = placeOf(state, entry.at);
  return entry.kind === 'parked' ? placement === 'folded' : placement === 'hole';
}

interface Step {
  readonly state: State;
  readonly outcome: Outcome;
  readonly changes: readonly UsageChange[];
  readonly recount: boolean;
}

const still = (state: State, outcome: Outcome): Step => ({
  state,
  outcome,
  changes: [],
  recount: false,
});

function foldEntry(state: State, fields: Fields, entry: Entry, settings: Settings): Step {
  const placement = placeOf(state, entry.at);
  if (entry.kind === 'event' && entry.event.event_type === 'customer.erased') {
    return still(state, 'erased');
  }
  // In a range it may have been counted: it never counts twice, and the fold of the whole log counts it once.
  if (placement === 'folded' || placement === 'in_range') return still(state, 'redelivered');
  if (entry.kind === 'parked') return still(parked(state, entry.at), 'parked');
  if (entry.kind === 'nothing') return still(passed(state, entry.at), 'redelivered');
  const { at, event } = entry;
  const step = evolve(state, fields, at, event, settings);
  const seen = passed(step.state, at);
  return { ...step, state: { ...seen, as_of: asOf(seen, event) } };
}

/** The one switch over what can happen. */
function evolve(
  state: State,
  fields: Fields,
  at: Coordinates,
  event: BillingEvent,
  settings: Settings,
): Step {
  switch (event.family) {
    case 'customers': {
      if (event.event_type === 'customer.erased') return still(state, 'erased');
      const { entity, merged } = mergeEntity<CustomerSnapshot>(
        state.customer,
        incoming(at, event, false, event.customer),
      );
      return still(entity === state.customer ? state : { ...state, customer: entity }, merged);
    }
    case 'subscriptions': {
      const { dict, merged } = mergeInto(
        state.subscriptions,
        event.subscription.id,
        incoming(at, event, event.event_type === 'subscription.deleted', event.subscription),
      );
      return still({ ...state, subscriptions: dict }, merged);
    }
    case 'invoices': {
      const { totals, merged } = foldInvoice(state.invoices, fields, at, event);
      return still({ ...state, invoices: totals }, merged);
    }
    case 'wallets': {
      const { dict, merged } = mergeInto(
        state.wallets,
        event.wallet.id,
        incoming(at, event, event.event_type === 'wallet.deleted', event.wallet),
      );
      return still({ ...state, wallets: dict }, merged);
    }
    case 'usage': {
      const { usage, ...rest } = foldUsage(state.usage, fields, at, event, settings);
      return { state: { ...state, usage }, ...rest };
    }
    default:
      return event satisfies never;
  }
}

/** Entities of one kind one customer may have; a further one is parked. */
export const ENTITIES_MAX = 1_000;

function mergeInto<S>(dict: Dict<Entity<S>>, id: string, incoming: Incoming<S>) {
  const before = get(dict, id) ?? null;
  if (before === null && Object.keys(dict).length >= ENTITIES_MAX) {
    throw new RangeError(`more than ${ENTITIES_MAX} entities: ${id} is one too many`);
  }
  const { entity, merged } = mergeEntity(before, incoming);
  return { dict: entity === before ? dict : put(dict, id, entity), merged };
}

const incoming = <S extends { readonly version: number }>(
  at: Coordinates,
  envelope: Envelope,
  deleted: boolean,
  snapshot: S,
): Incoming<S> => ({
  version: snapshot.version,
  deleted,
  snapshot,
  event: entityEvent(at, envelope, contentOf(deleted, snapshot)),
});

function asOf(state: State, event: BillingEvent): State['as_of'] {
  const known = state.as_of[event.family];
  if (known !== undefined && known >= event.occurred_at) return state.as_of;
  return put<Micros>(state.as_of, event.family, event.occurred_at);
}
