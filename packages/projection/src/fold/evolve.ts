import { type Coordinates } from '../coordinates.ts';
import { type Dict, get } from '../dict.ts';
import {
  type BillingEvent,
  type CustomerErased,
  type CustomerSnapshot,
  type Envelope,
} from '../events.ts';
import { contentOf } from '../fingerprint.ts';
import { type Entity, entityEvent, type Incoming, mergeEntity } from '../state/entity.ts';
import { firstKeptDayOf } from '../state/retention.ts';
import { type Placement } from '../state/vector.ts';
import { type Draft } from './draft.ts';
import { foldInvoice } from './entities/invoices.ts';
import { type Entry, type Outcome } from './entry.ts';
import { type Owned } from './owned.ts';
import { park, pass } from './places.ts';
import { dropAtLimits } from './retention/at-limits.ts';
import { foldUsage } from './usage/usage.ts';

/** Folds one entry, if it was not folded before: `placement` says so. */
export function foldEntry(draft: Draft, entry: Entry, placement: Placement): Outcome {
  const { at } = entry;
  const event = entry.kind === 'event' ? entry.event : null;
  // An erasure counts wherever it lies, also among records that were folded before.
  if (event?.event_type === 'customer.erased') return 'erased';
  // In a range it may have been counted: it never counts twice, and the fold of the whole log counts it once.
  if (placement === 'folded' || placement === 'in_range') return 'redelivered';
  const { state, owned } = draft;
  if (event === null && entry.kind === 'parked') {
    if (placement === 'new') park(draft, at);
    return 'parked';
  }
  const outcome = event === null ? 'redelivered' : evolve(draft, at, event);
  pass(draft, at, placement);
  if (event !== null && !((state.as_of[event.family] ?? -Infinity) >= event.occurred_at)) {
    state.as_of = owned.put(state.as_of, event.family, event.occurred_at);
  }
  return outcome;
}

/** The one switch over what can happen. */
function evolve(
  draft: Draft,
  at: Coordinates,
  event: Exclude<BillingEvent, CustomerErased>,
): Outcome {
  const { state, owned } = draft;
  switch (event.family) {
    case 'customers': {
      const { entity, merged } = mergeEntity<CustomerSnapshot>(
        state.customer,
        incoming(at, event, false, event.customer),
      );
      state.customer = entity;
      return merged;
    }
    case 'subscriptions': {
      const { dict, merged } = mergeInto(
        state.subscriptions,
        event.subscription.id,
        incoming(at, event, event.event_type === 'subscription.deleted', event.subscription),
        owned,
      );
      state.subscriptions = dict;
      return merged;
    }
    case 'invoices': {
      const { totals, merged } = foldInvoice(draft, at, event);
      state.invoices = totals;
      return merged;
    }
    case 'wallets': {
      const { dict, merged } = mergeInto(
        state.wallets,
        event.wallet.id,
        incoming(at, event, event.event_type === 'wallet.deleted', event.wallet),
        owned,
      );
      state.wallets = dict;
      return merged;
    }
    case 'usage': {
      const firstKeptDay = firstKeptDayOf(state.usage.newest_days, draft.settings);
      dropAtLimits(draft, event, firstKeptDay);
      return foldUsage(draft, at, event, firstKeptDay);
    }
    default:
      return event satisfies never;
  }
}

/** Entities of one kind one customer may have; a further one is parked. */
export const ENTITIES_MAX = 1_000;

function mergeInto<S>(dict: Dict<Entity<S>>, id: string, incoming: Incoming<S>, owned: Owned) {
  const before = get(dict, id) ?? null;
  if (before === null && owned.size(dict) >= ENTITIES_MAX) {
    throw new RangeError(`more than ${ENTITIES_MAX} entities: ${id} is one too many`);
  }
  const { entity, merged } = mergeEntity(before, incoming);
  return { dict: entity === before ? dict : owned.put(dict, id, entity), merged };
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
