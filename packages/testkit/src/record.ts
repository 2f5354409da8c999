import { type Micros } from '@portal/billing';
import {
  comparableRecord,
  type CustomerRef,
  decodeRecord,
  DEFAULT_SETTINGS,
  type DetailedAnswer,
  type Document,
  emptyState,
  encodeRecord,
  type Entry,
  fold,
  foreseenFields,
  itemise,
  type Outcome,
  project,
  type Settings,
  type State,
  type StoredRecord,
  viewDetails,
} from '@portal/projection';
import { deepFreeze } from './frozen.ts';

/**
 * One customer's record held in memory: its state and its side fields, as a store would keep them. All that
 * the three functions are given is frozen: what they changed in place would show in what shares it.
 */
export interface TestRecord {
  readonly state: State;
  /** What a store has by now, and the state that is; null: nothing yet. */
  readonly stored: { readonly record: StoredRecord; readonly state: State } | null;
  readonly fields: ReadonlyMap<string, string>;
  readonly outcomes: readonly Outcome[];
  readonly erased: boolean;
  /** How many folds it has been through. */
  readonly folds: number;
}

export const emptyRecord = (ref: CustomerRef): TestRecord => ({
  state: deepFreeze(emptyState(ref)),
  stored: null,
  fields: new Map(),
  outcomes: [],
  erased: false,
  folds: 0,
});

/**
 * Folds one batch as the projector does: loads what is foreseen, folds, loads what the fold asks for.
 * Fields that were not loaded are really absent to the fold, so a forgotten load shows up as a wrong result.
 * The next fold gets the very object this one made, as from the projector's cache, or every other time
 * what a store would have of it: a part that was taken for unchanged, and was not, is then the older one.
 */
export function foldBatch(
  record: TestRecord,
  entries: readonly Entry[],
  settings: Settings = DEFAULT_SETTINGS,
): TestRecord {
  if (record.erased) return record;
  const loaded = new Map<string, string | null>();
  let wanted = foreseenFields(deepFreeze(entries), record.state);
  for (;;) {
    for (const name of wanted) loaded.set(name, record.fields.get(name) ?? null);
    const folded = fold(record.state, deepFreeze(new Map(loaded)), entries, deepFreeze(settings));
    if (folded.kind === 'needs') {
      wanted = folded.fields;
      continue;
    }
    const outcomes = [...record.outcomes, ...folded.outcomes];
    if (folded.kind === 'erased')
      return { ...emptyRecord(record.state.ref), outcomes, erased: true };
    const fields = new Map(record.fields);
    folded.set.forEach((text, name) => fields.set(name, text));
    folded.remove.forEach((name) => fields.delete(name));
    const folds = record.folds + 1;
    const written = writtenOver(record.stored, folded.state);
    const state = deepFreeze(folds % 2 === 0 ? folded.state : stateIn(written));
    const stored = { record: written, state };
    const next = { state, stored, fields, outcomes, erased: false, folds };
    return folded.unfinished ? foldBatch(next, [], settings) : next;
  }
}

function writtenOver(stored: TestRecord['stored'], state: State): StoredRecord {
  const { vector, parts } = encodeRecord(state, stored?.state ?? null);
  return { vector, parts: new Map([...(stored?.record.parts ?? []), ...parts]) };
}

function stateIn(stored: StoredRecord): State {
  const decoded = decodeRecord(stored);
  if (decoded.kind === 'unreadable') throw new Error(`cannot be read again: ${decoded.reason}`);
  return decoded.state;
}

export const foldBatches = (
  ref: CustomerRef,
  batches: readonly (readonly Entry[])[],
  settings: Settings = DEFAULT_SETTINGS,
): TestRecord =>
  batches.reduce((record, batch) => foldBatch(record, batch, settings), emptyRecord(ref));

/** Everything stored that says something, as one text: two records are equal when these are equal, byte for byte. */
export function recordText({ state, fields }: TestRecord, settings = DEFAULT_SETTINGS): string {
  const comparable = comparableRecord(state, fields, settings);
  const sides = [...comparable.fields].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([comparable.state, comparable.ids, sides]);
}

export const documentOf = (
  record: TestRecord,
  settings: Settings = DEFAULT_SETTINGS,
): Document | null => deepFreeze(project(deepFreeze(record.state), settings));

/** What the customer sees, details included; throws when there is no document. */
export function answerAt(
  record: TestRecord,
  now: Micros,
  settings: Settings = DEFAULT_SETTINGS,
): DetailedAnswer {
  const document = documentOf(record, settings);
  if (document === null) throw new Error('no document: the customer is erased or not known');
  return viewDetails(document, deepFreeze(itemise(record.state)), now);
}
