import { type Micros } from '@portal/billing';
import { type Coordinates } from '../coordinates.ts';
import { type Dict, get, put } from '../dict.ts';
import {
  type BillingEvent,
  type CustomerErased,
  type CustomerSnapshot,
  type Envelope,
} from '../events.ts';
import { contentOf } from '../fingerprint.ts';
import { type Settings } from '../settings.ts';
import { type Entity, entityEvent, type Incoming, mergeEntity } from '../state/entity.ts';
import { type State } from '../state/state.ts';
import { parked, passed, placementOf } from '../state/vector.ts';
import { foldInvoice } from './entities/invoices.ts';
import { type Entry, type Outcome } from './entry.ts';
import { type Fields } from './fields.ts';
import { dropAtLimits } from './retention/at-limits.ts';
import { foldUsage, type UsageChange } from './usage/usage.ts';

/** Folds one entry, if it was not folded before. */
export function foldEntry(state: State, fields: Fields, entry: Entry, settings: Settings): Step {
  const { at } = entry;
  const event = entry.kind === 'event' ? entry.event : null;
  // An erasure counts wherever it lies, also among records that were folded before.
  if (event?.event_type === 'customer.erased') return still(state, 'erased');
  const placement = placementOf(state, at);
  // In a range it may have been counted: it never counts twice, and the fold of the whole log counts it once.
  if (placement === 'folded' || placement === 'in_range') return still(state, 'redelivered');
  if (event === null) {
    return entry.kind === 'parked'
      ? still(parked(state, at), 'parked')
      : still(passed(state, at), 'redelivered');
  }
  const step = evolve(state, fields, at, event, settings);
  const seen = passed(step.state, at);
  return { ...step, state: { ...seen, as_of: asOf(seen, event) } };
}

/** What one entry did. */
export interface Step {
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

/** The one switch over what can happen. */
function evolve(
  state: State,
  fields: Fields,
  at: Coordinates,
  event: Exclude<BillingEvent, CustomerErased>,
  settings: Settings,
): Step {
  switch (event.family) {
    case 'customers': {
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
      const before = dropAtLimits(state.usage, fields, event, settings);
      const { usage, ...rest } = foldUsage(before, fields, at, event, settings);
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
