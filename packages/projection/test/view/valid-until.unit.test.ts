import { type Micros, MICROS_PER_DAY } from '@portal/billing';
import {
  type Answer,
  customerRef,
  DATE_POLICIES,
  type Document,
  itemise,
  view,
  viewDetails,
} from '@portal/projection';
import {
  aCustomer,
  anInvoice,
  arbitraryEvent,
  arbitraryInstant,
  aSubscription,
  at,
  aWallet,
  documentOf,
  foldBatches,
  given,
  logOf,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

const validUntil = (answer: Answer) => answer.validUntil;
const shown = ({ validUntil: _, ...answer }: Answer): string => JSON.stringify(answer);

describe('an answer holds until validUntil', () => {
  it('is null when nothing depends on the clock', () => {
    const story = given(aCustomer(), aWallet(), anInvoice({ payment_due_date: null }));
    expect(validUntil(story.at('2026-11-23T10:00:00Z'))).toBeNull();
  });

  it.each([
    ['a local midnight', aSubscription({ timezone: 'Asia/Kolkata' }), '2026-11-23T18:30:00Z'],
    [
      'the start',
      aSubscription({ started_at: at('2026-11-23T15:00:00Z') }),
      '2026-11-23T15:00:00Z',
    ],
    ['the end', aSubscription({ ending_at: at('2026-11-23T15:00:00Z') }), '2026-11-23T15:00:00Z'],
    [
      'the end of the trial',
      aSubscription({ subscription_at: at('2026-11-09T15:00:00Z'), trial_period_days: 14 }),
      '2026-11-23T15:00:00Z',
    ],
    [
      'a current_period_start',
      aSubscription({ current_period_start: at('2026-11-23T15:00:00Z') }),
      '2026-11-23T15:00:00Z',
    ],
    ['an expiry', aWallet({ expiration_at: at('2026-11-29T15:00:00Z') }), '2026-11-29T15:00:00Z'],
    ['a due date', anInvoice({ payment_due_date: '2026-11-23' }), '2026-11-24T00:00:00Z'],
  ])('ends at %s', (_, event, end) => {
    expect(validUntil(given(event).at('2026-11-23T10:00:00Z'))).toBe(at(end));
  });

  it.each([
    ...DATE_POLICIES.map((policy) => [policy, false] as const),
    ['calendar', true] as const,
  ])(
    'and is the same at every instant before: any document, any clock (%s, details: %j)',
    (policy, detailed) => {
      fc.assert(
        fc.property(
          fc.array(arbitraryEvent({ customers: 1 }), { minLength: 1, maxLength: 25 }),
          fc.oneof(arbitraryInstant(), fc.nat()),
          fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 4 }),
          (events, pick, shares) => {
            const record = recordFrom(events);
            const document = documentOf(record)!;
            const items = itemise(record.state);
            const answerOf = (instant: Micros): Answer =>
              detailed
                ? viewDetails(document, items, instant, policy)
                : view(document, instant, policy);
            const now = pick > 1e12 ? (pick as Micros) : nearOneOf(instantsOf(document), pick);
            const answer = answerOf(now);
            const end = answer.validUntil ?? ((now + 400 * MICROS_PER_DAY) as Micros);
            expect(end).toBeGreaterThan(now);
            for (const share of [...shares, 1]) {
              const later = Math.min(now + Math.floor((end - now) * share), end - 1) as Micros;
              expect(shown(answerOf(later))).toBe(shown(answer));
            }
          },
        ),
        { numRuns: 1_000 },
      );
    },
  );
});

function recordFrom(events: readonly Parameters<typeof logOf>[0][number][]) {
  const [first] = events;
  if (first === undefined) throw new Error('no events');
  return foldBatches(customerRef(first.organization_id, first.customer_id), logOf(events));
}

/** Every instant the document names, where something may happen; and one that is none of them. */
function instantsOf(document: Document): readonly Micros[] {
  const numbers: Micros[] = [at('2026-11-23T10:00:00Z')];
  JSON.stringify(document, (_, value: unknown) => {
    if (typeof value === 'number' && value > 1e15) numbers.push(value as Micros);
    return value;
  });
  return numbers;
}

/** One of them, or a microsecond beside it, or a day. */
const nearOneOf = (instants: readonly Micros[], pick: number): Micros => {
  const beside = [0, -1, 1, -MICROS_PER_DAY][pick % 4] ?? 0;
  return ((instants[Math.floor(pick / 4) % instants.length] ?? 0) + beside) as Micros;
};
