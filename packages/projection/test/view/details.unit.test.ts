import { cents } from '@portal/billing';
import { type BillingEvent, type SubscriptionSnapshot } from '@portal/projection';
import {
  aCharge,
  aCustomer,
  aPlan,
  aSubscription,
  at,
  aUsage,
  given,
  markOn,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { around } from '../instants.ts';

const NOW = '2026-11-23T10:00:00Z';
const detailsAt = (iso: string, ...events: readonly BillingEvent[]) =>
  given(...events).at(iso).details.subscriptions[0];

const SUMS = aCharge({ aggregation: 'sum', properties: { amount: '1' } });
let count = 0;
const use = (iso: string, value: string) =>
  aUsage({ timestamp: at(iso), value }, { event_id: `usage-${++count}` });

describe('details of a customer', () => {
  it.each([
    [
      aCustomer({ portal_locale: 'fr-CA', timezone: 'America/Toronto' }),
      'fr-CA',
      'America/Toronto',
    ],
    [aCustomer({ portal_locale: null, timezone: null }), null, 'UTC'],
    [aSubscription(), null, 'UTC'],
  ])('say in which language and zone it reads', (event, locale, timezone) => {
    expect(given(event).at(NOW).details.customer).toEqual({ locale, timezone });
  });
});

describe('details of a subscription', () => {
  it('say what the default body has no shape for', () => {
    const subscription = aSubscription({
      ending_at: at('2027-03-01T00:00:00Z'),
      pending_plan: {
        plan: aPlan({ code: 'max', name: 'Max' }),
        effective_at: at('2027-01-01T00:00:00Z'),
      },
      charges: [SUMS],
    });
    expect(detailsAt(NOW, aCustomer(), subscription, use('2026-11-10T00:00:00Z', '2.50'))).toEqual({
      subscription_id: '33333333-3333-4333-8333-333333333333',
      subscription_external_id: 'sub-acme-pro',
      status: 'active',
      timezone: 'Europe/Paris',
      current_period: { start: '2026-10-31T23:00:00Z', end: '2026-11-30T23:00:00Z' },
      trial_ends_at: null,
      in_trial: false,
      ends_at: '2027-03-01T00:00:00Z',
      pending_plan: {
        plan_code: 'max',
        plan_name: 'Max',
        effective_at: '2027-01-01T00:00:00Z',
        amount_cents: 4_900,
        currency: 'EUR',
      },
      charges: [
        {
          charge_id: 'charge-api',
          metric_code: 'api_calls',
          metric_name: 'API calls',
          charge_model: 'standard',
          aggregation: 'sum',
          recurring: false,
          units: '2.5',
          events: 1,
          amount: '2.5',
          reason: null,
          parts: [
            {
              filter: null,
              units: '2.5',
              events: 1,
              amount: '2.5',
              reason: null,
              steps: [{ kind: 'units', range: null, quantity: '2.5', price: '1', amount: '2.5' }],
            },
          ],
          true_up: '0',
        },
      ],
      minimum_commitment: null,
      previous_period: {
        start: '2026-09-30T22:00:00Z',
        end: '2026-10-31T23:00:00Z',
        usage_amount_cents: 0,
        invoice_arrived: false,
      },
    });
  });

  it('cut the period shown at the start and at the end of the subscription', () => {
    const subscription = aSubscription({
      started_at: at('2026-11-10T09:30:00Z'),
      ending_at: at('2026-11-25T08:00:00Z'),
    });
    expect(detailsAt(NOW, subscription)?.current_period).toEqual({
      start: '2026-11-10T09:30:00Z',
      end: '2026-11-25T08:00:00Z',
    });
  });

  it('show no period before the start', () => {
    const story = given(aSubscription({ started_at: at('2026-11-25T09:30:00Z') }));
    const periods = around('2026-11-25T09:30:00Z').map(
      (iso) => story.at(iso).details.subscriptions[0]?.current_period?.start,
    );
    expect(periods).toEqual([undefined, '2026-11-25T09:30:00Z', '2026-11-25T09:30:00Z']);
  });
});

describe('the previous period', () => {
  const subscription = (overrides: Partial<SubscriptionSnapshot> = {}) =>
    aSubscription({ charges: [SUMS], ...overrides });
  const october = use('2026-10-20T00:00:00Z', '7');
  const november = use('2026-11-20T00:00:00Z', '50');

  it('is priced with its own usage, and follows the clock', () => {
    const story = given(subscription(), october, november);
    const amounts = around('2026-12-01T00:00:00Z').map(
      (iso) => story.at(iso).details.subscriptions[0]?.previous_period?.usage_amount_cents,
    );
    expect(amounts).toEqual([7, 50, 50]);
  });

  it('is there without usage too', () => {
    const later = given(
      subscription({ charges: [{ ...SUMS, min_amount_cents: cents(30) }] }),
      november,
    );
    expect(later.at('2027-05-10T00:00:00Z').details.subscriptions[0]?.previous_period).toEqual({
      start: '2027-04-01T00:00:00Z',
      end: '2027-05-01T00:00:00Z',
      usage_amount_cents: 30,
      invoice_arrived: false,
    });
  });

  it('is none in the first period, and cut at the start in the second', () => {
    const started = { started_at: at('2026-11-10T09:30:00Z') };
    expect(detailsAt(NOW, subscription(started), november)?.previous_period).toBeNull();
    expect(
      detailsAt('2026-12-10T00:00:00Z', subscription(started), november)?.previous_period,
    ).toEqual({
      start: '2026-11-10T09:30:00Z',
      end: '2026-12-01T00:00:00Z',
      usage_amount_cents: 50,
      invoice_arrived: false,
    });
  });

  it('ends where current_period_start cut the computed one', () => {
    const cut = subscription({ current_period_start: at('2026-11-15T00:00:00Z') });
    const early = use('2026-11-05T00:00:00Z', '9');
    expect(detailsAt(NOW, cut, early, november)?.previous_period).toEqual({
      start: '2026-11-01T00:00:00Z',
      end: '2026-11-15T00:00:00Z',
      usage_amount_cents: 9,
      invoice_arrived: false,
    });
  });

  it('is null when it cannot be priced, and the reason is listed once', () => {
    const bad = subscription({ charges: [aCharge({ charge_model: 'telepathic' })] });
    const { details } = given(bad, october).at(NOW);
    expect(details.subscriptions[0]?.previous_period?.usage_amount_cents).toBeNull();
    expect(details.unavailable).toHaveLength(1);
    const paused = given(subscription({ status: 'paused', charges: bad.subscription.charges })).at(
      NOW,
    );
    expect(paused.details.unavailable.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^previous period: /),
    ]);
    expect(paused.reasons).toEqual([]);
  });

  it('is null, never a part of it, when it reaches back behind the kept usage', () => {
    const yearly = subscription({
      plan: aPlan({ interval: 'yearly' }),
      started_at: at('2024-01-01T00:00:00Z'),
    });
    const story = given(
      yearly,
      use('2025-01-10T00:00:00Z', '1'),
      use('2025-12-10T00:00:00Z', '2'),
      november,
      ...markOn('2026-11-18'),
    );
    const { details, summary, reasons } = story.at(NOW);
    expect(summary.upcoming_charges[0]?.usage_amount_cents).toBe(50);
    expect(details.subscriptions[0]?.previous_period).toEqual({
      start: '2025-01-01T00:00:00Z',
      end: '2026-01-01T00:00:00Z',
      usage_amount_cents: null,
      invoice_arrived: false,
    });
    expect(details.unavailable.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('2025-01-01'),
    ]);
    expect(reasons).toEqual([]);
  });
});

describe('a clock far behind the events', () => {
  it('says that the usage of that period is not kept, never 0', () => {
    const subscription = aSubscription({ charges: [SUMS] });
    const { reasons, details } = given(
      subscription,
      use('2026-08-20T00:00:00Z', '5'),
      ...markOn('2026-11-18'),
    ).at('2026-08-23T00:00:00Z');
    expect(reasons).toEqual([
      { code: 'period_not_kept', detail: expect.stringContaining('2026-08-01') },
    ]);
    expect(details.subscriptions[0]?.charges[0]).toMatchObject({ units: null, amount: null });
  });
});
