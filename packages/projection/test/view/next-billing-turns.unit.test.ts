import { cents } from '@portal/billing';
import { type SubscriptionSnapshot } from '@portal/projection';
import { aPlan, aSubscription, at, given } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { around } from '../instants.ts';
import { billAt, moving, started } from '../next-bill.ts';

/** Trials, ends and plan changes: what turns the next bill from what its period alone would say. */
describe('trials', () => {
  const trial = (overrides: Partial<SubscriptionSnapshot> = {}) =>
    aSubscription({ ...started('2026-11-20T15:45:00Z'), trial_period_days: 14, ...overrides });

  it('billed in advance, the trial end is the next bill, until the trial ends', () => {
    const story = given(trial());
    const rows = around('2026-12-04T15:45:00Z').map((iso) =>
      moving(story.at(iso).summary.next_billing[0]),
    );
    expect(rows).toEqual([
      ['2026-12-04T15:45:00Z', 0, 4_900],
      ['2027-01-01T00:00:00Z', 28, 4_900],
      ['2027-01-01T00:00:00Z', 28, 4_900],
    ]);
  });

  it('billed in arrears, the trial moves no bill', () => {
    const story = trial({ plan: aPlan({ pay_in_advance: false }) });
    expect(billAt('2026-11-23T10:00:00Z', story)?.next_billing_date).toBe('2026-12-01T00:00:00Z');
  });

  it('a trial that was ended early, or has no days, is none', () => {
    const ended = trial({ trial_ended_at: at('2026-11-22T00:00:00Z') });
    for (const subscription of [ended, trial({ trial_period_days: 0 })]) {
      expect(billAt('2026-11-23T10:00:00Z', subscription)?.next_billing_date).toBe(
        '2026-12-01T00:00:00Z',
      );
    }
  });

  it('counts local days from subscription_at at the same wall time, over a clock change', () => {
    const paris = trial({
      subscription_at: at('2026-10-20T10:00:00Z'),
      started_at: at('2026-10-21T00:00:00Z'),
      timezone: 'Europe/Paris',
    });
    // Noon in Paris is 10:00Z in summer and 11:00Z in winter.
    expect(billAt('2026-10-23T00:00:00Z', paris)?.next_billing_date).toBe('2026-11-03T11:00:00Z');
  });

  it('details tell the trial and its end, which is exclusive', () => {
    const story = given(trial());
    const trials = around('2026-12-04T15:45:00Z').map((iso) => {
      const [details] = story.at(iso).details.subscriptions;
      return [details?.in_trial, details?.trial_ends_at];
    });
    expect(trials).toEqual([
      [true, '2026-12-04T15:45:00Z'],
      [false, '2026-12-04T15:45:00Z'],
      [false, '2026-12-04T15:45:00Z'],
    ]);
  });
});

describe('an end at or before the next bill makes it the final bill', () => {
  const ending = (iso: string, payInAdvance: boolean) =>
    aSubscription({ ending_at: at(iso), plan: aPlan({ pay_in_advance: payInAdvance }) });

  it('nothing but usage is due on it when the plan is billed in advance', () => {
    const rows = billAt('2026-11-23T10:00:00Z', ending('2026-11-27T08:00:00Z', true));
    expect(moving(rows)).toEqual(['2026-11-27T08:00:00Z', 4, 0]);
  });

  it('the plan is due on it when billed in arrears', () => {
    const rows = billAt('2026-11-23T10:00:00Z', ending('2026-11-27T08:00:00Z', false));
    expect(moving(rows)).toEqual(['2026-11-27T08:00:00Z', 4, 4_900]);
  });

  it('exactly at the bill and to the end of its day it is final; from the next day on it is not', () => {
    const now = '2026-11-23T10:00:00Z';
    expect(moving(billAt(now, ending('2026-12-01T00:00:00Z', true)))?.[2]).toBe(0);
    expect(moving(billAt(now, ending('2026-12-01T23:59:59.999999Z', true)))?.[2]).toBe(0);
    expect(moving(billAt(now, ending('2026-12-02T00:00:00Z', true)))?.[2]).toBe(4_900);
  });

  it('the earlier of ending_at and terminated_at ends it', () => {
    const both = aSubscription({
      ending_at: at('2026-11-29T00:00:00Z'),
      terminated_at: at('2026-11-25T00:00:00Z'),
    });
    expect(billAt('2026-11-23T10:00:00Z', both)?.next_billing_date).toBe('2026-11-25T00:00:00Z');
  });

  it('an end before the start, or inside the trial, is the bill', () => {
    const early = aSubscription({
      ...started('2026-12-05T00:00:00Z'),
      ending_at: at('2026-12-02T00:00:00Z'),
    });
    const inTrial = aSubscription({
      ...started('2026-11-20T00:00:00Z'),
      trial_period_days: 14,
      ending_at: at('2026-12-01T00:00:00Z'),
    });
    expect(moving(billAt('2026-11-23T10:00:00Z', early))).toEqual(['2026-12-02T00:00:00Z', 9, 0]);
    expect(moving(billAt('2026-11-23T10:00:00Z', inTrial))).toEqual(['2026-12-01T00:00:00Z', 8, 0]);
  });
});

describe('a pending plan', () => {
  const changing = (effective: string, payInAdvance: boolean, currency = 'EUR') =>
    aSubscription({
      plan: aPlan({ pay_in_advance: payInAdvance }),
      pending_plan: {
        plan: aPlan({
          code: 'max',
          name: 'Max',
          interval: 'yearly',
          amount_cents: cents(9_900),
          currency,
          pay_in_advance: !payInAdvance,
        }),
        effective_at: at(effective),
      },
    });
  const now = '2026-11-23T10:00:00Z';

  it.each([
    ['2026-11-30T23:59:59.999999Z', true, 9_900],
    ['2026-12-01T00:00:00Z', true, 9_900],
    ['2026-12-01T00:00:00.000001Z', true, 4_900],
    ['2026-11-30T23:59:59.999999Z', false, 9_900],
    ['2026-12-01T00:00:00Z', false, 4_900],
  ])('effective %s, in advance %s: the bill of 1 December is %i', (effective, advance, amount) => {
    expect(billAt(now, changing(effective, advance))?.amount_cents).toBe(amount);
  });

  it('changes neither interval nor name nor date before its plan_changed', () => {
    const row = billAt(now, changing('2026-11-01T00:00:00Z', true));
    expect(row).toMatchObject({ plan_name: 'Pro', plan_interval: 'monthly' });
    expect(row?.next_billing_date).toBe('2026-12-01T00:00:00Z');
  });

  it('brings its currency to the bill; upcoming charges keep the current plan’s', () => {
    const { summary } = given(changing('2026-12-01T00:00:00Z', true, 'USD')).at(now);
    expect(summary.next_billing[0]).toMatchObject({ amount_cents: 9_900, currency: 'USD' });
    expect(summary.upcoming_charges[0]).toMatchObject({
      base_amount_cents: 4_900,
      total_estimated_cents: 4_900,
      currency: 'EUR',
    });
  });
});
