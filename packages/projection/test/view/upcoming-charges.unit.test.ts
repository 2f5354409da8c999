import { cents } from '@portal/billing';
import { aCharge, aFilter, aPlan, aSubscription, at, given } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { charged, lines, NOW, usageCents, usages } from '../charges.ts';

describe('upcoming charges', () => {
  it('are base and usage and their sum', () => {
    const subscription = charged({ aggregation: 'sum', properties: { amount: '2.5' } });
    const row = given(subscription, ...usages(['10', '3'])).at(NOW).summary.upcoming_charges[0];
    expect(row).toEqual({
      subscription_id: '33333333-3333-4333-8333-333333333333',
      subscription_external_id: 'sub-acme-pro',
      plan_name: 'Pro',
      currency: 'EUR',
      base_amount_cents: 4_900,
      usage_amount_cents: 32,
      total_estimated_cents: 4_932,
    });
  });

  it('drop the fraction once, after summing all charges', () => {
    const half = { aggregation: 'sum', properties: { amount: '0.5' } };
    const subscription = charged({ id: 'a', ...half }, { id: 'b', ...half }, { id: 'c', ...half });
    expect(usageCents(NOW, subscription, ...usages(['1']))).toBe(1);
  });

  it('drop it toward zero below zero too', () => {
    const subscription = charged({ aggregation: 'sum', properties: { amount: '1' } });
    expect(usageCents(NOW, subscription, ...usages(['-1.5']))).toBe(-1);
  });

  it('leave the base out on the final bill of a plan billed in advance', () => {
    const ending = aSubscription({ ending_at: at('2026-11-28T00:00:00Z') });
    expect(given(ending).at(NOW).summary.upcoming_charges[0]).toMatchObject({
      base_amount_cents: 0,
      total_estimated_cents: 0,
    });
  });

  it('count the base of a pending plan that is effective by the bill', () => {
    const subscription = aSubscription({
      pending_plan: {
        plan: aPlan({ amount_cents: cents(9_900) }),
        effective_at: at('2026-12-01T00:00:00Z'),
      },
    });
    expect(given(subscription).at(NOW).summary.upcoming_charges[0]?.base_amount_cents).toBe(9_900);
  });
});

describe('aggregations', () => {
  const values = ['2', '7.5', '-1', '7.25'];
  it.each([
    ['count', values, '4'],
    ['sum', values, '15.75'],
    ['max', values, '7.5'],
    ['max', ['-3', '-2'], '0'],
    ['count', [], '0'],
    ['sum', [], '0'],
    ['max', [], '0'],
  ])('%s of %j is %s', (aggregation, given, units) => {
    const charge = { aggregation, properties: { amount: '1' } };
    expect(lines(charged(charge), ...usages(given))).toEqual([[units, units]]);
  });

  it.each(['count', 'sum', 'max'])('%s takes points and unique events too', (aggregation) => {
    const events = [
      ...usages(['5'], { kind: 'point' }),
      ...usages(['5'], { kind: 'unique', unique_key: 'u' }),
    ];
    const units = { count: '2', sum: '10', max: '5' }[aggregation];
    expect(lines(charged({ aggregation }), ...events)?.[0]?.[0]).toBe(units);
  });

  it.each([
    ['round', 0, '3', '-3'],
    ['ceil', 0, '3', '-2'],
    ['floor', 0, '2', '-3'],
    ['round', 1, '2.5', '-2.5'],
    ['round', -1, '0', '0'],
  ] as const)('%s to %i decimals comes after aggregating', (by, precision, up, down) => {
    const charge = {
      aggregation: 'sum',
      rounding_function: by,
      rounding_precision: precision,
      properties: { amount: '1' },
    };
    expect(lines(charged(charge), ...usages(['1.25', '1.25']))?.[0]?.[0]).toBe(up);
    expect(lines(charged(charge), ...usages(['-1.25', '-1.25']))?.[0]?.[0]).toBe(down);
  });
});

describe('models', () => {
  const ladder = {
    ranges: [
      { up_to: '10', per_unit_amount: '5', flat_amount: '100' },
      { up_to: null, per_unit_amount: '2', flat_amount: '50' },
    ],
  };
  it.each([
    ['standard', { amount: '1.5' }, '7', '10.5'],
    ['standard', { amount: '1', min_price: '9', max_price: '20' }, '7', '9'],
    ['standard', { amount: '1', min_price: '9', max_price: '20' }, '70', '20'],
    ['graduated', ladder, '0', '100'],
    ['graduated', ladder, '10', '150'],
    ['graduated', ladder, '15', '210'],
    ['volume', ladder, '0', '100'],
    ['volume', ladder, '10', '150'],
    ['volume', ladder, '15', '80'],
    ['package', { amount: '30', package_size: '10', free_units: '5' }, '5', '0'],
    ['package', { amount: '30', package_size: '10', free_units: '5' }, '15', '30'],
    ['package', { amount: '30', package_size: '10', free_units: '5' }, '15.1', '60'],
    ['percentage', { rate: '2.5', fixed_amount: '10' }, '200', '15'],
    [
      'graduated_percentage',
      {
        ranges: [
          { up_to: '10', rate: '50' },
          { rate: '1', flat_amount: '7' },
        ],
      },
      '110',
      '13',
    ],
    ['custom', { unit_price: '3' }, '7', '21'],
    ['custom', { custom_amount: '900', unit_price: '3' }, '7', '900'],
  ])('%s %j: %s units come to %s', (charge_model, properties, units, amount) => {
    const charge = { aggregation: 'sum', charge_model, properties };
    expect(lines(charged(charge), ...usages([units]))).toEqual([[units, amount]]);
  });

  it('lift a charge to its minimum, without usage too, and never prorate it', () => {
    const charge = { min_amount_cents: cents(500), properties: { amount: '100' } };
    const subscription = charged(charge);
    expect(usageCents(NOW, subscription)).toBe(500);
    expect(usageCents(NOW, subscription, ...usages(['1', '1']))).toBe(500);
    expect(usageCents(NOW, subscription, ...usages(['1', '1', '1', '1', '1', '1']))).toBe(600);
    const started = { started_at: at('2026-11-22T00:00:00Z'), charges: [aCharge(charge)] };
    expect(usageCents(NOW, aSubscription(started))).toBe(500);
  });

  it('price the flat parts of a later period that has no usage', () => {
    const charge = { charge_model: 'graduated', aggregation: 'sum', properties: ladder };
    const story = given(charged(charge), ...usages(['20']));
    const amounts = ['2026-11-23T10:00:00Z', '2026-12-23T10:00:00Z', '2027-05-23T10:00:00Z'].map(
      (iso) => story.at(iso).summary.upcoming_charges[0]?.usage_amount_cents,
    );
    expect(amounts).toEqual([220, 100, 100]);
  });
});

describe('what cannot be priced is said and left out', () => {
  it.each([
    [{ charge_model: 'percentage', properties: {} }, 'rate'],
    [
      {
        charge_model: 'percentage',
        properties: { rate: '1', per_transaction_min_amount: '2' },
      },
      'per_transaction_min_amount needs points',
    ],
    [{ charge_model: 'dynamic' }, 'amount_cents is missing on 1 of 1 events'],
    [{ charge_model: 'custom', properties: {} }, 'custom_amount or unit_price'],
    [{ properties: { '!malformed': 'properties are not JSON' } }, 'properties are not JSON'],
    [{ charge_model: 'telepathic' }, 'telepathic'],
    [{ aggregation: 'latest' }, 'latest needs points, the period has counter events'],
    [{ aggregation: 'weighted_sum' }, 'weighted_sum needs points'],
    [{ aggregation: 'unique_count' }, 'unique_count needs unique events'],
    [{ aggregation: 'median' }, 'median'],
    [{ properties: {} }, 'amount'],
    [{ charge_model: 'package', properties: { amount: '1', package_size: '0' } }, 'package_size'],
  ])('%j names %s', (charge, word) => {
    const subscription = charged({ id: 'bad', ...charge }, { id: 'good', aggregation: 'sum' });
    const answer = given(subscription, ...usages(['100'])).at(NOW);
    expect(answer.summary.upcoming_charges[0]?.usage_amount_cents).toBe(5);
    expect(answer.reasons).toEqual([
      { code: 'unavailable_charge', detail: expect.stringContaining(word) },
    ]);
    expect(answer.details.unavailable).toEqual([
      {
        subscription_id: '33333333-3333-4333-8333-333333333333',
        charge_id: 'bad',
        feature_code: null,
        reason: expect.stringContaining(word),
      },
    ]);
  });

  it('a charge with one bad part is left out whole, with no true-up', () => {
    const subscription = charged({
      min_amount_cents: cents(700),
      filters: [aFilter({ properties: { amount: 'free' } })],
    });
    expect(usageCents(NOW, subscription, ...usages(['1']))).toBe(0);
    expect(lines(subscription)).toEqual([expect.stringContaining('amount')]);
  });
});
