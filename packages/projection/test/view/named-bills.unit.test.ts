import { type SubscriptionSnapshot } from '@portal/projection';
import { aPlan, at } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { anniversary, tellAt } from '../named.ts';
import { started } from '../next-bill.ts';

describe('the order of what the next bill can be', () => {
  const NOW = '2026-11-23T00:00:00Z';
  const named = {
    current_period_start: at('2026-11-15T10:00:00Z'),
    current_period_end: at('2026-12-15T10:00:00Z'),
  };
  const billOf = (terms: Partial<SubscriptionSnapshot>) =>
    tellAt(NOW, anniversary({ ...named, ...terms })).bill;
  const trial = { subscription_at: at('2026-11-10T09:30:00Z'), trial_period_days: 30 };

  it.each<[string, Partial<SubscriptionSnapshot>, string, number]>([
    ['the named end', {}, '2026-12-15T10:00:00Z', 4_900],
    ['the end of a trial, in advance', trial, '2026-12-10T09:30:00Z', 4_900],
    [
      'not of a trial in arrears',
      { ...trial, plan: aPlan({ pay_in_advance: false }) },
      '2026-12-15T10:00:00Z',
      4_900,
    ],
    [
      'an end of the subscription before the end of the trial',
      { ...trial, ending_at: at('2026-12-01T00:00:00Z') },
      '2026-12-01T00:00:00Z',
      0,
    ],
    [
      'an end of the subscription later on the day a trial ends',
      { ...trial, ending_at: at('2026-12-10T23:59:59.999Z') },
      '2026-12-10T23:59:59.999000Z',
      0,
    ],
    [
      'the trial, when the subscription ends the day after',
      { ...trial, ending_at: at('2026-12-11T00:00:00Z') },
      '2026-12-10T09:30:00Z',
      4_900,
    ],
    ['an end at the named one', { ending_at: named.current_period_end }, '2026-12-15T10:00:00Z', 0],
    [
      'an end later on the day of the named one',
      { ending_at: at('2026-12-15T17:00:00Z') },
      '2026-12-15T17:00:00Z',
      0,
    ],
    [
      'the named one, when the subscription ends the day after',
      { ending_at: at('2026-12-16T00:00:00Z') },
      '2026-12-15T10:00:00Z',
      4_900,
    ],
    ['a start still ahead', started('2026-12-20T08:00:00Z'), '2026-12-20T08:00:00Z', 4_900],
    [
      'that start, when the subscription ends after it, if on the same day',
      { ...started('2026-12-20T08:00:00Z'), ending_at: at('2026-12-20T08:00:00.001Z') },
      '2026-12-20T08:00:00Z',
      4_900,
    ],
    [
      'the end, when it is at that start',
      { ...started('2026-12-20T08:00:00Z'), ending_at: at('2026-12-20T08:00:00Z') },
      '2026-12-20T08:00:00Z',
      0,
    ],
  ])('%s', (_, terms, date, amount) => {
    const bill = billOf(terms);
    expect([bill?.[0], bill?.[2]]).toEqual([date, amount]);
  });

  it('a plan that is pending counts at the named end, not at the boundary of that day', () => {
    const pending = (iso: string) => ({
      pending_plan: { plan: aPlan({ amount_cents: 9_900 as never }), effective_at: at(iso) },
    });
    expect(billOf(pending('2026-12-15T10:00:00Z'))?.[2]).toBe(9_900);
    expect(billOf(pending('2026-12-15T10:00:00.000001Z'))?.[2]).toBe(4_900);
    const arrears = { plan: aPlan({ pay_in_advance: false }) };
    expect(billOf({ ...arrears, ...pending('2026-12-15T09:59:59.999999Z') })?.[2]).toBe(9_900);
    expect(billOf({ ...arrears, ...pending('2026-12-15T10:00:00Z') })?.[2]).toBe(4_900);
  });
});
