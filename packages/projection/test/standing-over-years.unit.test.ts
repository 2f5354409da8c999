import { micros, MICROS_PER_DAY, QUARTER } from '@portal/billing';
import { customerRef, type UsageEvent } from '@portal/projection';
import {
  aCharge,
  answerAt,
  aSubscription,
  at,
  aUsage,
  arbitraryRecentUsage,
  arbitraryRunningEvent,
  foldBatches,
  given,
  logOf,
  markOn,
  recordText,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { STANDING_MAX } from '../src/fold/kinds/kind.ts';
import { expectNaive } from './naive-compare.ts';

const FIRST = at('2023-01-01T00:00:00Z');
const YEARS = 1_100;
const STANDS = { licences: 'change', seats: 'unique' } as const;

/** Steps and operations of three years, oldest first, each with an id of its own. */
const arbitraryYears = fc
  .array(fc.tuple(arbitraryRecentUsage(), fc.nat({ max: YEARS * MICROS_PER_DAY - 1 })), {
    minLength: 10,
    maxLength: 60,
    size: 'max',
  })
  .map((all) =>
    all
      .filter(([{ usage }]) => STANDS[usage.metric_code as keyof typeof STANDS] === usage.kind)
      .sort(([, a], [, b]) => a - b)
      .map(([event, after], index): UsageEvent => ({
        ...event,
        event_id: `usage-${index}`,
        usage: { ...event.usage, timestamp: micros(FIRST + after) },
      })),
  );

const arbitraryTerms = arbitraryRunningEvent().map((event) => {
  const { subscription } = event;
  const charges = subscription.charges.filter(({ metric_code }) => metric_code in STANDS);
  const began = { started_at: FIRST, subscription_at: null, created_at: FIRST };
  return { ...event, subscription: { ...subscription, ...began, charges } };
});

describe('what stands', () => {
  it('is what all usage of years comes to, though the ledger keeps 401 days of it', () => {
    let dropped = 0;
    fc.assert(
      fc.property(
        arbitraryTerms,
        arbitraryYears,
        fc.array(fc.nat({ max: 60 }), { maxLength: 12, size: 'max' }),
        (terms, usage, cuts) => {
          const newest = usage.at(-1)?.usage.timestamp;
          if (newest === undefined) return;
          const events = [terms, ...usage];
          const log = logOf(events);
          const bounds = [0, ...cuts.sort((a, b) => a - b), events.length];
          const entries = log.flat();
          const batches = bounds.slice(1).map((end, index) => entries.slice(bounds[index], end));
          const ref = customerRef(terms.organization_id, terms.customer_id);
          const record = foldBatches(ref, batches);
          expect(recordText(record)).toBe(recordText(foldBatches(ref, [entries])));
          expect(expectNaive(record, log, newest)).toBe('same');
          if ([...record.fields.keys()].some((name) => /^[mt]:/.test(name))) dropped += 1;
        },
      ),
      { numRuns: 200 },
    );
    expect(dropped).toBeGreaterThan(50);
  });

  const seats = (iso: string, value: string, id: string) =>
    aUsage({ metric_code: 'seats', kind: 'change', timestamp: at(iso), value }, { event_id: id });
  const terms = aSubscription({
    started_at: at('2020-01-01T00:00:00Z'),
    subscription_at: null,
    charges: [
      aCharge({
        metric_code: 'seats',
        aggregation: 'sum',
        recurring: true,
        properties: { amount: '1' },
      }),
    ],
  });
  const unitsOf = (...usage: readonly UsageEvent[]) =>
    given(terms, ...usage).at('2026-11-23T00:00:00Z').details.subscriptions[0]?.charges[0];

  it('is there years later: bought in 2021, given back in part in 2023', () => {
    const bought = seats('2021-03-05T12:00:00Z', '7', 'a');
    const back = seats('2023-03-05T12:00:00Z', '-3', 'b');
    expect(unitsOf(bought, back, ...markOn('2026-11-10'))?.units).toBe('4');
  });

  it('leaves no row where it came to nothing', () => {
    const bought = seats('2021-03-05T12:00:00Z', '7', 'a');
    const back = seats('2021-03-05T12:01:00Z', '-7', 'b');
    const { record } = given(terms, bought, back, ...markOn('2026-11-10'));
    expect([...record.fields.keys()].filter((name) => name.startsWith('t:'))).toEqual([]);
  });

  it('is said to be too much when it is, never cut', () => {
    const events = Array.from({ length: STANDING_MAX + 1 }, (_, index) => {
      const quarter = Math.floor(index / 200);
      return aUsage(
        {
          metric_code: 'seats',
          kind: 'change',
          timestamp: micros(at('2021-01-01T00:00:00Z') + quarter * QUARTER),
          dimensions: { team: String(index % 200) },
        },
        { event_id: `seat-${index}` },
      );
    });
    const log = logOf([terms, ...events, ...markOn('2026-11-10')]);
    const ref = customerRef(terms.organization_id, terms.customer_id);
    const answer = answerAt(foldBatches(ref, [log.flat()]), at('2026-11-23T00:00:00Z'));
    const [line] = answer.details.subscriptions[0]?.charges ?? [];
    expect([line?.units, line?.reason]).toEqual([null, expect.stringMatching(/^ledger_cap: /)]);
  });
});
