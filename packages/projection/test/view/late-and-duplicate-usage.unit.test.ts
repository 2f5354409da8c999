import { type BillingEvent, type UsageFact } from '@portal/projection';
import { aCharge, aSubscription, at, aUsage, given, markOn, type Story } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';

const subscription = aSubscription({
  charges: [aCharge({ aggregation: 'sum', properties: { amount: '1' } })],
});

const use = (id: string, iso: string, value: string, fact: Partial<UsageFact> = {}) =>
  aUsage({ timestamp: at(iso), value, ...fact }, { event_id: id });

/** Usage of November. */
const november = (story: Story) =>
  story.at('2026-11-23T10:00:00Z').summary.upcoming_charges[0]?.usage_amount_cents;

const outcomes = (...events: readonly BillingEvent[]) =>
  given(subscription, ...events).record.outcomes.slice(1);

describe('late usage', () => {
  const mark = markOn('2026-11-20');

  it('is dropped when it lies more than 401 days behind the third-newest day with usage', () => {
    const oldest = use('oldest', '2025-10-15T00:00:00Z', '1');
    const late = use('late', '2025-10-14T23:59:59.999999Z', '1');
    expect(outcomes(...mark, oldest, late).slice(-2)).toEqual(['applied', 'late']);
    const { details } = given(subscription, ...mark, late).at('2026-11-23T10:00:00Z');
    expect(details.ledger_from).toBe('2025-10-15');
  });

  it('is not told while fewer than three days have usage', () => {
    const story = given(...mark.slice(0, 2), use('old', '1990-01-01T00:00:00Z', '1'));
    expect(story.record.outcomes).toEqual(['applied', 'applied', 'applied']);
  });

  it('is not told of what came before the mark moved', () => {
    const early = use('early', '2025-10-14T00:00:00Z', '100');
    expect(outcomes(early, ...mark)).toEqual(['applied', 'applied', 'applied', 'applied']);
  });

  it('does not move the mark, nor make its id known', () => {
    expect(
      outcomes(
        ...mark,
        use('x', '2025-01-01T00:00:00Z', '1'),
        use('x', '2026-11-21T00:00:00Z', '1'),
      ).slice(-2),
    ).toEqual(['late', 'applied']);
  });

  it('no single clock makes any, however far ahead it is', () => {
    const far = use('far', '2062-01-01T00:00:00Z', '1');
    const november = use('x', '2025-11-10T00:00:00Z', '1');
    expect(outcomes(...mark, far, november).slice(-2)).toEqual(['applied', 'applied']);
  });

  it('counts in no order but that of days: a repeated or refused event is no usage', () => {
    const again = mark.map((event) => ({ ...event, usage: { ...event.usage, value: '7' } }));
    const [first, second] = mark;
    const old = use('old', '2024-01-01T00:00:00Z', '1');
    expect(outcomes(first!, second!, second!, ...again.slice(0, 2), old).at(-1)).toBe('applied');
  });
});

describe('an event id counts once', () => {
  it('sent again, it changes nothing', () => {
    const event = use('a', '2026-11-10T00:00:00Z', '5');
    const story = given(subscription, event, event, event);
    expect(november(story)).toBe(5);
    expect(story.record.outcomes.slice(1)).toEqual(['applied', 'duplicate', 'duplicate']);
  });

  it('the same fact under two ids counts twice', () => {
    const story = given(
      subscription,
      use('a', '2026-11-10T00:00:00Z', '5'),
      use('b', '2026-11-10T00:00:00Z', '5'),
    );
    expect(november(story)).toBe(10);
  });

  it('of two contents the first that is folded counts, and the other is shown as a conflict', () => {
    const story = given(
      subscription,
      use('a', '2026-11-10T00:00:00Z', '5'),
      use('a', '2026-11-11T00:00:00Z', '70'),
    );
    expect(november(story)).toBe(5);
    expect(story.record.outcomes.at(-1)).toBe('conflict');
  });

  it('whatever day, metric or kind it names the second time', () => {
    const first = use('a', '2026-11-10T00:00:00Z', '5');
    const seconds = [
      use('a', '2025-12-10T00:00:00Z', '5'),
      use('a', '2026-11-10T00:00:00Z', '5', { metric_code: 'other' }),
      use('a', '2026-11-10T00:00:00Z', '5', { kind: 'point' }),
      use('a', '2026-11-10T00:00:00Z', '5', { dimensions: { region: 'eu' } }),
    ];
    for (const second of seconds) {
      const story = given(subscription, first, second);
      expect([november(story), story.record.outcomes.at(-1)]).toEqual([5, 'conflict']);
    }
  });

  it('is remembered as long as the usage of its day is kept', () => {
    const again = (iso: string) =>
      outcomes(
        use('a', iso, '5'),
        ...markOn('2026-11-20'),
        use('a', '2026-11-20T00:00:00Z', '5'),
      ).at(-1);
    expect(again('2025-10-15T00:00:00Z')).toBe('conflict');
    expect(again('2025-10-14T23:59:59Z')).toBe('applied');
  });

  it('a correction is a fact of its own with a negative value', () => {
    const story = given(
      subscription,
      use('a', '2026-11-10T00:00:00Z', '5'),
      use('b', '2026-11-12T00:00:00Z', '-3.5'),
    );
    expect(november(story)).toBe(1);
  });
});

describe('usage before its subscription', () => {
  it('waits in the ledger and is priced when the subscription comes', () => {
    const usage = use('a', '2026-11-10T00:00:00Z', '5');
    expect(november(given(usage, subscription))).toBe(5);
    expect(given(usage).at('2026-11-23T10:00:00Z').summary.upcoming_charges).toEqual([]);
  });

  it('is priced anew by later terms, zone and start', () => {
    const usage = [use('a', '2026-10-31T23:30:00Z', '1'), use('b', '2026-11-10T00:00:00Z', '10')];
    const { charges } = subscription.subscription;
    const dearer = [aCharge({ aggregation: 'sum', properties: { amount: '2' } })];
    const amounts = [
      aSubscription({ version: 2, charges: dearer }),
      aSubscription({ version: 2, charges, timezone: 'Europe/Paris' }),
      aSubscription({ version: 2, charges, started_at: at('2026-11-11T00:00:00Z') }),
      aSubscription({ version: 2, charges, current_period_start: at('2026-11-15T00:00:00Z') }),
    ].map((later) => november(given(subscription, ...usage, later)));
    expect(amounts).toEqual([20, 11, 0, 0]);
  });
});
