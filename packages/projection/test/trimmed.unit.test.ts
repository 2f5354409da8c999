import { micros, type Micros, MICROS_PER_DAY, MICROS_PER_HOUR as HOUR } from '@portal/billing';
import {
  type Entry,
  type SubscriptionEvent,
  trimmedFrom,
  type UsageEvent,
} from '@portal/projection';
import {
  answerAt,
  arbitraryBusyStory,
  arbitraryDelivery,
  arbitraryRecentUsage,
  arbitraryRunningEvent,
  at,
  foldBatches,
  type Log,
  recordText,
  type TestRecord,
  withOneContent,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cutAt, logIn, refOf, settingsOf, standing } from './cut-logs.ts';
import { expectNaive, usageIn } from './naive-compare.ts';
import { newestUsage } from './naive-usage.ts';

/** Raised by hand for a long run: `RUNS=20000 npx jest packages/projection/test/trimmed`. */
const numRuns = Number(process.env['RUNS'] ?? 1_000);
const FIRST = at('2026-09-01T00:00:00Z');
const DAYS = 60;

const arbitraryInstants = fc.tuple(
  fc.option(fc.nat({ max: DAYS * MICROS_PER_DAY })),
  fc.option(fc.nat({ max: DAYS * MICROS_PER_DAY })),
);

const arbitraryShare = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);

describe('a log whose usage topic begins above 0', () => {
  it('gives the same bytes in any delivery, and the answers of the naive model', () => {
    const cases = arbitraryBusyStory().chain((story) => {
      const events = story.map(withOneContent);
      const half = Math.floor(events.length / 2);
      const max = events.length;
      return fc
        .tuple(fc.nat({ max: half }), fc.tuple(fc.nat({ max }), fc.nat({ max })))
        .chain(([moved, begins]) => {
          const log = cutAt(logIn(events, half + moved), begins);
          return fc.record({
            ref: fc.constant(refOf(events[0]!)),
            log: fc.constant(log),
            instants: arbitraryInstants,
            delivery: arbitraryDelivery(log),
            ahead: fc.integer({ min: -20 * MICROS_PER_DAY, max: 20 * MICROS_PER_DAY }),
          });
        });
    });
    let trimmed = 0;
    fc.assert(
      fc.property(cases, ({ ref, log, instants, delivery, ahead }) => {
        const found = instants.flatMap((after, number) =>
          after === null ? [] : [[number, micros(FIRST + after)] as const],
        );
        const settings = settingsOf(found);
        const record = foldBatches(ref, delivery.batches, settings);
        expect(recordText(record)).toBe(recordText(foldBatches(ref, [log.flat()], settings)));
        const numbers = new Set(log.map(([entry]) => entry?.at.partition));
        const own = found.filter(([number]) => numbers.has(number)).map(([, instant]) => instant);
        const trimmedAt = own.length === 0 ? null : micros(Math.max(...own));
        const now = micros((newestUsage(usageIn(log)) ?? at('2026-11-01T00:00:00Z')) + ahead);
        expectNaive(record, log, now, trimmedAt);
        if (reasonsAt(record, now).length > 0) trimmed += 1;
      }),
      { numRuns },
    );
    expect(trimmed).toBeGreaterThan(numRuns / 5);
  });

  it('never tells another number of what stands than the whole log does', () => {
    const usage = fc
      .array(
        fc.record({
          event: arbitraryRecentUsage(),
          hour: fc.integer({ min: 0, max: 24 * DAYS }),
          // Most usage comes at once, some of it late.
          late: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 24 * 30 })),
        }),
        { minLength: 5, maxLength: 40, size: 'max' },
      )
      .map((all) =>
        [...all]
          .sort((a, b) => a.hour + a.late - (b.hour + b.late))
          .map(({ event, hour }, index) => ofOneKind(event, micros(FIRST + hour * HOUR), index)),
      );
    const terms = fc.array(
      fc.record({
        event: arbitraryRunningEvent(),
        // Around the arrival of the oldest record that is left: there lies the limit.
        hour: fc.integer({ min: -24 * 4, max: 24 * 20 }),
        agreed: fc.integer({ min: -5, max: 5 }),
      }),
      { minLength: 1, maxLength: 3 },
    );
    const cases = fc.record({
      terms,
      usage,
      moved: fc.integer({ min: 0, max: 60 }),
      cuts: fc.tuple(arbitraryShare, arbitraryShare),
      ahead: fc.oneof(fc.constant(1), arbitraryShare),
      day: fc.integer({ min: DAYS / 2, max: DAYS }),
    });
    let told = 0;
    let silent = 0;
    fc.assert(
      fc.property(cases, ({ terms: some, usage: facts, moved, cuts, ahead, day }) => {
        const oldest = [0, 1].flatMap((partition) => {
          const arrivals = arrivalsOf(logIn(facts, moved), partition, ahead);
          const begin = Math.floor(((cuts[partition] ?? 0) / 2) * (arrivals.length + 1));
          // Where nothing is left the clock tells, later than all that ever came.
          const arrival = arrivals[begin] ?? arrivals.at(-1);
          return begin === 0 || arrival === undefined ? [] : [{ partition, begin, arrival }];
        });
        const limit = Math.max(FIRST, ...oldest.map(({ arrival }) => arrival));
        const subscriptions = some.map(({ event, hour, agreed }) =>
          begunOn(event, micros(limit + hour * HOUR), agreed),
        );
        const whole = [...logIn([...facts, ...subscriptions], moved), onMove(subscriptions)];
        const begins = [0, 1].map(
          (number) => oldest.find(({ partition }) => partition === number)?.begin ?? 0,
        );
        const trimmed = oldest.map(
          ({ partition, arrival }) => [partition, trimmedFrom(arrival)] as const,
        );
        const ref = refOf(subscriptions[0]!);
        const remaining = cutAt(whole, begins);
        const cut = foldBatches(ref, [remaining.flat()], settingsOf(trimmed));
        const full = foldBatches(ref, [whole.flat()]);
        const now = micros(FIRST + day * MICROS_PER_DAY);
        const [a, b] = [standingAt(full, now), standingAt(cut, now)];
        if (a === null || b === null) return;
        for (const [name, value] of Object.entries(b)) {
          if (value === null) silent += 1;
          else {
            expect([name, value]).toEqual([name, a[name]]);
            if (remaining.flat().length < whole.flat().length && !value.startsWith('0')) told += 1;
          }
        }
      }),
      { numRuns },
    );
    expect(told).toBeGreaterThan(numRuns / 20);
    expect(silent).toBeGreaterThan(numRuns / 5);
  });
});

/** Whoever moves a key sends what is known of the customer again: other topics name each number of its usage. */
const onMove = ([event]: readonly SubscriptionEvent[]): readonly Entry[] =>
  event === undefined
    ? []
    : [{ kind: 'event', at: { family: 'subscriptions', partition: 1, offset: 0 }, event }];

/** A metric keeps to its kind, and each fact has an id of its own. */
function ofOneKind(event: UsageEvent, timestamp: Micros, index: number): UsageEvent {
  const { metric_code } = event.usage;
  const kind = kindOf(metric_code);
  const usage = {
    ...event.usage,
    timestamp,
    kind,
    unique_key: kind === 'unique' ? `k${index % 4}` : null,
  };
  return { ...event, event_id: `usage-${index}`, usage };
}

const KINDS = ['change', 'unique', 'point', 'counter'] as const;
const kindOf = (metric: string) => KINDS[metric.length % KINDS.length] ?? 'change';

/** Starts then; agreed upon some days before or after, or then. */
function begunOn(event: SubscriptionEvent, started_at: Micros, agreed: number): SubscriptionEvent {
  const subscription_at = agreed === 0 ? null : micros(started_at + agreed * MICROS_PER_DAY);
  const began = { started_at, subscription_at, created_at: started_at };
  const charges = [...STANDING, ...event.subscription.charges];
  return { ...event, subscription: { ...event.subscription, ...began, charges } };
}

const STANDING = [
  ...standing('payments', 'sum', 'weighted_sum'),
  ...standing('seats', 'unique_count'),
  ...standing('storage_gb', 'latest', 'max', 'weighted_sum'),
];

/** A record comes a day before its own time at the earliest, and behind the one before it. */
function arrivalsOf(log: Log, partition: number, ahead: number): readonly Micros[] {
  let last = 0;
  return usageIn(log.filter(([entry]) => entry?.at.partition === partition)).map(({ usage }) => {
    last = Math.max(last, Math.floor(usage.timestamp - ahead * MICROS_PER_DAY));
    return micros(last);
  });
}

const reasonsAt = (record: TestRecord, now: Micros): readonly string[] =>
  answerAt(record, now)
    .details.unavailable.map(({ reason }) => reason)
    .filter((reason) => reason.startsWith('history_trimmed: '));

/**
 * Units and amounts of recurring lines, and the usage of features that only such lines or changes tell of, by a name; null
 * where it is not told. null for all: the period is not kept, as the newest usage tells which are.
 */
function standingAt(
  record: TestRecord,
  now: Micros,
): Readonly<Record<string, string | null>> | null {
  const { details, reasons } = answerAt(record, now);
  if (reasons.some(({ code }) => code === 'period_not_kept')) return null;
  const termsOf = (id: string) => record.state.subscriptions[id]?.snapshot?.charges ?? [];
  const lines = details.subscriptions.flatMap(({ subscription_id: id, charges }) =>
    charges.flatMap(({ units, amount }, index) =>
      termsOf(id)[index]?.recurring === true
        ? [[`${id} ${index}`, units === null ? null : `${units} ${amount}`] as const]
        : [],
    ),
  );
  const features = details.features.flatMap((row) => {
    const { subscription_id: id, feature_code: code, current_usage } = row;
    const own = termsOf(id).filter(({ metric_code }) => metric_code === code);
    const isStanding = own.length === 0 ? kindOf(code) === 'change' : own.every((c) => c.recurring);
    return isStanding ? [[`${id} ${code}`, current_usage] as const] : [];
  });
  return Object.fromEntries([...lines, ...features]);
}
