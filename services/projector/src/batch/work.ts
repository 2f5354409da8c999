import { stateIdOf } from '@portal/contracts';
import {
  type CustomerRef,
  emptyState,
  encodeDocument,
  encodeRecord,
  type Entry,
  fold,
  type Folded,
  foreseenFields,
  isDamage,
  placementOf,
  project,
  type Settings,
  type State,
  type StoredRecord,
} from '@portal/projection';
import { type LoadedRecord, type LoadRequest, type ParkedEntry } from '@portal/stores';
import { type CachedState, lengthsOf, type ProjectedDocument } from './states.ts';
import { storedState } from './stored-state.ts';

/** One customer's share of a batch, on its way through load, fold and apply. */
export interface Work {
  readonly ref: CustomerRef;
  entries: readonly Entry[];
  /** What is folded onto; null until it is loaded. */
  base: CachedState | null;
  fields: Map<string, string | null>;
  /** Side fields to load next. */
  wanted: readonly string[];
  /** Whether event ids that are not loaded are taken for absent. */
  mayAssume: boolean;
  /** Side fields that the step before removed, where this goes on with dropping old usage. */
  readonly removed: ReadonlySet<string>;
}

export function startWork(
  ref: CustomerRef,
  entries: readonly Entry[],
  base: CachedState | undefined,
  mayAssume = true,
): Work {
  // What was folded already needs no fields: a known state recognises it by the position.
  const unfolded =
    base === undefined
      ? entries
      : entries.filter(({ at }) => placementOf(base.state, at) !== 'folded');
  const fields = new Map(base?.fields);
  const foreseen = foreseenFields(unfolded, base?.state ?? null, mayAssume);
  const wanted = foreseen.filter((name) => !fields.has(name));
  const removed = new Set<string>();
  return { ref, entries, base: base ?? null, fields, wanted, mayAssume, removed };
}

/** Goes on with dropping old usage, after a step that removed these side fields. */
export const goOnDropping = (
  ref: CustomerRef,
  base: CachedState | undefined,
  removed: ReadonlySet<string>,
): Work => ({ ...startWork(ref, [], base), removed });

/** After a conflict: nothing that was loaded can be trusted. */
export const restartWork = ({ ref, entries, mayAssume }: Work): Work =>
  startWork(ref, entries, undefined, mayAssume);

/** After `known`: what was loaded still holds, and the event ids are loaded as well. */
export function withLoadedIds({ ref, entries, base, fields, removed }: Work): Work {
  const work = startWork(ref, entries, base ?? undefined, false);
  return { ...work, removed, fields, wanted: work.wanted.filter((name) => !fields.has(name)) };
}

export const needsLoad = (work: Work): boolean => work.base === null || work.wanted.length > 0;

export const requestOf = (work: Work): LoadRequest => ({ ref: work.ref, fields: work.wanted });

/**
 * Takes what was loaded. False when the record moved under the state this work started from (another
 * writer): the fields would not belong to that state.
 */
export function takeLoaded(work: Work, loaded: LoadedRecord): boolean {
  if (work.base !== null && work.base.vector !== loaded.vector) return false;
  work.base ??= {
    state: storedState(loaded) ?? emptyState(work.ref),
    vector: loaded.vector,
    lengths: lengthsOf(loaded.parts),
    fields: new Map(),
  };
  for (const name of work.wanted) work.fields.set(name, loaded.fields.get(name) ?? null);
  work.wanted = [];
  return true;
}

export type FoldedWork =
  { readonly kind: 'needs' } | Extract<Folded, { readonly kind: 'erased' }> | FoldedState;

export type FoldedState = Extract<Folded, { readonly kind: 'folded' }> & {
  /** null when nothing changed. */
  readonly texts: StoredTexts | null;
  readonly projected: ProjectedDocument | null;
};

/** What is to be stored of a state: of its parts those that the stored record has otherwise, or not at all. */
export interface StoredTexts extends StoredRecord {
  readonly document: string | null;
}

/**
 * Folds and projects; an entry that cannot be taken (a bug, a limit) is replaced by a hole and reported
 * through `parked`, so that it costs itself and nothing else. Only upon loaded ids: one that was taken for new may be
 * a duplicate, and a duplicate exceeds no limit.
 */
export function foldWork(
  work: Work,
  settings: Settings,
  seenAt: number,
  parked: ParkedEntry[],
): FoldedWork {
  const base = work.base ?? newState(work.ref);
  for (;;) {
    const folded = tryFold(base, work, work.entries, settings);
    if (!(folded instanceof Error)) {
      if (folded.kind === 'needs') work.wanted = folded.fields;
      return folded;
    }
    if (isDamage(folded)) {
      throw new Error(`the record of ${work.ref} cannot be read: ${folded.message}`, {
        cause: folded,
      });
    }
    if (work.mayAssume) {
      work.mayAssume = false;
      continue;
    }
    const failing = firstFailing(base, work, settings);
    if (failing.kind === 'needs') {
      work.wanted = failing.fields;
      return failing;
    }
    const { index } = failing;
    const entry = work.entries[index];
    if (entry === undefined || entry.kind === 'parked') throw folded;
    work.entries = work.entries.with(index, { kind: 'parked', at: entry.at });
    const { ref } = work;
    const reason = folded.message;
    parked.push({ ...entry.at, key: ref, ref, code: 'fold_failed', field: null, reason, seenAt });
  }
}

const newState = (ref: CustomerRef): CachedState => ({
  ...{ state: emptyState(ref), vector: '', lengths: new Map(), fields: new Map() },
});

type Tried = Exclude<FoldedWork, { readonly kind: 'needs' }> | Extract<Folded, { kind: 'needs' }>;

function tryFold(
  base: CachedState,
  { fields, mayAssume }: Work,
  entries: readonly Entry[],
  settings: Settings,
): Tried | Error {
  const { state, projected } = base;
  try {
    const folded = fold(state, fields, entries, settings, mayAssume);
    if (folded.kind !== 'folded') return folded;
    if (folded.state === state) return { ...folded, texts: null, projected: projected ?? null };
    return { ...folded, ...textsOf(folded.state, base, settings) };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Part of the try, so that a state that cannot be stored is found here and not later. */
function textsOf(
  state: State,
  { state: before, vector, projected }: CachedState,
  settings: Settings,
): Pick<FoldedState, 'texts' | 'projected'> {
  const previous = { state: before, document: projected?.document ?? null };
  const document = project(state, settings, previous);
  const text = document === null ? null : encodeDocument(stateIdOf(state), document);
  return {
    texts: { ...encodeRecord(state, vector === '' ? null : before), document: text },
    projected: { document, length: text?.length ?? 0 },
  };
}

type Failing =
  | { readonly kind: 'entry'; readonly index: number }
  /** Fewer entries may need other side fields than all of them: without these nobody knows whether they fail. */
  | Extract<Folded, { readonly kind: 'needs' }>;

/** Halving finds it: every beginning that holds a failing entry fails, so the shortest one that fails ends with the first. */
function firstFailing(base: CachedState, work: Work, settings: Settings): Failing {
  const { entries } = work;
  let good = 0;
  let bad = entries.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const result = tryFold(base, work, entries.slice(0, middle), settings);
    if (result instanceof Error) bad = middle;
    else if (result.kind === 'needs') return result;
    else good = middle;
  }
  return { kind: 'entry', index: bad - 1 };
}
