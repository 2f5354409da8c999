import {
  type BillingEvent,
  DEFAULT_SETTINGS,
  encodeDocument,
  project,
  type Projected,
  type Settings,
  type State,
} from '@portal/projection';
import {
  arbitraryBusyStory,
  arbitraryDelivery,
  arbitraryEvent,
  deepFreeze,
  emptyRecord,
  foldBatch,
  logOf,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { refOf } from './cut-logs.ts';

const anyStory: fc.Arbitrary<readonly BillingEvent[]> = fc.oneof(
  fc.array(arbitraryEvent({ customers: 1 }), { minLength: 1, maxLength: 40 }),
  arbitraryBusyStory(),
);

/** Every state on the way through one delivery of a story. */
const arbitraryStates = (settings: Settings) =>
  anyStory
    .chain((events) => {
      const log = logOf(events);
      return fc.record({ events: fc.constant(events), delivery: arbitraryDelivery(log) });
    })
    .map(({ events, delivery }) => {
      let record = emptyRecord(refOf(events[0]!));
      return delivery.batches.map((batch) => {
        record = foldBatch(record, batch, settings);
        return record.state;
      });
    });

const textOf = (state: State, settings: Settings, previous: Projected | null): string | null => {
  const document = deepFreeze(project(state, settings, previous));
  return document && encodeDocument('id', document);
};

describe('project(state, previous) is project(state)', () => {
  it.each<[string, Settings]>([
    ['a whole log', DEFAULT_SETTINGS],
    [
      'a log that lost its first usage',
      { ...DEFAULT_SETTINGS, trimmed: new Map([[0, (Date.UTC(2026, 9, 1) * 1_000) as never]]) },
    ],
  ])(
    'for every state of %s and every other one before it, after it or of another log',
    (_, settings) => {
      fc.assert(
        fc.property(
          arbitraryStates(settings),
          arbitraryStates(settings),
          fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 20 }),
          (states, others, pairs) => {
            const all = [...states, ...others];
            const neighbours = states.slice(1).map((_state, index) => [index + 1, index] as const);
            for (const [one, other] of [...neighbours, ...pairs]) {
              const state = all[one % all.length]!;
              const before = all[other % all.length]!;
              const previous = { state: before, document: project(before, settings) };
              expect(textOf(state, settings, previous)).toBe(textOf(state, settings, null));
            }
          },
        ),
        { numRuns: 80 },
      );
    },
  );
});
