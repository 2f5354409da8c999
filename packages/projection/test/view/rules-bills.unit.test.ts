import { cents } from '@portal/billing';
import { type SubscriptionSnapshot, view } from '@portal/projection';
import { aPlan, aSubscription, at, given, type Story } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { around } from '../instants.ts';
import { billAt, moving, started } from '../next-bill.ts';

const NOW = '2026-11-23T10:00:00Z';
const ARREARS = aPlan({ pay_in_advance: false });

/** date, days until and amount of the first row, a millisecond before an instant, at it and after it. */
const turn = (story: Story, iso: string) =>
  around(iso).map((each) => moving(story.at(each).summary.next_billing[0]));

describe('a trial, read by the clock alone', () => {
  it('begins where the subscription_at is, else the started_at, else the created_at', () => {
    const dates = {
      subscription_at: at('2026-11-20T15:45:00Z'),
      started_at: at('2026-11-18T15:45:00Z'),
      created_at: at('2026-11-16T15:45:00Z'),
      trial_period_days: 10,
    };
    const end = (without: Partial<SubscriptionSnapshot>) =>
      billAt(NOW, aSubscription({ ...dates, ...without }))?.next_billing_date;
    expect(end({})).toBe('2026-11-30T15:45:00Z');
    expect(end({ subscription_at: null })).toBe('2026-11-28T15:45:00Z');
    expect(end({ subscription_at: null, started_at: null })).toBe('2026-11-26T15:45:00Z');
  });

  it.each([
    // 02:30 of 29 March does not exist in Paris; read with the offset before the gap it is 01:30Z.
    ['does not exist', '2026-03-28T01:30:00Z', '2026-03-29T01:30:00Z', '2026-03-31T22:00:00Z', 3],
    // 02:30 of 25 October occurs at 00:30Z and at 01:30Z.
    ['occurs twice', '2026-10-24T00:30:00Z', '2026-10-25T00:30:00Z', '2026-10-31T23:00:00Z', 7],
  ])('ends in time at a wall time that %s', (_, begin, end, next, days) => {
    const trial = { ...started(begin), trial_period_days: 1, timezone: 'Europe/Paris' };
    expect(turn(given(aSubscription(trial)), end)).toEqual([
      [end, 0, 4_900],
      [next, days, 4_900],
      [next, days, 4_900],
    ]);
  });

  it('follows the start: the bill is the start, then the end of the trial, then that of the period', () => {
    const story = given(
      aSubscription({ ...started('2026-12-05T14:30:00Z'), trial_period_days: 10 }),
    );
    expect(turn(story, '2026-12-05T14:30:00Z')).toEqual([
      ['2026-12-05T14:30:00Z', 0, 4_900],
      ['2026-12-15T14:30:00Z', 10, 4_900],
      ['2026-12-15T14:30:00Z', 10, 4_900],
    ]);
    expect(turn(story, '2026-12-15T14:30:00Z')).toEqual([
      ['2026-12-15T14:30:00Z', 0, 4_900],
      ['2027-01-01T00:00:00Z', 17, 4_900],
      ['2027-01-01T00:00:00Z', 17, 4_900],
    ]);
  });

  it('moves no bill in arrears, not at its end either', () => {
    const trial = { ...started('2026-11-20T15:45:00Z'), trial_period_days: 14, plan: ARREARS };
    const story = given(aSubscription(trial));
    expect(turn(story, '2026-12-04T15:45:00Z')).toEqual(
      Array(3).fill(['2027-01-01T00:00:00Z', 28, 4_900]),
    );
  });

  it('longer than its period keeps the bill at its end while periods go by', () => {
    const story = given(
      aSubscription({ ...started('2026-11-20T15:45:00Z'), trial_period_days: 40 }),
    );
    expect(turn(story, '2026-12-01T00:00:00Z')).toEqual([
      ['2026-12-30T15:45:00Z', 30, 4_900],
      ['2026-12-30T15:45:00Z', 29, 4_900],
      ['2026-12-30T15:45:00Z', 29, 4_900],
    ]);
  });

  it('is over once trial_ended_at is known, though that instant lies ahead', () => {
    const ended = aSubscription({
      ...started('2026-11-20T15:45:00Z'),
      trial_period_days: 14,
      trial_ended_at: at('2026-11-28T00:00:00Z'),
    });
    const { summary, details } = given(ended).at(NOW);
    expect(summary.next_billing[0]?.next_billing_date).toBe('2026-12-01T00:00:00Z');
    expect(details.subscriptions[0]?.in_trial).toBe(false);
  });
});

describe('the end of a subscription, without an event', () => {
  it.each([
    ['active', 'ending_at', 'terminated_at'],
    ['active', 'terminated_at', 'ending_at'],
    ['pending', 'ending_at', 'terminated_at'],
    ['canceled', 'ending_at', 'terminated_at'],
    ['canceled', 'terminated_at', 'ending_at'],
  ] as const)('%s: an earlier %s ends it, not the later %s', (status, earlier, later) => {
    const story = given(
      aSubscription({
        status,
        [earlier]: at('2026-11-25T12:00:00Z'),
        [later]: at('2026-11-28T12:00:00Z'),
      }),
    );
    const told = around('2026-11-25T12:00:00Z').map((iso) => {
      const { summary, details } = story.at(iso);
      return [
        summary.next_billing.length,
        summary.upcoming_charges.length,
        summary.quick_actions.has_active_subscription,
        details.subscriptions.length,
      ];
    });
    expect(told).toEqual([
      [1, 1, true, 1],
      [0, 0, false, 0],
      [0, 0, false, 0],
    ]);
  });

  it('takes a paused one out of the details', () => {
    const story = given(aSubscription({ status: 'paused', ending_at: at('2026-11-25T12:00:00Z') }));
    const told = around('2026-11-25T12:00:00Z').map((iso) => {
      const { summary, details } = story.at(iso);
      return [summary.next_billing.length, details.subscriptions.length];
    });
    expect(told).toEqual([
      [0, 1],
      [0, 0],
      [0, 0],
    ]);
  });
});

describe('the final bill, without an event', () => {
  const ending = (plan = aPlan()) =>
    given(aSubscription({ plan, ending_at: at('2026-12-20T08:00:00Z') }));
  const bases = (story: Story, iso: string) =>
    around(iso).map((each) => story.at(each).summary.upcoming_charges[0]?.base_amount_cents);

  it('comes when the last period begins; in advance nothing is due on it', () => {
    expect(turn(ending(), '2026-12-01T00:00:00Z')).toEqual([
      ['2026-12-01T00:00:00Z', 1, 4_900],
      ['2026-12-20T08:00:00Z', 19, 0],
      ['2026-12-20T08:00:00Z', 19, 0],
    ]);
    expect(bases(ending(), '2026-12-01T00:00:00Z')).toEqual([4_900, 0, 0]);
  });

  it('in arrears the plan is due on it', () => {
    expect(turn(ending(ARREARS), '2026-12-01T00:00:00Z')).toEqual([
      ['2026-12-01T00:00:00Z', 1, 4_900],
      ['2026-12-20T08:00:00Z', 19, 4_900],
      ['2026-12-20T08:00:00Z', 19, 4_900],
    ]);
    expect(bases(ending(ARREARS), '2026-12-01T00:00:00Z')).toEqual([4_900, 4_900, 4_900]);
  });

  it('is tomorrow until the local midnight before it, then today', () => {
    const days = turn(ending(), '2026-12-20T00:00:00Z').map((row) => row?.[1]);
    expect(days).toEqual([1, 0, 0]);
  });
});

describe('a pending plan, before its plan_changed', () => {
  const changing = (
    effective: string,
    plan: SubscriptionSnapshot['plan'],
    more: Partial<SubscriptionSnapshot> = {},
  ) =>
    aSubscription({
      plan,
      pending_plan: {
        plan: aPlan({ name: 'Max', interval: 'yearly', amount_cents: cents(9_900) }),
        effective_at: at(effective),
      },
      ...more,
    });

  it.each([
    ['in advance', '2026-12-15T00:00:00Z', [4_900, 9_900, 9_900], aPlan()],
    ['in arrears', '2026-12-15T00:00:00Z', [4_900, 9_900, 9_900], ARREARS],
    ['in advance', '2026-12-01T00:00:00Z', [9_900, 9_900, 9_900], aPlan()],
    ['in arrears', '2026-12-01T00:00:00Z', [4_900, 9_900, 9_900], ARREARS],
    ['in advance', '2027-01-01T00:00:00.000001Z', [4_900, 4_900, 4_900], aPlan()],
    ['in arrears', '2027-01-01T00:00:00Z', [4_900, 4_900, 4_900], ARREARS],
  ])('%s, effective %s: bills around 1 December are of %j', (_, effective, amounts, plan) => {
    const story = given(changing(effective, plan));
    const told = around('2026-12-01T00:00:00Z').map((iso) => {
      const { next_billing, upcoming_charges } = story.at(iso).summary;
      expect(upcoming_charges[0]?.base_amount_cents).toBe(next_billing[0]?.amount_cents);
      return next_billing[0]?.amount_cents;
    });
    expect(told).toEqual(amounts);
  });

  it('changes nothing at the instant it becomes effective', () => {
    const story = given(changing('2026-12-15T12:00:00Z', aPlan()));
    const [before, ...rest] = around('2026-12-15T12:00:00Z').map((iso) => story.at(iso).summary);
    expect(before?.next_billing[0]).toMatchObject({
      plan_name: 'Pro',
      plan_interval: 'monthly',
      next_billing_date: '2027-01-01T00:00:00Z',
      amount_cents: 9_900,
    });
    expect(rest).toEqual([before, before]);
  });

  it.each([
    ['2026-12-04T15:45:00Z', 9_900],
    ['2026-12-04T15:45:00.000001Z', 4_900],
  ])('effective %s bills %i at a trial’s end of 4 December 15:45', (effective, amount) => {
    const trial = { ...started('2026-11-20T15:45:00Z'), trial_period_days: 14 };
    const row = billAt(NOW, changing(effective, aPlan(), trial));
    expect(moving(row)).toEqual(['2026-12-04T15:45:00Z', 11, amount]);
  });

  it.each([
    ['in arrears', ARREARS, '2026-11-27T07:59:59.999999Z', 9_900],
    ['in arrears', ARREARS, '2026-11-27T08:00:00Z', 4_900],
    ['in advance', aPlan(), '2026-11-01T00:00:00Z', 0],
  ])(
    '%s, %o effective %s: the final bill of 27 November is of %i',
    (_, plan, effective, amount) => {
      const row = billAt(NOW, changing(effective, plan, { ending_at: at('2026-11-27T08:00:00Z') }));
      expect(moving(row)).toEqual(['2026-11-27T08:00:00Z', 4, amount]);
    },
  );
});

describe('fixed days', () => {
  const fixed = (subscription: Partial<SubscriptionSnapshot>) => {
    const { document } = given(aSubscription(subscription));
    return (iso: string) => {
      const [row] = view(document, at(iso), 'fixed_days').summary.next_billing;
      return row && [row.next_billing_date, row.days_until_next_billing];
    };
  };

  it.each([
    ['weekly', '2026-11-27T00:00:00Z', 3],
    ['monthly', '2026-12-20T00:00:00Z', 26],
    ['quarterly', '2027-02-18T00:00:00Z', 86],
    ['semiannual', '2026-12-20T00:00:00Z', 26],
    ['yearly', '2027-11-20T00:00:00Z', 361],
  ] as const)('%s from 20 November: %s, %i whole days away', (interval, date, days) => {
    const read = fixed({ ...started('2026-11-20T00:00:00Z'), plan: aPlan({ interval }) });
    expect(read(NOW)).toEqual([date, days]);
  });

  it('count from created_at without a started_at, whatever subscription_at says', () => {
    const read = fixed({
      started_at: null,
      subscription_at: at('2026-11-20T00:00:00Z'),
      created_at: at('2026-11-01T08:00:00Z'),
      billing_time: 'anniversary',
    });
    expect(read(NOW)).toEqual(['2026-12-01T08:00:00Z', 7]);
  });

  it('bill at an anchor ahead, and at it begin to step', () => {
    const read = fixed({ ...started('2026-12-05T14:30:00Z'), status: 'pending' });
    expect(read(NOW)).toEqual(['2026-12-05T14:30:00Z', 12]);
    expect(around('2026-12-05T14:30:00Z').map(read)).toEqual([
      ['2026-12-05T14:30:00Z', 0],
      ['2027-01-04T14:30:00Z', 30],
      ['2027-01-04T14:30:00Z', 29],
    ]);
  });
});
