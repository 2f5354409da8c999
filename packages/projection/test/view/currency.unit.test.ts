import { type BillingEvent, DEFAULT_SETTINGS } from '@portal/projection';
import {
  aCustomer,
  anInvoice,
  aPlan,
  aSubscription,
  aWallet,
  given,
  givenWith,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';

const NOW = '2026-11-23T10:00:00Z';
const currency = (...events: readonly BillingEvent[]) =>
  given(...events).at(NOW).summary.quick_actions.currency;

const customer = aCustomer({ currency: null });
const inPounds = { currency: 'GBP' };
const subscription = aSubscription({ plan: aPlan(inPounds) });

describe('the currency of the dashboard', () => {
  it('is the customer’s, whatever the rest is in', () => {
    expect(currency(aCustomer({ currency: 'JPY' }), subscription, anInvoice())).toBe('JPY');
  });

  it.each([
    ['subscription', subscription],
    ['invoice', anInvoice(inPounds)],
    ['wallet', aWallet(inPounds)],
  ])('else the one currency everything shares: a %s alone', (_, event) => {
    expect(currency(customer, event)).toBe('GBP');
  });

  it('else the default, when two are in use', () => {
    expect(currency(customer, subscription, anInvoice({ currency: 'EUR' }))).toBe('USD');
    const settings = { ...DEFAULT_SETTINGS, defaultCurrency: 'CHF' };
    const story = givenWith(settings, customer, subscription, aWallet({ currency: 'EUR' }));
    expect(story.at(NOW).summary.quick_actions.currency).toBe('CHF');
  });

  it.each([
    ['a terminated subscription', aSubscription({ status: 'terminated' })],
    ['a settled invoice', anInvoice({ status: 'paid' })],
    ['a terminated wallet', aWallet({ status: 'terminated' })],
  ])('%s still has its say', (_, event) => {
    const id = 'abcdefab-0000-4000-8000-000000000000';
    expect(currency(customer, anInvoice({ id, ...inPounds }), event)).toBe('USD');
  });

  it.each([
    ['subscription', aSubscription({ version: 2 }, { event_type: 'subscription.deleted' })],
    ['invoice', anInvoice({ version: 2 }, { event_type: 'invoice.deleted' })],
    ['invoice of status deleted', anInvoice({ version: 2, status: 'deleted' })],
    ['wallet', aWallet({ version: 2 }, { event_type: 'wallet.deleted' })],
  ])('a deleted %s has none', (_, deletion) => {
    const id = 'abcdefab-0000-4000-8000-000000000000';
    expect(currency(customer, anInvoice({ id, ...inPounds }), deletion)).toBe('GBP');
  });

  it('a pending plan’s currency does not count yet', () => {
    const pending = aSubscription({
      plan: aPlan(inPounds),
      pending_plan: { plan: aPlan({ currency: 'EUR' }), effective_at: subscription.occurred_at },
    });
    expect(currency(customer, pending)).toBe('GBP');
  });
});

describe('totals by currency', () => {
  it('never add two currencies, and list every one any amount is in', () => {
    const { details } = given(
      aCustomer(),
      subscription,
      anInvoice({ currency: 'USD' }),
      aWallet({ currency: 'JPY' }),
    ).at(NOW);
    const none = {
      outstanding_invoice_count: 0,
      outstanding_amount_cents: 0,
      wallet_balance_cents: 0,
      upcoming_total_cents: 0,
      wallet_runway: null,
    };
    expect(details.totals_by_currency).toEqual([
      { ...none, currency: 'EUR' },
      { ...none, currency: 'GBP', upcoming_total_cents: 4_900 },
      { ...none, currency: 'JPY', wallet_balance_cents: 10_000 },
      { ...none, currency: 'USD', outstanding_invoice_count: 1, outstanding_amount_cents: 4_900 },
    ]);
  });
});
