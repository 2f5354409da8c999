import {
  type CustomerRef,
  encodeRecord,
  type Entry,
  partitionName,
  readVector,
  type Rewind,
  rewound,
  type State,
  type StoredRecord,
  vectorText,
} from '@portal/projection';
import {
  createMemoryStore,
  type DocumentStore,
  type LoadedRecord,
  type ParkedEntry,
  type RecordChange,
} from '@portal/stores';
import { applyBatch } from '../batch/apply-batch.ts';
import { createStates } from '../batch/states.ts';
import { type LogSlice } from './refill-hand.ts';
import { type Refolding } from './refold.ts';
import { createWitness } from '../store/witness.ts';

/**
 * folded:    what is to be written in the record's place, and what the fold did not take.
 * erased:    the customer asked for it in one of these events.
 * moved:     another writer was here meanwhile: the side fields are not those of the record.
 */
export type FoldedOnto =
  | {
      readonly kind: 'folded';
      readonly change: RecordChange;
      readonly failed: readonly ParkedEntry[];
    }
  | { readonly kind: 'erased' | 'moved' };

/** Folded at once; in between the live follower can work. */
export const PIECE_ENTRIES = 2_000;

/** A record, and the state that was read from it. */
export interface ReadRecord extends LoadedRecord {
  readonly state: State;
}

/** Folds all entries of these slices onto a copy of the record; nothing is written. */
export async function foldOnto(
  { store, settings, now }: Refolding,
  record: ReadRecord,
  slices: readonly LogSlice[],
  entries: readonly Entry[],
): Promise<FoldedOnto> {
  const state = rewound(record.state, rewindsOf(record, slices, entries));
  const copy = copyOf(store, record, state);
  // Given from the start: the copy cannot be asked for its state.
  const states = createStates(Number.MAX_SAFE_INTEGER);
  states.set(record.ref, {
    state,
    vector: vectorText(state),
    lengths: new Map(),
    fields: new Map(),
  });
  const applier = {
    ...{ store: copy.store, settings, now, states },
    checkStore: () => Promise.resolve(),
    witness: createWitness(0, 1, now),
  };
  const failed: ParkedEntry[] = [];
  for (let index = 0; index < entries.length; index += PIECE_ENTRIES) {
    const piece = new Map<CustomerRef, readonly Entry[]>([
      [record.ref, entries.slice(index, index + PIECE_ENTRIES)],
    ]);
    failed.push(...(await applyBatch(applier, piece, [])).failed);
    const ended = copy.ended();
    if (ended !== null) return { kind: ended };
  }
  return { kind: 'folded', change: copy.change(), failed };
}

function rewindsOf(
  record: LoadedRecord,
  slices: readonly LogSlice[],
  entries: readonly Entry[],
): ReadonlyMap<string, Rewind> {
  const { ranges } = readVector(record.vector);
  return new Map(
    slices.map(({ name, from }) => {
      const last = ranges.get(name)?.last ?? -1;
      const stillParked = entries.filter(
        ({ kind, at }) => kind === 'parked' && partitionName(at) === name && at.offset <= last,
      );
      return [name, { offset: from, remaining: stillParked.length }];
    }),
  );
}

/**
 * A store of one record: it begins as `state`, and its side fields are those of the stored record until they change. It
 * has only the parts that differ from the stored ones, so a state must not be read from it.
 */
function copyOf(store: DocumentStore, record: ReadRecord, state: State) {
  const { ref, vector: expected } = record;
  let now: StoredRecord & Pick<RecordChange, 'document'> = {
    ...encodeRecord(state, record.state),
    document: null,
  };
  const changed = new Map<string, string | null>();
  let ended: 'erased' | 'moved' | null = null;
  const copy: DocumentStore = {
    ...createMemoryStore({ generation: store.generation }),
    load: async ([request]) => {
      const wanted = request?.fields ?? [];
      const stored = wanted.filter((name) => !changed.has(name));
      const [loaded] = stored.length === 0 ? [] : await store.load([{ ref, fields: stored }]);
      if (loaded !== undefined && loaded.vector !== expected) ended = 'moved';
      const fields = new Map(loaded?.fields);
      for (const name of wanted) {
        const value = changed.get(name) ?? null;
        if (value !== null) fields.set(name, value);
      }
      return [{ ref, vector: now.vector, parts: now.parts, fields, erased: false }];
    },
    apply: ([change]) => {
      if (change === undefined) return Promise.resolve([]);
      // Most of what is folded once more is known. So its ids are loaded at once; this copy does not check them.
      if (change.assumed !== undefined) return Promise.resolve(['known']);
      const { vector, parts, document } = change;
      now = { vector, parts: new Map([...now.parts, ...parts]), document };
      for (const name of change.remove) changed.set(name, null);
      for (const [name, value] of change.set) changed.set(name, value);
      return Promise.resolve(['applied']);
    },
    erase: () => {
      ended = 'erased';
      return Promise.resolve();
    },
  };
  return {
    store: copy,
    ended: () => ended,
    change: (): RecordChange => {
      const { vector, document } = now;
      const parts = new Map(
        [...now.parts].filter(([name, text]) => text !== record.parts.get(name)),
      );
      const set = new Map(
        [...changed].flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
      );
      const remove = [...changed].flatMap(([name, value]) => (value === null ? [name] : []));
      return { ref, expected, vector, parts, document, set, remove };
    },
  };
}
