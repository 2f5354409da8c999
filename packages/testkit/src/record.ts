import { type Micros } from '@portal/billing';
import {
  type CustomerRef,
  DEFAULT_SETTINGS,
  type DetailedAnswer,
  type Document,
  emptyState,
  type Entry,
  fold,
  foreseenFields,
  itemise,
  type Outcome,
  project,
  type Settings,
  type State,
  viewDetails,
} from '@portal/projection';

/** One customer's record held in memory: the head and its side fields, as a store would keep them. */
export interface TestRecord {
  readonly state: State;
  readonly fields: ReadonlyMap<string, string>;
  readonly outcomes: readonly Outcome[];
  readonly erased: boolean;
}

export const emptyRecord = (ref: CustomerRef): TestRecord => ({
  state: emptyState(ref),
  fields: new Map(),
  outcomes: [],
  erased: false,
});

/**
 * Folds one batch as the projector does: loads what is foreseen, folds, loads what the fold asks for.
 * Fields that were not loaded are really absent to the fold, so a forgotten load shows up as a wrong result.
 */
export function foldBatch(
  record: TestRecord,
  entries: readonly Entry[],
  settings: Settings = DEFAULT_SETTINGS,
): TestRecord {
  if (record.erased) return record;
  const loaded = new Map<string, string | null>();
  let wanted = foreseenFields(entries);
  for (;;) {
    for (const name of wanted) loaded.set(name, record.fields.get(name) ?? null);
    const folded = fold(record.state, loaded, entries, settings);
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
    // What is stored is text: a state that does not survive JSON is not a state.
    const state = JSON.parse(JSON.stringify(folded.state)) as State;
    const next = { state, fields, outcomes, erased: false };
    return folded.unfinished ? foldBatch(next, [], settings) : next;
  }
}

export const foldBatches = (
  ref: CustomerRef,
  batches: readonly (readonly Entry[])[],
  settings: Settings = DEFAULT_SETTINGS,
): TestRecord =>
  batches.reduce((record, batch) => foldBatch(record, batch, settings), emptyRecord(ref));

/** Everything stored, as one text: two records are equal when these are equal, byte for byte. */
export function recordText({ state, fields }: TestRecord): string {
  const sides = [...fields].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([state, sides]);
}

export const documentOf = (
  record: TestRecord,
  settings: Settings = DEFAULT_SETTINGS,
): Document | null => project(record.state, settings);

/** What the customer sees, details included; throws when there is no document. */
export function answerAt(
  record: TestRecord,
  now: Micros,
  settings: Settings = DEFAULT_SETTINGS,
): DetailedAnswer {
  const document = documentOf(record, settings);
  if (document === null) throw new Error('no document: the customer is erased or not known');
  return viewDetails(document, itemise(record.state), now);
}
