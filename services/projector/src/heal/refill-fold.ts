import {
  type CustomerRef,
  type Entry,
  partitionName,
  readVector,
  type Rewind,
  rewound,
  type State,
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
import { CHUNK_RECORDS } from '../follow/follower.ts';
import { createHeads } from '../batch/heads.ts';
import { type Span } from './refill-hand.ts';
import { type Refolding } from './refold.ts';
import { createWitness } from '../store/witness.ts';

/**
 * folded:    what is to be written in the record's place, and what the fold did not take.
 * erased:    the customer asked for it in one of these events.
 * moved:     another writer was here meanwhile: the side fields are not those of the head.
 */
export type FoldedOnto =
  | {
      readonly kind: 'folded';
      readonly change: RecordChange;
      readonly failed: readonly ParkedEntry[];
    }
  | { readonly kind: 'erased' | 'moved' };

/** Folds entries of these spans, all of them, onto a copy of the record; nothing is written. */
export async function foldOnto(
  { store, settings, now }: Refolding,
  record: LoadedRecord,
  spans: readonly Span[],
  entries: readonly Entry[],
): Promise<FoldedOnto> {
  const state = JSON.parse(record.head ?? '') as State;
  const copy = copyOf(store, record, rewound(state, rewindsOf(record, spans, entries)));
  const applier = {
    ...{ store: copy.store, settings, now, heads: createHeads(1) },
    checkStore: () => Promise.resolve(),
    witness: createWitness(0, 1, now),
  };
  const failed: ParkedEntry[] = [];
  // In pieces: the live follower's turn comes in between.
  for (let index = 0; index < entries.length; index += CHUNK_RECORDS) {
    const piece = new Map<CustomerRef, readonly Entry[]>([
      [record.ref, entries.slice(index, index + CHUNK_RECORDS)],
    ]);
    failed.push(...(await applyBatch(applier, piece, [])).failed);
    const ended = copy.ended();
    if (ended !== null) return { kind: ended };
  }
  return { kind: 'folded', change: copy.change(), failed };
}

function rewindsOf(
  record: LoadedRecord,
  spans: readonly Span[],
  entries: readonly Entry[],
): ReadonlyMap<string, Rewind> {
  const { ranges } = readVector(record.vector);
  return new Map(
    spans.map(({ name, from }) => {
      const last = ranges.get(name)?.last ?? -1;
      const left = entries.filter(
        ({ kind, at }) => kind === 'parked' && partitionName(at) === name && at.offset <= last,
      );
      return [name, { offset: from, left: left.length }];
    }),
  );
}

/** A store of one record: it begins as `state`, its side fields are those of the stored record until they are changed. */
function copyOf(store: DocumentStore, record: LoadedRecord, state: State) {
  const { ref, vector: expected } = record;
  let now: Pick<RecordChange, 'vector' | 'head' | 'document'> = {
    ...{ vector: vectorText(state), head: JSON.stringify(state), document: null },
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
      return [{ ref, ...now, fields, erased: false }];
    },
    apply: ([change]) => {
      if (change === undefined) return Promise.resolve([]);
      // What is folded once more is known, most of it: its ids are loaded at once instead of being looked for here.
      if (change.assumed !== undefined) return Promise.resolve(['known']);
      now = change;
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
      const { vector, head, document } = now;
      const set = new Map(
        [...changed].flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
      );
      const remove = [...changed].flatMap(([name, value]) => (value === null ? [name] : []));
      return { ref, expected, vector, head, document, set, remove };
    },
  };
}
