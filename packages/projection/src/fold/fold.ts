import { type Coordinates } from '../coordinates.ts';
import { type AssumedIds } from '../ids/rows.ts';
import { type Settings, type TrimmedUsage } from '../settings.ts';
import { customerZone, type State } from '../state/state.ts';
import { trimmedAt } from '../state/trimmed.ts';
import { type Placement, placementOf } from '../state/vector.ts';
import { type Entry, type Outcome } from './entry.ts';
import { foldEntry } from './evolve.ts';
import { changeUsage, type Draft, draftOf } from './draft.ts';
import { createFields, type Fields, type LoadedFields } from './fields.ts';
import { settleEventPriced } from './periods/event-pricing.ts';
import { settlePeriods } from './periods/kept-periods.ts';
import { purge } from './retention/purge.ts';
import { assumedIds } from './usage/event-ids.ts';

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
      /** Old usage is left to drop, more than one fold does: store this, then fold again, with entries or without. */
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
  base: State,
  fields: Fields,
  entries: readonly Entry[],
  settings: Settings,
): Folded {
  const draft = draftOf(base, fields, settings);
  const { state } = draft;
  const outcomes: Outcome[] = [];
  const closed: Coordinates[] = [];
  for (const entry of entries) {
    const placement = placementOf(state, entry.at);
    if (closes(entry, placement)) closed.push(entry.at);
    const outcome = foldEntry(draft, entry, placement);
    outcomes.push(outcome);
    if (outcome === 'erased') return { kind: 'erased', outcomes };
  }
  draft.owned.settle();
  const trimmed_at = trimmedAt(state, settings.trimmed ?? NOTHING_TRIMMED);
  if (draft.isChanged && trimmed_at !== state.usage.trimmed_at) {
    changeUsage(draft).trimmed_at = trimmed_at;
  }
  const unfinished = isUsageTouched(base, state) && settle(draft);
  const assumed = assumedIds(fields);
  if (fields.missing.size > 0) return { kind: 'needs', fields: [...fields.missing] };
  const folded = draft.isChanged ? state : base;
  const written = { ...fields.changes(), assumed };
  return { kind: 'folded', state: folded, ...written, outcomes, closed, unfinished };
}

/** Brings up to date what follows from usage and terms. True: more is due to be dropped than one fold may drop. */
function settle(draft: Draft): boolean {
  const usage = changeUsage(draft);
  draft.isChanged = true;
  settlePeriods(draft);
  const unfinished = purge(draft);
  usage.event_priced = settleEventPriced(draft);
  usage.purge_step = unfinished ? draft.base.usage.purge_step + 1 : 0;
  return unfinished;
}

/** Kept periods, totals and prices follow from usage, terms and time zones, and from nothing else. */
const isUsageTouched = (before: State, after: State): boolean =>
  before.usage !== after.usage ||
  before.usage.purge_step > 0 ||
  customerZone(before) !== customerZone(after) ||
  before.subscriptions !== after.subscriptions;

const NOTHING_TRIMMED: TrimmedUsage = new Map();

/** What is read fills its hole; what could not be decoded this time was folded long ago, or fills none. */
const closes = ({ kind }: Entry, placement: Placement): boolean =>
  placement === (kind === 'parked' ? 'folded' : 'hole');
