import { micros, MICROS_PER_DAY } from '@portal/billing';
import {
  customerRef,
  DEFAULT_SETTINGS,
  type Entry,
  fold,
  foreseenFields,
  itemise,
  project,
  type State,
  viewDetails,
} from '@portal/projection';
import {
  arbitraryEvent,
  at,
  CUSTOMER,
  deepFreeze,
  documentOf,
  foldBatches,
  logOf,
  ORGANIZATION,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

/**
 * Objects that are kept and used again: a state in the projector's cache, a document in a reader. The
 * test kit freezes what it hands in; these tests also see what hides behind a cache inside the functions.
 */
const events = fc.array(arbitraryEvent({ customers: 1 }), { minLength: 2, maxLength: 30 });

/** What a fold of these entries answers: a text when it is done, the fields it asks for otherwise. */
function answer(state: State, fields: ReadonlyMap<string, string>, entries: readonly Entry[]) {
  const loaded = new Map<string, string | null>();
  let wanted = foreseenFields(entries, state);
  for (;;) {
    for (const name of wanted) loaded.set(name, fields.get(name) ?? null);
    const folded = fold(state, deepFreeze(new Map(loaded)), entries, DEFAULT_SETTINGS);
    if (folded.kind === 'needs') {
      wanted = folded.fields;
      continue;
    }
    if (folded.kind === 'erased') return folded.kind;
    return JSON.stringify([folded.state, [...folded.set].sort(), [...folded.remove].sort()]);
  }
}

describe('what is kept and used again', () => {
  it('one state object folded again, and with other events, gives what a fresh copy gives', () => {
    fc.assert(
      fc.property(events, (all) => {
        const log = logOf(all);
        const [event] = all;
        const ref = customerRef(event!.organization_id, event!.customer_id);
        const halves = log.map((entries) => entries.slice(0, Math.ceil(entries.length / 2)));
        const { state, fields, erased } = foldBatches(ref, halves);
        if (erased) return;
        const fresh = (): State => JSON.parse(JSON.stringify(state)) as State;
        for (const rest of [...log, log.flat(), ...log]) {
          const entries = deepFreeze(rest);
          expect(answer(state, fields, entries)).toBe(answer(fresh(), fields, entries));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('one document object viewed at several instants, back and forth, says the same each time', () => {
    const ref = customerRef(ORGANIZATION, CUSTOMER);
    fc.assert(
      fc.property(events, fc.array(fc.nat({ max: 400 }), { minLength: 2 }), (all, days) => {
        const record = foldBatches(
          ref,
          logOf(
            all.map((event) => ({
              ...event,
              customer_id: CUSTOMER,
              organization_id: ORGANIZATION,
            })),
          ),
        );
        const document = documentOf(record);
        if (document === null) return;
        const items = deepFreeze(itemise(record.state));
        const start = at('2026-09-01T00:00:00Z');
        for (const day of [...days, ...days.reverse()]) {
          const now = micros(start + day * MICROS_PER_DAY);
          const copy = JSON.parse(JSON.stringify(document)) as typeof document;
          expect(viewDetails(document, items, now)).toEqual(viewDetails(copy, items, now));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('one state object projected twice gives one document', () => {
    fc.assert(
      fc.property(events, (all) => {
        const [event] = all;
        const ref = customerRef(event!.organization_id, event!.customer_id);
        const { state } = foldBatches(ref, logOf(all));
        const twice = [project(state, DEFAULT_SETTINGS), project(state, DEFAULT_SETTINGS)];
        expect(JSON.stringify(twice[1])).toBe(JSON.stringify(twice[0]));
      }),
      { numRuns: 100 },
    );
  });
});
