import {
  aCustomer,
  anInvoice,
  arbitraryBusyStory,
  arbitraryDelivery,
  arbitraryEvent,
  aSubscription,
  at,
  aUsage,
  aWallet,
  emptyRecord,
  foldBatch,
  foldBatches,
  given,
  logOf,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type BillingEvent,
  customerRef,
  decodeRecord,
  DEFAULT_SETTINGS,
  encodeRecord,
  type Entry,
  itemise,
  PART_NAMES,
  type PartName,
  project,
  type State,
  viewDetails,
} from '../../src/index.ts';

const everything = given(aCustomer(), aSubscription(), aWallet(), anInvoice(), aUsage()).record;

const arbitraryState: fc.Arbitrary<State> = fc
  .oneof(
    fc.array(arbitraryEvent({ customers: 1 }), { minLength: 1, maxLength: 40 }),
    arbitraryBusyStory(),
  )
  .chain((events) => {
    const [first] = events;
    if (first === undefined) throw new Error('a log of events');
    const ref = customerRef(first.organization_id, first.customer_id);
    return arbitraryDelivery(logOf(events)).map(({ batches }) => foldBatches(ref, batches).state);
  });

/** The same value, every object of it made in the opposite order. */
function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reversed) as T;
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([name, each]) => [name, reversed(each)])) as T;
}

const entryOf = (event: BillingEvent, offset: number): Entry => ({
  kind: 'event',
  at: { family: event.family, partition: 0, offset },
  event,
});

describe('a record in its stored form', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(arbitraryState, (state) => {
        expect(decodeRecord(encodeRecord(state, null))).toEqual({ kind: 'record', state });
      }),
      { numRuns: 1_000 },
    );
  });

  it('is answered as it was before, to the order of names', () => {
    const now = at('2026-11-23T10:00:00Z');
    fc.assert(
      fc.property(arbitraryState, (state) => {
        const decoded = decodeRecord(encodeRecord(state, null));
        const answers = [state, ...(decoded.kind === 'record' ? [decoded.state] : [])].map(
          (each) => {
            const document = project(each, DEFAULT_SETTINGS);
            return JSON.stringify(document && viewDetails(document, itemise(each), now));
          },
        );
        expect(answers[1]).toBe(answers[0]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('has bytes that do not depend on the order in which objects were made', () => {
    fc.assert(
      fc.property(arbitraryState, (state) => {
        // The vector's text is in the order of its dictionary, which is always sorted.
        const { vector, holes, hole_ranges } = state;
        const other = { ...reversed(state), vector, holes, hole_ranges };
        expect(encodeRecord(other, null)).toEqual(encodeRecord(state, null));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each<[string, BillingEvent, readonly PartName[]]>([
    ['a customer of the same time zone', aCustomer({ version: 2, name: 'Another' }), ['c']],
    [
      'a customer of another time zone',
      aCustomer({ version: 2, timezone: 'Asia/Tokyo' }),
      ['c', 'u'],
    ],
    ['a subscription', aSubscription({ version: 2 }), ['s', 'u']],
    ['a wallet', aWallet({ version: 2 }), ['w']],
    ['an invoice', anInvoice({ version: 2 }), ['n']],
    ['usage', aUsage({}, { event_id: 'another' }), ['u']],
  ])('after %s only what it changed is written anew', (_, event, changed) => {
    const after = foldBatch(everything, [entryOf(event, 100)]);
    expect([...encodeRecord(after.state, everything.state).parts.keys()]).toEqual(changed);
  });

  it('of which nothing is stored yet has all parts, also those that hold nothing', () => {
    const { state } = foldBatch(emptyRecord(everything.state.ref), [entryOf(aWallet(), 0)]);
    expect([...encodeRecord(state, null).parts.keys()]).toEqual([...PART_NAMES]);
  });

  it.each<[string, string | null, RegExp]>([
    ['is not there', null, /^part (.) of the record is not there$/],
    ['is no JSON', '{', /^part (.) of the record: /],
    ['has another version', '[2,[]]', /^part (.) of the record: codec version 2 is not 1$/],
    ['is too short', '[1,[]]', /^part (.) of the record: (held|fold) is not there$/],
    ['is too long', '[1,[1,2,3,4,5]]', /^part (.) of the record: a list of 5, not of [24]$/],
    ['is of another type', '[1,7]', /^part (.) of the record: no list$/],
  ])('of which one part %s is not read, and the part is named', (_, text, reason) => {
    const { vector, parts } = encodeRecord(everything.state, null);
    for (const name of PART_NAMES) {
      const damaged = new Map(parts);
      if (text === null) damaged.delete(name);
      else damaged.set(name, text);
      const decoded = decodeRecord({ vector, parts: damaged });
      expect(decoded).toMatchObject({ kind: 'unreadable' });
      const said = decoded.kind === 'unreadable' ? reason.exec(decoded.reason) : null;
      expect(said?.[1]).toBe(name);
    }
  });

  it.each(['x', 'usage/0@x', 'usage/0@', 'usage/0@1 usage/0@2', 'usage/0@3 !usage/0@y'])(
    'of which the vector is %j is not read',
    (vector) => {
      const { parts } = encodeRecord(everything.state, null);
      const reason = 'the vector of the record says something else';
      expect(decodeRecord({ vector, parts })).toEqual({ kind: 'unreadable', reason });
    },
  );

  it('names the place of a value that is none', () => {
    const { vector, parts } = encodeRecord(everything.state, null);
    const text = parts.get('w')?.replace(/"EUR"/, '7') ?? '';
    const decoded = decodeRecord({ vector, parts: new Map([...parts, ['w', text]]) });
    expect(decoded).toEqual({
      kind: 'unreadable',
      reason: expect.stringMatching(
        /^part w of the record: held: .*: snapshot: currency: no text$/,
      ),
    });
  });
});
