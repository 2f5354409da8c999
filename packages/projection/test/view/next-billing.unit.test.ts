import { type SubscriptionSnapshot } from '@portal/projection';
import { aCustomer, aPlan, aSubscription, at, given } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { around } from '../instants.ts';
import { billAt, moving, started } from '../next-bill.ts';

describe('the next bill is the end of the period that contains now', () => {
  it('names the subscription, its plan and what the plan bills', () => {
    expect(billAt('2026-11-23T10:00:00Z', aCustomer(), aSubscription())).toEqual({
      subscription_id: '33333333-3333-4333-8333-333333333333',
      subscription_external_id: 'sub-acme-pro',
      plan_name: 'Pro',
      plan_interval: 'monthly',
      next_billing_date: '2026-11-30T23:00:00Z',
      days_until_next_billing: 8,
      amount_cents: 4_900,
      currency: 'EUR',
    });
  });

  it.each([
    ['weekly', '2026-11-30T00:00:00Z', 7],
    ['monthly', '2026-12-01T00:00:00Z', 8],
    ['quarterly', '2027-01-01T00:00:00Z', 39],
    ['semiannual', '2027-01-01T00:00:00Z', 39],
    ['yearly', '2027-01-01T00:00:00Z', 39],
  ] as const)('calendar, %s: %s', (interval, date, days) => {
    const subscription = aSubscription({ plan: aPlan({ interval }) });
    expect(moving(billAt('2026-11-23T10:00:00Z', subscription))).toEqual([date, days, 4_900]);
  });

  it.each([
    ['weekly', '2026-11-26T00:00:00Z', 3],
    ['monthly', '2026-12-15T00:00:00Z', 22],
    ['quarterly', '2027-01-15T00:00:00Z', 53],
    ['semiannual', '2027-01-15T00:00:00Z', 53],
    ['yearly', '2027-01-15T00:00:00Z', 53],
  ] as const)('anniversary of Thursday 15 January, %s: %s', (interval, date, days) => {
    const subscription = aSubscription({ billing_time: 'anniversary', plan: aPlan({ interval }) });
    expect(moving(billAt('2026-11-23T10:00:00Z', subscription))).toEqual([date, days, 4_900]);
  });

  it('moves to the next period at its first instant, without an event', () => {
    const story = given(aSubscription());
    const dates = around('2026-12-01T00:00:00Z').map((iso) =>
      moving(story.at(iso).summary.next_billing[0]),
    );
    expect(dates).toEqual([
      ['2026-12-01T00:00:00Z', 1, 4_900],
      ['2027-01-01T00:00:00Z', 31, 4_900],
      ['2027-01-01T00:00:00Z', 31, 4_900],
    ]);
  });

  it.each([
    ['2027-02-10T12:00:00Z', 'day_of_month', '2027-02-28T00:00:00Z'],
    ['2027-03-01T00:00:00Z', 'day_of_month', '2027-03-31T00:00:00Z'],
    ['2027-04-01T00:00:00Z', 'day_of_month', '2027-04-30T00:00:00Z'],
    ['2028-02-10T00:00:00Z', 'day_of_month', '2028-02-29T00:00:00Z'],
  ] as const)(
    'an anchor on the 31st is clamped, never worn down: at %s',
    (now, month_end, date) => {
      const subscription = aSubscription({
        ...started('2026-01-31T18:00:00Z'),
        billing_time: 'anniversary',
        month_end,
      });
      expect(billAt(now, subscription)?.next_billing_date).toBe(date);
    },
  );

  it.each([
    ['day_of_month', '2026-12-28T00:00:00Z'],
    ['end_of_month', '2026-12-31T00:00:00Z'],
  ] as const)('an anchor on 28 February, %s, bills on %s', (month_end, date) => {
    const subscription = aSubscription({
      ...started('2026-02-28T10:00:00Z'),
      billing_time: 'anniversary',
      month_end,
    });
    expect(billAt('2026-12-10T00:00:00Z', subscription)?.next_billing_date).toBe(date);
  });

  it('the anchor is started_at, else subscription_at, else created_at', () => {
    const dates = {
      started_at: at('2026-03-05T00:00:00Z'),
      subscription_at: at('2026-03-10T00:00:00Z'),
      created_at: at('2026-03-20T00:00:00Z'),
    };
    const bill = (overrides: Partial<SubscriptionSnapshot>) =>
      billAt(
        '2026-11-23T10:00:00Z',
        aSubscription({ billing_time: 'anniversary', ...dates, ...overrides }),
      )?.next_billing_date;
    expect(bill({})).toBe('2026-12-05T00:00:00Z');
    expect(bill({ started_at: null })).toBe('2026-12-10T00:00:00Z');
    expect(bill({ started_at: null, subscription_at: null })).toBe('2026-12-20T00:00:00Z');
  });

  it('a current_period_start moves the start of its period only', () => {
    const cut = aSubscription({ current_period_start: at('2026-11-10T06:00:00Z') });
    const story = given(cut);
    const period = (iso: string) => story.at(iso).details.subscriptions[0]?.current_period;
    expect(period('2026-11-23T10:00:00Z')).toEqual({
      start: '2026-11-10T06:00:00Z',
      end: '2026-12-01T00:00:00Z',
    });
    expect(period('2026-11-10T05:59:59.999Z')?.start).toBe('2026-11-01T00:00:00Z');
    expect(period('2026-12-23T10:00:00Z')?.start).toBe('2026-12-01T00:00:00Z');
  });
});

describe('dates are local: the zone of the subscription, else of the customer, else the default', () => {
  const now = '2026-11-30T16:30:00Z';

  it.each([
    ['Asia/Tokyo', 'Europe/Paris', '2026-12-31T15:00:00Z', 31],
    [null, 'Europe/Paris', '2026-11-30T23:00:00Z', 1],
    [null, null, '2026-12-01T00:00:00Z', 1],
    ['America/New_York', 'Asia/Tokyo', '2026-12-01T05:00:00Z', 1],
  ])('subscription %s, customer %s', (own, customers, date, days) => {
    const row = billAt(now, aCustomer({ timezone: customers }), aSubscription({ timezone: own }));
    expect(moving(row)).toEqual([date, days, 4_900]);
  });

  it('days until are calendar days: they step at local midnight, clock changes included', () => {
    const story = given(
      aSubscription({ timezone: 'Europe/Paris', plan: aPlan({ interval: 'monthly' }) }),
    );
    const days = (iso: string) => story.at(iso).summary.next_billing[0]?.days_until_next_billing;
    expect(around('2026-10-23T22:00:00Z').map(days)).toEqual([9, 8, 8]);
    // 25 October has 25 hours in Paris.
    expect(around('2026-10-24T22:00:00Z').map(days)).toEqual([8, 7, 7]);
    expect(around('2026-10-25T23:00:00Z').map(days)).toEqual([7, 6, 6]);
    expect(around('2026-10-31T23:00:00Z').map(days)).toEqual([1, 30, 30]);
  });

  it('a later zone of the customer moves the whole period', () => {
    const events = [
      aCustomer(),
      aSubscription(),
      aCustomer({ version: 2, timezone: 'Asia/Tokyo' }),
    ];
    expect(billAt('2026-11-23T10:00:00Z', ...events)?.next_billing_date).toBe(
      '2026-11-30T15:00:00Z',
    );
  });
});

describe('a start still ahead is the next bill', () => {
  const subscription = aSubscription({ ...started('2026-12-05T14:30:00Z'), status: 'pending' });

  it('at its uncut instant; then the end of its first, cut, period', () => {
    const story = given(subscription);
    const rows = around('2026-12-05T14:30:00Z').map((iso) =>
      moving(story.at(iso).summary.next_billing[0]),
    );
    expect(rows).toEqual([
      ['2026-12-05T14:30:00Z', 0, 4_900],
      ['2027-01-01T00:00:00Z', 27, 4_900],
      ['2027-01-01T00:00:00Z', 27, 4_900],
    ]);
  });

  it('has a fraction of a second only when it is not zero', () => {
    const exact = aSubscription(started('2026-12-05T14:30:00.250Z'));
    expect(billAt('2026-11-23T10:00:00Z', exact)?.next_billing_date).toBe(
      '2026-12-05T14:30:00.250000Z',
    );
  });
});
