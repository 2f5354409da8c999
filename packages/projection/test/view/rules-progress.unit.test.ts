import { cents } from '@portal/billing';
import { type BillingEvent, type SubscriptionSnapshot } from '@portal/projection';
import {
  aCharge,
  aCustomer,
  anEntitlement,
  anInvoice,
  aSubscription,
  at,
  aUsage,
  aWallet,
  given,
  type Story,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { charged, NOW, usages } from '../charges.ts';
import { around } from '../instants.ts';

const TURN = '2026-12-01T00:00:00Z';
const other = (digit: number) => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;

const limited = (value: string, overrides: Partial<SubscriptionSnapshot> = {}) =>
  aSubscription({ entitlements: [anEntitlement({ value })], ...overrides });
const SUM = aCharge({ aggregation: 'sum', properties: { amount: '1' } });

/** [current_usage, usage_percentage] a millisecond before an instant, at it and after it. */
const used = (story: Story, iso: string) =>
  around(iso).map((each) => {
    const [row] = story.at(each).summary.usage_progress;
    return row && [row.current_usage, row.usage_percentage];
  });

describe('usage progress, without an event', () => {
  it.each([
    ['with a charge', [SUM]],
    ['without one', []],
  ])('is 0 until the start, then what its local day had: %s', (_, charges) => {
    const start = at('2026-11-25T12:00:00Z');
    const story = given(
      limited('10', { started_at: start, charges }),
      ...usages(['4'], { timestamp: at('2026-11-25T03:00:00Z') }),
    );
    expect(used(story, '2026-11-25T12:00:00Z')).toEqual([
      ['0', 0],
      ['4', 40],
      ['4', 40],
    ]);
  });

  it('of a recurring charge carries on when the period turns, of points alone it does not', () => {
    const point = aUsage({ kind: 'point', value: '5' });
    const recurring = aCharge({ aggregation: 'latest', recurring: true });
    expect(used(given(limited('10', { charges: [recurring] }), point), TURN)).toEqual(
      Array(3).fill(['5', 50]),
    );
    expect(used(given(limited('10'), point), TURN)).toEqual([
      ['5', 50],
      ['0', 0],
      ['0', 0],
    ]);
  });

  it('of unique keys starts anew', () => {
    const keys = ['ann', 'bob'].map((unique_key) => aUsage({ kind: 'unique', unique_key }));
    expect(used(given(limited('10'), ...keys), TURN)).toEqual([
      ['2', 20],
      ['0', 0],
      ['0', 0],
    ]);
  });

  it('turns with the period of its own subscription, local to it', () => {
    const tokyo = limited('10', { timezone: 'Asia/Tokyo', charges: [SUM] });
    expect(used(given(tokyo, ...usages(['4'])), '2026-11-30T15:00:00Z')).toEqual([
      ['4', 40],
      ['0', 0],
      ['0', 0],
    ]);
  });

  it('that cannot be computed is null and partial in its period, 0 in the next', () => {
    const bad = limited('10', { charges: [aCharge({ aggregation: 'latest' })] });
    const story = given(bad, ...usages(['4']));
    expect(used(story, TURN)).toEqual([
      [null, null],
      ['0', 0],
      ['0', 0],
    ]);
    expect(around(TURN).map((iso) => story.at(iso).reasons.length)).toEqual([2, 0, 0]);
  });
});

describe('a feature is measured by its own subscription’s charges', () => {
  it('one of another subscription does not count for it', () => {
    const first = limited('10', { external_id: 'first' });
    const second = limited('20', {
      id: other(6),
      external_id: 'second',
      created_at: at('2026-05-01T00:00:00Z'),
      charges: [aCharge({ aggregation: 'count' })],
    });
    const { summary, details } = given(
      first,
      second,
      ...usages(['3']),
      ...usages(['50', '50'], { subscription_external_id: 'second' }),
    ).at(NOW);
    expect(summary.usage_progress.map((row) => [row.current_usage, row.entitlement_value])).toEqual(
      [['3', '10']],
    );
    expect(details.features.map((row) => [row.current_usage, row.entitlement_value])).toEqual([
      ['3', '10'],
      ['3', '20'],
    ]);
  });
});

describe('percentages are rounded once, from the exact share', () => {
  it.each([
    // 0.00005 % less a hair is below a half; at it, it is one.
    ['999999999999999999999999', '2000000000000000000000000000000', 0],
    ['1000000000000000000000000', '2000000000000000000000000000000', 0.0001],
    ['99.99995', '100', 100],
    ['99.99994999999999999999999999', '100', 99.9999],
  ])('%s of %s is %f %%', (units, value, percent) => {
    const story = given(limited(value, { charges: [SUM] }), ...usages([units]));
    expect(used(story, NOW).map((row) => row?.[1])).toEqual(Array(3).fill(percent));
  });

  it.each([
    ['133.33335', '100', '133.3334'],
    ['133.33334999999999999999999999', '100', '133.3333'],
    ['-133.33335', '100', '-133.3334'],
    ['-133.33334999999999999999999999', '100', '-133.3333'],
    ['2', '.3', '666.6667'],
  ])('in details beyond 0 and 100 too: %s of %s is %s %%', (units, value, percent) => {
    const story = given(limited(value, { charges: [SUM] }), ...usages([units]));
    expect(story.at(NOW).details.features[0]?.usage_percentage).toBe(percent);
  });
});

describe('the order of rows', () => {
  it('of features of subscriptions made at one instant is that of their ids', () => {
    const of = (digit: number) =>
      aSubscription({
        id: other(digit),
        external_id: `sub-${digit}`,
        entitlements: [anEntitlement({ feature_code: `feature-${digit}` })],
      });
    const { usage_progress } = given(of(8), of(6), of(7)).at(NOW).summary;
    expect(usage_progress.map((row) => row.feature_code)).toEqual([
      'feature-6',
      'feature-7',
      'feature-8',
    ]);
  });
});

describe('wallets and currency', () => {
  it('at its expiry a wallet’s balance is gone, the others stay', () => {
    const story = given(
      aCustomer(),
      aWallet({ balance_cents: cents(100) }),
      aWallet({
        id: other(6),
        balance_cents: cents(50),
        expiration_at: at('2026-11-25T12:00:00Z'),
      }),
    );
    const told = around('2026-11-25T12:00:00Z').map((iso) => {
      const { has_wallet, wallet_balance_cents } = story.at(iso).summary.quick_actions;
      return [has_wallet, wallet_balance_cents];
    });
    expect(told).toEqual([
      [true, 150],
      [true, 100],
      [true, 100],
    ]);
  });

  const currency = (...events: readonly BillingEvent[]) =>
    given(...events).at(NOW).summary.quick_actions.currency;

  it('is found in what is left when the customer names none any more', () => {
    const invoice = anInvoice({ currency: 'GBP' });
    expect(currency(aCustomer({ currency: 'JPY' }), invoice)).toBe('JPY');
    const without = aCustomer({ version: 2, currency: null });
    expect(currency(aCustomer({ currency: 'JPY' }), invoice, without)).toBe('GBP');
  });

  it('stays that of all entities when a wallet expires', () => {
    const story = given(
      aCustomer({ currency: null }),
      charged(),
      aWallet({ currency: 'GBP', expiration_at: at('2026-11-25T12:00:00Z') }),
    );
    const told = around('2026-11-25T12:00:00Z').map((iso) => {
      const { summary, reasons } = story.at(iso);
      return [summary.quick_actions.currency, reasons.map(({ code }) => code)];
    });
    expect(told).toEqual([
      ['USD', ['partial_currency']],
      ['USD', []],
      ['USD', []],
    ]);
  });
});
