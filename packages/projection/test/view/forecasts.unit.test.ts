import { cents, type Charge } from '@portal/billing';
import { type BillingEvent } from '@portal/projection';
import {
  aCharge,
  anEntitlement,
  anInvoice,
  aPlan,
  aSubscription,
  at,
  aUsage,
  aWallet,
  given,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';

const NOW = '2026-11-23T10:00:00Z';
const metered = aSubscription({
  charges: [aCharge({ aggregation: 'sum', properties: { amount: '2' } })],
  entitlements: [anEntitlement({ value: '1000' })],
});
const use = (iso: string, value: string, event_id = iso) =>
  aUsage({ timestamp: at(iso), value }, { event_id });
const detailsAt = (iso: string, ...events: readonly BillingEvent[]) =>
  given(...events).at(iso).details;

describe('features', () => {
  it('tell the share without a cap, what is above the limit, and when it starts anew', () => {
    const [row] = detailsAt(NOW, metered, use('2026-11-10T00:00:00Z', '1250')).features;
    expect(row).toMatchObject({
      current_usage: '1250',
      usage_percentage: '125',
      overage: '250',
      resets_at: '2026-12-01T00:00:00Z',
      runway: null,
    });
  });

  it('never start anew when the subscription ends with the period or before', () => {
    const resetOf = (iso: string) =>
      detailsAt(NOW, aSubscription({ ...metered.subscription, ending_at: at(iso) })).features[0]
        ?.resets_at;
    expect(resetOf('2026-11-25T00:00:00Z')).toBeNull();
    expect(resetOf('2026-12-01T00:00:00Z')).toBeNull();
    // No period begins for the hours between a boundary and an end on its day.
    expect(resetOf('2026-12-01T23:59:59.999999Z')).toBeNull();
    expect(resetOf('2026-12-02T00:00:00Z')).toBe('2026-12-01T00:00:00Z');
  });

  it.each<[what: string, charges: Partial<Charge>[], kind: 'change' | 'counter', goesOn: boolean]>([
    ['a recurring charge', [{ aggregation: 'sum', recurring: true }], 'change', true],
    ['the same charge, not recurring', [{ aggregation: 'sum' }], 'change', false],
    ['changes that nobody charges for', [], 'change', true],
    ['counters that nobody charges for', [], 'counter', false],
  ])('start anew only where usage does not go on: %s', (_what, charges, kind, goesOn) => {
    const seats = aSubscription({
      charges: charges.map((charge) => aCharge({ metric_code: 'seats', ...charge })),
      entitlements: [anEntitlement({ feature_code: 'seats', value: '10' })],
    });
    const bought = aUsage({ metric_code: 'seats', timestamp: at('2026-11-10T00:00:00Z'), kind });
    const rowAt = (iso: string) => detailsAt(iso, seats, bought).features[0];
    expect(rowAt(NOW)).toMatchObject({
      current_usage: '1',
      recurring: goesOn,
      resets_at: goesOn ? null : '2026-12-01T00:00:00Z',
    });
    // What is said of the reset comes true.
    expect(rowAt('2026-12-01T00:00:00Z')?.current_usage).toBe(goesOn ? '1' : '0');
    const ends = aSubscription({ ...seats.subscription, ending_at: at('2026-12-01T00:00:00Z') });
    const last = detailsAt(NOW, ends, bought).features[0];
    expect(last).toMatchObject({ current_usage: '1', recurring: false, resets_at: null });
  });

  it('list a feature of a second subscription that the default rows leave out', () => {
    const second = aSubscription({
      id: '0d000000-0000-4000-8000-000000000009',
      external_id: 'second',
      created_at: at('2026-11-02T00:00:00Z'),
      entitlements: [anEntitlement({ value: '7' })],
    });
    const answer = given(metered, second).at(NOW);
    expect(answer.summary.usage_progress).toHaveLength(1);
    expect(answer.details.features.map((row) => row.entitlement_value)).toEqual(['1000', '7']);
  });

  it('forecast the limit at the pace up to the newest usage: 500 in ten days, the rest in ten', () => {
    const [row] = detailsAt(
      '2026-11-12T00:00:00Z',
      metered,
      use('2026-11-11T00:00:00Z', '500'),
    ).features;
    expect(row?.runway).toEqual({
      method: 'linear',
      basis: ['period_to_date'],
      earliest: '2026-11-21T00:00:00Z',
      latest: '2026-11-21T00:00:00Z',
    });
  });

  it('forecast it from the period before as well: October had 620, 20 a day', () => {
    const events = [use('2026-10-05T00:00:00Z', '620'), use('2026-11-11T00:00:00Z', '700')];
    const [row] = detailsAt('2026-11-12T00:00:00Z', metered, ...events).features;
    expect(row?.runway).toEqual({
      method: 'linear',
      basis: ['period_to_date', 'previous_period'],
      earliest: '2026-11-15T06:51:25.714285Z',
      latest: '2026-11-26T00:00:00Z',
    });
  });

  it('count the pace from the start of the subscription: 600 in a day leave 400 for 16 hours', () => {
    const started = at('2026-11-10T00:00:00Z');
    const late = aSubscription({
      ...metered.subscription,
      created_at: started,
      started_at: started,
    });
    const events = [
      use('2026-11-11T00:00:00Z', '100', 'a'),
      use('2026-11-11T00:00:00Z', '500', 'b'),
    ];
    const [row] = detailsAt('2026-11-11T12:00:00Z', late, ...events).features;
    expect(row?.runway?.earliest).toBe('2026-11-11T16:00:00Z');
  });

  it('forecast nothing that lies behind the reset, that did not come true, or that does not add up', () => {
    const runwayAt = (iso: string, ...events: readonly BillingEvent[]) =>
      detailsAt(iso, ...events).features[0]?.runway;
    expect(runwayAt(NOW, metered, use('2026-11-11T00:00:00Z', '10'))).toBeNull();
    const steady = [metered, use('2026-11-11T00:00:00Z', '500')];
    expect(runwayAt('2026-11-20T23:59:59.999999Z', ...steady)).not.toBeNull();
    expect(runwayAt('2026-11-21T00:00:00Z', ...steady)).toBeNull();
    const peak = aSubscription({
      ...metered.subscription,
      charges: [aCharge({ aggregation: 'max', properties: { amount: '2' } })],
    });
    expect(runwayAt('2026-11-12T00:00:00Z', peak, use('2026-11-11T00:00:00Z', '500'))).toBeNull();
  });
});

describe('wallets', () => {
  const wallet = aWallet({ balance_cents: cents(3_000) });

  it('last as the whole period before says, when this one has no usage yet', () => {
    const used = use('2026-10-11T00:00:00Z', '100');
    const [totals] = detailsAt('2026-11-05T00:00:00Z', metered, used, wallet).totals_by_currency;
    // 200 cents in 31 days: 3,000 last 465 days from the newest usage.
    expect(totals?.wallet_runway).toEqual({
      ...{ method: 'linear', basis: ['previous_period'] },
      ...{ earliest: '2028-01-19T00:00:00Z', latest: '2028-01-19T00:00:00Z' },
    });
  });

  it('last as long as the usage goes on: 1000 in ten days, 3000 left', () => {
    const [totals] = detailsAt(
      '2026-11-12T00:00:00Z',
      metered,
      wallet,
      use('2026-11-11T00:00:00Z', '500'),
    ).totals_by_currency;
    expect(totals?.wallet_runway).toMatchObject({
      basis: ['period_to_date'],
      earliest: '2026-12-11T00:00:00Z',
    });
  });

  it('have no runway when nothing is left, or nothing is used', () => {
    const runwayOf = (...events: readonly BillingEvent[]) =>
      detailsAt(NOW, ...events).totals_by_currency[0]?.wallet_runway;
    expect(runwayOf(metered, wallet)).toBeNull();
    const empty = aWallet({ balance_cents: cents(0) });
    expect(runwayOf(metered, empty, use('2026-11-11T00:00:00Z', '500'))).toBeNull();
  });

  it('are listed as expiring from 30 days before to the instant they expire', () => {
    const story = given(
      aWallet({ balance_cents: cents(1_240), expiration_at: at('2026-12-31T12:00:00Z') }),
    );
    const expiring = (iso: string) => story.at(iso).details.expiring_credits;
    expect(expiring('2026-12-01T11:59:59.999999Z')).toEqual([]);
    expect(expiring('2026-12-01T12:00:00Z')).toMatchObject([
      { amount_cents: 1_240, expires_at: '2026-12-31T12:00:00Z' },
    ]);
    expect(expiring('2026-12-31T11:59:59.999999Z')).toHaveLength(1);
    expect(expiring('2026-12-31T12:00:00Z')).toEqual([]);
  });
});

describe('the minimum commitment', () => {
  const committed = (charge = {}) =>
    aSubscription({
      plan: aPlan({ amount_cents: cents(1_000), minimum_commitment_cents: cents(5_000) }),
      charges: [aCharge({ aggregation: 'sum', properties: { amount: '2' }, ...charge })],
    });
  const of = (...events: readonly BillingEvent[]) =>
    detailsAt(NOW, ...events).subscriptions[0]?.minimum_commitment;

  it('says what base and usage have burned and what is missing', () => {
    expect(of(committed(), use('2026-11-10T00:00:00Z', '500'))).toEqual({
      committed_cents: 5_000,
      burned_cents: 2_000,
      true_up_cents: 3_000,
    });
    expect(of(committed(), use('2026-11-10T00:00:00Z', '9000'))).toMatchObject({
      true_up_cents: 0,
    });
  });

  it('is in no other amount', () => {
    const [row] = given(committed()).at(NOW).summary.upcoming_charges;
    expect(row?.total_estimated_cents).toBe(1_000);
  });

  it('is unknown while the usage is, and absent without a commitment', () => {
    expect(of(committed({ charge_model: 'telepathic' }))).toEqual({
      committed_cents: 5_000,
      burned_cents: null,
      true_up_cents: null,
    });
    expect(of(aSubscription())).toBeNull();
  });
});

describe('the bill of the period before', () => {
  const began = aSubscription({
    created_at: at('2026-08-01T00:00:00Z'),
    started_at: at('2026-08-01T00:00:00Z'),
  });
  const invoice = (over = {}, envelope = {}) =>
    anInvoice(
      { issuing_date: '2026-11-01', subscription_ids: [began.subscription.id], ...over },
      envelope,
    );
  const arrived = (...events: readonly BillingEvent[]) =>
    detailsAt(NOW, began, ...events).subscriptions[0]?.previous_period?.invoice_arrived;

  it('has arrived once an invoice that names the subscription went out on its end or later', () => {
    expect(arrived()).toBe(false);
    expect(arrived(invoice())).toBe(true);
    expect(arrived(invoice({ issuing_date: '2026-10-31' }))).toBe(false);
    expect(arrived(invoice({ subscription_ids: [] }))).toBe(false);
    expect(arrived(invoice({ status: 'draft' }))).toBe(false);
    expect(arrived(invoice({ status: 'paid' }))).toBe(true);
  });

  it('is gone again with its invoice', () => {
    const voided = invoice({ version: 2, status: 'voided' });
    expect(arrived(invoice(), voided)).toBe(false);
    expect(arrived(invoice({ id: 'other' }), invoice(), voided)).toBe(true);
  });

  it('is unknown when it may have gone out long before the newest one, of which nothing is left', () => {
    const far = { issuing_date: '2027-02-01' };
    expect(arrived(invoice(far), invoice({ ...far, version: 2, status: 'voided' }))).toBeNull();
  });
});
