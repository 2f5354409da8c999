import { dayOf } from '@portal/billing';
import { type BillingEvent, type Entry, type UsageFact } from '@portal/projection';
import { aCharge, aSubscription, at, aUsage, given, givenLog, type Story } from '@portal/testkit';
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
  it('is dropped and counted when it lies more than 35 days behind the newest usage', () => {
    const story = given(
      subscription,
      use('mark', '2026-12-10T12:00:00Z', '1'),
      use('in time', '2026-11-05T12:00:00Z', '10'),
      use('late', '2026-11-05T11:59:59.999999Z', '100'),
    );
    expect(november(story)).toBe(10);
    expect(story.record.state.usage.late).toBe(1);
    expect(story.record.outcomes.at(-1)).toBe('late');
  });

  it('is judged by log order: what came before the newest stays', () => {
    const story = given(
      subscription,
      use('early', '2026-11-01T00:00:00Z', '100'),
      use('mark', '2026-12-10T12:00:00Z', '1'),
    );
    expect(november(story)).toBe(100);
  });

  it('does not move the mark, nor make its id known', () => {
    expect(
      outcomes(
        use('mark', '2026-12-10T12:00:00Z', '1'),
        use('x', '2026-11-01T00:00:00Z', '1'),
        use('x', '2026-12-01T00:00:00Z', '1'),
      ),
    ).toEqual(['applied', 'late', 'applied']);
  });

  it('an event that is a day early moves it', () => {
    expect(
      outcomes(use('early', '2026-12-24T00:00:00Z', '1'), use('x', '2026-11-18T00:00:00Z', '1')),
    ).toEqual(['applied', 'late']);
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

  it('of two contents the lower offset counts, and the other is shown as a conflict', () => {
    const story = given(
      subscription,
      use('a', '2026-11-10T00:00:00Z', '5'),
      use('a', '2026-11-11T00:00:00Z', '70'),
    );
    expect(november(story)).toBe(5);
    expect(story.record.outcomes.at(-1)).toBe('conflict');
  });

  it('a lower coordinate that comes later takes the place of the one that counted', () => {
    const contents = [
      use('a', '2026-11-10T10:00:00Z', '5'),
      use('a', '2026-11-10T10:01:00Z', '70', { dimensions: { region: 'eu' } }),
      use('a', '2026-10-10T10:00:00Z', '900'),
    ];
    const others = [
      use('b', '2026-11-10T10:00:00Z', '1000'),
      use('c', '2026-11-10T10:02:00Z', '20000'),
    ];
    const entry = (event: BillingEvent, partition: number): Entry => ({
      kind: 'event',
      at: { family: event.family, partition, offset: 7 },
      event,
    });
    const [first, second, third] = contents.map((event, index) => [entry(event, 2 - index)]);
    const base = [[entry(subscription, 0)], others.map((e, i) => entry(e, 5 + i))];
    expect(november(givenLog([...base, first ?? []]))).toBe(21_005);
    expect(november(givenLog([...base, first ?? [], second ?? []]))).toBe(21_070);
    expect(november(givenLog([...base, first ?? [], second ?? [], third ?? []]))).toBe(21_000);
  });

  it('is remembered for the window, by whole days', () => {
    // The mark of 10 December 12:00 keeps ids since 5 November 00:00.
    const mark = use('mark', '2026-12-10T12:00:00Z', '0');
    const again = (iso: string) =>
      given(subscription, use('a', iso, '5'), mark, use('a', '2026-11-20T00:00:00Z', '5'));
    expect(again('2026-11-05T00:00:00Z').record.outcomes.at(-1)).toBe('conflict');
    expect(again('2026-11-04T23:59:59Z').record.outcomes.at(-1)).toBe('applied');
    expect(november(again('2026-11-04T23:59:59Z'))).toBe(10);
  });

  it('beyond the window its side fields are dropped', () => {
    const story = given(
      subscription,
      use('a', '2026-11-01T00:00:00Z', '5'),
      use('mark', '2026-12-20T00:00:00Z', '1'),
    );
    const names = [...story.record.fields.keys()].filter((name) => /^[eq]:/.test(name));
    expect(names.sort()).toEqual(['e:mark', `q:${dayOf(at('2026-12-20T00:00:00Z'))}`]);
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
