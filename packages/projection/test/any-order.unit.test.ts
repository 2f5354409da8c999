import { dayOf, dayStart, micros, type Micros, MICROS_PER_DAY } from '@portal/billing';
import { type BillingEvent, customerRef, type Entry, type UsageEvent } from '@portal/projection';
import {
  answerAt,
  arbitraryRecentUsage,
  arbitraryRunningEvent,
  at,
  foldBatches,
  recordText,
  type TestRecord,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

/** Raised by hand for a long run: `RUNS=50000 npx jest any-order`. */
const numRuns = Number(process.env['RUNS'] ?? 1_000);
const FIRST = at('2026-01-01T00:00:00Z');

/** Usage of any kind, with an id of its own, on any of so many days. */
const arbitraryUsage = (days: number, max: number): fc.Arbitrary<readonly UsageEvent[]> =>
  fc
    .array(fc.tuple(arbitraryRecentUsage(), fc.nat({ max: days * MICROS_PER_DAY - 1 })), {
      minLength: 1,
      maxLength: max,
      size: 'max',
    })
    .map((all) =>
      all.map(([event, after], index) => ({
        ...event,
        event_id: `usage-${index}`,
        usage: { ...event.usage, timestamp: micros(FIRST + after) },
      })),
    );

const arbitraryTerms = fc.array(arbitraryRunningEvent(), { minLength: 1, maxLength: 2 });

interface Told {
  readonly events: readonly BillingEvent[];
  /** Where one batch ends and the next begins. */
  readonly cuts: readonly number[];
}

/** These events in some order, some of them twice, in some batches. */
const arbitraryTelling = (events: readonly BillingEvent[]): fc.Arbitrary<Told> =>
  fc
    .tuple(
      fc.shuffledSubarray([...events], { minLength: events.length }),
      fc.subarray([...events], { maxLength: Math.min(5, events.length) }),
      fc.array(fc.nat({ max: events.length }), { maxLength: 6 }),
    )
    .map(([all, again, cuts]) => ({
      events: [...all, ...again],
      cuts: cuts.sort((a, b) => a - b),
    }));

/** As one partition would tell them; the vector is left out of comparisons, as offsets follow the order. */
function told({ events, cuts }: Told): TestRecord {
  const [first] = events;
  if (first === undefined) throw new RangeError('a story needs an event');
  const entries = events.map((event, offset): Entry => ({
    kind: 'event',
    at: { family: event.family, partition: 0, offset },
    event,
  }));
  const bounds = [0, ...cuts, entries.length];
  const batches = bounds.slice(1).map((end, index) => entries.slice(bounds[index], end));
  return foldBatches(customerRef(first.organization_id, first.customer_id), batches);
}

/** What is kept, but for where in the log it was told. */
function kept(record: TestRecord): string {
  const state = { ...record.state, vector: {}, as_of: {}, subscriptions: {}, customer: null };
  return recordText({ ...record, state });
}

const summaryAt = (record: TestRecord, now: Micros) => {
  const { validUntil: _, details, ...answer } = answerAt(record, now);
  const { ledger_from: __, ...rest } = details;
  return { ...answer, details: rest };
};

describe('a year of usage of any kind', () => {
  it('gives the same bytes and answers in any order, in any batches, however often it is sent', () => {
    fc.assert(
      fc.property(
        fc
          .tuple(arbitraryTerms, arbitraryUsage(365, 40))
          .chain(([terms, usage]) =>
            fc.tuple(
              fc.constant([...terms.slice(0, 1), ...usage]),
              arbitraryTelling([...terms.slice(0, 1), ...usage]),
              fc.nat({ max: 400 * MICROS_PER_DAY }),
            ),
          ),
        ([events, other, after]) => {
          const [a, b] = [told({ events, cuts: [] }), told(other)];
          expect(kept(b)).toBe(kept(a));
          const now = micros(FIRST + after);
          expect(summaryAt(b, now)).toEqual(summaryAt(a, now));
        },
      ),
      { numRuns },
    );
  });

  it('counts an id once, whatever day it names the second time', () => {
    fc.assert(
      fc.property(
        arbitraryUsage(365, 20).chain((usage) =>
          fc.tuple(
            fc.constant(usage),
            fc.nat({ max: usage.length - 1 }),
            fc.integer({ min: -30, max: 30 }),
          ),
        ),
        ([usage, pick, days]) => {
          const twice = usage[pick];
          if (twice === undefined) return;
          const timestamp = micros(twice.usage.timestamp + days * MICROS_PER_DAY);
          const again = { ...twice, usage: { ...twice.usage, timestamp } };
          const [once, both] = [usage, [...usage, again]].map((events) =>
            told({ events, cuts: [] }),
          );
          if (once === undefined || both === undefined) return;
          expect(both.outcomes.at(-1)).toBe(days === 0 ? 'duplicate' : 'conflict');
          const usageOf = ({ state, fields }: TestRecord) =>
            recordText({
              ...once,
              fields,
              state: { ...state, vector: {}, as_of: {}, usage: { ...state.usage, conflicts: {} } },
            });
          expect(usageOf(both)).toBe(usageOf(once));
        },
      ),
      { numRuns },
    );
  });
});

describe('one event of a wrong clock', () => {
  /** The period before of a yearly plan reaches behind the ledger: what is kept of it depends on the mark. */
  const arbitraryStory = arbitraryRunningEvent()
    .filter(({ subscription }) => subscription.plan.interval !== 'yearly')
    .chain((terms) =>
      fc.record({
        terms: fc.constant(terms),
        usage: arbitraryUsage(200, 25),
        ahead: fc.integer({ min: 1, max: 60_000 }),
        place: fc.nat({ max: 26 }),
        back: fc.nat({ max: 40 }),
        on: fc.nat({ max: 80 }),
      }),
    );

  it('moves no present answer: of the newest period with other usage, of the one before, and of all up to its own', () => {
    let compared = 0;
    fc.assert(
      fc.property(arbitraryStory, ({ terms, usage, ahead, place, back, on }) => {
        const newest = micros(Math.max(...usage.map((event) => event.usage.timestamp)));
        const [some] = usage;
        if (some === undefined) return;
        const timestamp = micros(dayStart(dayOf(newest) + ahead) + (newest % MICROS_PER_DAY));
        const wrong = { ...some, event_id: 'wrong', usage: { ...some.usage, timestamp } };
        const events = [terms, ...usage];
        const plain = told({ events, cuts: [] });
        const moved = told({ events: events.toSpliced(place, 0, wrong), cuts: [] });
        const zone = 2 * MICROS_PER_DAY;
        // From the day of the newest usage on, and the period before is told by its details.
        const now = micros(Math.min(newest + on * MICROS_PER_DAY, timestamp - zone));
        if (now < newest) return;
        if (samePeriod(moved, now, timestamp)) return;
        compared += 1;
        expect(summaryAt(moved, now)).toEqual(summaryAt(plain, now));
        const earlier = micros(newest - back * MICROS_PER_DAY);
        const [a, b] = [summaryAt(plain, earlier), summaryAt(moved, earlier)];
        // Of older periods it may say less, never something else.
        if (b.reasons.some(({ code }) => code === 'period_not_kept')) return;
        expect(b.summary).toEqual(a.summary);
      }),
      { numRuns },
    );
    expect(compared).toBeGreaterThan(numRuns / 2);
  });
});

/** Whether a period of now, as details show it, holds that instant too. */
function samePeriod(record: TestRecord, now: Micros, instant: Micros): boolean {
  const { details } = answerAt(record, now);
  return details.subscriptions.some(
    ({ current_period: period }) => period !== null && at(period.end) > instant,
  );
}

describe('usage of three years, longer than the ledger reaches', () => {
  it('is purged at any moments as at once', () => {
    fc.assert(
      fc.property(
        fc.tuple(arbitraryTerms, arbitraryUsage(1_100, 40)).chain(([terms, usage]) => {
          const inTime = [...usage].sort((a, b) => a.usage.timestamp - b.usage.timestamp);
          const events = [...terms.slice(0, 1), ...inTime];
          return fc.tuple(
            fc.constant(events),
            fc.array(fc.nat({ max: events.length }), { maxLength: 20, size: 'max' }),
          );
        }),
        ([events, cuts]) => {
          const often = told({ events, cuts: cuts.sort((a, b) => a - b) });
          expect(recordText(often)).toBe(recordText(told({ events, cuts: [] })));
        },
      ),
      { numRuns },
    );
  });
});
