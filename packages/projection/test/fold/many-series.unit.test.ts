import { MICROS_PER_MINUTE, micros } from '@portal/billing';
import { customerRef, DEFAULT_SETTINGS, emptyState, type Entry, fold } from '@portal/projection';
import { at, aSubscription, aUsage, CUSTOMER, ORGANIZATION } from '@portal/testkit';
import { afterEach, describe, expect, it, jest } from '@jest/globals';

const BEGIN = at('2026-11-10T00:00:00Z');

/** One batch: a subscription, and as many combinations of dimensions of one metric, over ten subscriptions. */
const batchOf = (combinations: number): readonly Entry[] => [
  {
    kind: 'event',
    at: { family: 'subscriptions', partition: 0, offset: 0 },
    event: aSubscription(),
  },
  ...Array.from({ length: combinations }, (_, offset): Entry => {
    const usage = {
      timestamp: micros(BEGIN + offset * MICROS_PER_MINUTE),
      dimensions: { number: String((offset * 7_919) % combinations) },
      subscription_external_id: `subscription-${offset % 10}`,
    };
    return {
      kind: 'event',
      at: { family: 'usage', partition: 0, offset },
      event: aUsage(usage, { event_id: `event-${offset}` }),
    };
  }),
];

/** How many entries a fold gives to Object.fromEntries, which is how dictionaries are made and put in order. */
function entriesPutInOrder(entries: readonly Entry[]): number {
  const fields = new Map<string, null>();
  for (;;) {
    const spy = jest.spyOn(Object, 'fromEntries');
    const state = emptyState(customerRef(ORGANIZATION, CUSTOMER));
    const folded = fold(state, fields, entries, DEFAULT_SETTINGS);
    const counted = spy.mock.calls.reduce((sum, [given]) => sum + [...given].length, 0);
    spy.mockRestore();
    if (folded.kind === 'needs') for (const name of folded.fields) fields.set(name, null);
    else if (folded.kind === 'erased') throw new Error('nobody asked for that');
    else return counted;
  }
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a batch of many new combinations of dimensions', () => {
  it('costs as much for each, however many there are', () => {
    const [few, many] = [entriesPutInOrder(batchOf(100)), entriesPutInOrder(batchOf(1_600))];
    expect(few).toBeGreaterThan(100);
    expect(many / few).toBeLessThan(2 * 16);
  });
});
