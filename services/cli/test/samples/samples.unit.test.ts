import { describe, expect, it } from '@jest/globals';
import { type Micros } from '@portal/billing';
import { type BillingEvent, parseUuid } from '@portal/projection';
import { sampleCustomers, sampleEvents } from '../../src/samples/index.ts';
import { answerOf, instant, MOMENTS, parsed } from './told.ts';

const [NOW] = MOMENTS as [Micros];

const entityOf = (event: BillingEvent) => {
  if ('subscription' in event) return event.subscription;
  if ('invoice' in event) return event.invoice;
  if ('wallet' in event) return event.wallet;
  return null;
};

const tally = (words: readonly string[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
};

describe('the sample events at any moment', () => {
  it.each(MOMENTS)('are events of the contract, a believable number of them (now = %d)', (now) => {
    const events = parsed(now);
    expect(events.length).toBeGreaterThan(1_500);
    expect(events.length).toBeLessThan(4_000);
  });

  it.each(MOMENTS)('come in the order of their time and never lie ahead (now = %d)', (now) => {
    const times = parsed(now).map((event) => event.occurred_at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(-1)).toBeLessThanOrEqual(now);
  });

  it.each(MOMENTS)('start with the customer and use an id only once (now = %d)', (now) => {
    const events = parsed(now);
    const first = new Map<string, string>();
    for (const event of events) {
      if (!first.has(event.customer_id)) first.set(event.customer_id, event.event_type);
    }
    expect(new Set(first.values())).toEqual(new Set(['customer.created']));
    expect(new Set(events.map((event) => event.event_id)).size).toBe(events.length);
  });

  it.each(MOMENTS)('raise an entity’s version with each change of it (now = %d)', (now) => {
    const versions = new Map<string, number>();
    for (const event of parsed(now)) {
      const entity = entityOf(event);
      if (entity === null) continue;
      expect(entity.version).toBeGreaterThan(versions.get(entity.id) ?? -1);
      versions.set(entity.id, entity.version);
    }
    expect(versions.size).toBeGreaterThan(50);
  });
});

describe('the sample events', () => {
  it('are the same for the same now, and keep their ids when now is another', () => {
    expect(sampleEvents(NOW)).toEqual(sampleEvents(NOW));
    const later = instant('2027-06-15T08:00:00Z');
    expect(sampleCustomers(later)).toEqual(sampleCustomers(NOW));
    expect(sampleEvents(later)).not.toEqual(sampleEvents(NOW));
  });

  it('hold every family, interval, billing time, status and kind of price the page can show', () => {
    const events = parsed(NOW);
    const subscriptions = events.flatMap((event) =>
      'subscription' in event ? event.subscription : [],
    );
    const invoices = events.flatMap((event) => ('invoice' in event ? event.invoice : []));
    const words = (values: readonly string[]) => Object.keys(tally(values)).sort();
    expect(words(events.map((event) => event.family))).toHaveLength(5);
    expect(words(subscriptions.map((one) => one.plan.interval))).toEqual([
      'monthly',
      'quarterly',
      'semiannual',
      'weekly',
      'yearly',
    ]);
    expect(words(subscriptions.map((one) => one.billing_time))).toEqual([
      'anniversary',
      'calendar',
    ]);
    expect(words(subscriptions.map((one) => one.status))).toEqual([
      'active',
      'canceled',
      'paused',
      'pending',
      'terminated',
    ]);
    expect(words(invoices.map((one) => one.status))).toEqual([
      'deleted',
      'draft',
      'failed',
      'finalized',
      'paid',
      'pending',
      'voided',
    ]);
    const charges = subscriptions.flatMap((one) => one.charges);
    expect(words(charges.map((one) => one.charge_model))).toEqual([
      'graduated',
      'package',
      'percentage',
      'standard',
      'volume',
    ]);
    expect(words(charges.map((one) => one.aggregation))).toEqual([
      'count',
      'max',
      'sum',
      'unique_count',
      'weighted_sum',
    ]);
    expect(charges.some((one) => one.filters.length > 0)).toBe(true);
    expect(words(charges.flatMap((one) => (one.recurring ? one.aggregation : [])))).toEqual([
      'sum',
      'unique_count',
      'weighted_sum',
    ]);
    const usage = events.flatMap((event) => ('usage' in event ? event.usage : []));
    expect(words(usage.map((one) => one.kind))).toEqual(['change', 'counter', 'point', 'unique']);
    expect(words(usage.flatMap((one) => one.operation ?? []))).toEqual(['add', 'remove']);
  });
});

describe('the sample customers', () => {
  it('are thirteen of two organisations, in many zones and currencies, with real ids', () => {
    const customers = sampleCustomers(NOW);
    expect(customers).toHaveLength(13);
    expect(new Set(customers.map((one) => one.organization_id)).size).toBe(2);
    expect(new Set(customers.map((one) => one.timezone)).size).toBe(13);
    expect(new Set(customers.map((one) => one.currency)).size).toBeGreaterThanOrEqual(8);
    for (const one of customers) {
      expect([parseUuid(one.organization_id), parseUuid(one.customer_id)]).not.toContain(null);
      expect(Intl.getCanonicalLocales(one.locale)).toEqual([one.locale]);
    }
  });
});

describe.each(MOMENTS)('each sample shows what its description says (now = %d)', (now) => {
  it('a healthy account has two wallets, the expiring one first, and an overdue invoice', () => {
    const { summary, details, reasons } = answerOf('Atelier Morel', now);
    expect(reasons).toEqual([]);
    expect(details.wallets.map((one) => one.name)).toEqual(['Welcome credit', 'Prepaid credits']);
    expect(summary.quick_actions.wallet_balance_cents).toBe(20_920);
    expect(details.overdue).toMatchObject([{ currency: 'EUR', count: 1 }]);
    expect(summary.upcoming_charges[0]?.usage_amount_cents).toBeGreaterThan(1_000);
    expect(summary.usage_progress.map((one) => one.feature_type)).toContain('custom');
    expect(details.subscriptions[0]?.minimum_commitment?.true_up_cents).toBeGreaterThan(0);
    expect(details.expiring_credits).toMatchObject([{ currency: 'EUR', amount_cents: 2_500 }]);
  });

  it('over its limit, with an invoice paid in part', () => {
    const { summary } = answerOf('Harbor & Pine Outfitters', now);
    const calls = summary.usage_progress.find((one) => one.feature_code === 'api_calls');
    expect(calls?.usage_percentage).toBe(100);
    expect(Number(calls?.current_usage)).toBeGreaterThanOrEqual(1_280_000);
    expect(summary.quick_actions.outstanding_invoice_count).toBe(1);
  });

  it('exactly at its limit, billed within the week', () => {
    const { summary } = answerOf('Lord Howe Seaworks', now);
    expect(summary.usage_progress[0]).toMatchObject({
      current_usage: '500',
      usage_percentage: 100,
    });
    expect(summary.next_billing[0]?.days_until_next_billing).toBeLessThanOrEqual(2);
  });

  it('credits used up, in a currency without minor units', () => {
    const { summary } = answerOf('Shirakawa Robotics', now);
    expect(summary.quick_actions).toMatchObject({ has_wallet: true, wallet_balance_cents: 0 });
    expect(summary.quick_actions.currency).toBe('JPY');
  });

  it('two subscriptions, and an invoice in another currency', () => {
    const { summary, reasons } = answerOf('Thistle & Crane Publishing', now);
    expect(summary.next_billing.map((one) => one.plan_interval)).toEqual(['monthly', 'yearly']);
    expect(reasons.map((one) => one.code)).toEqual(['partial_currency']);
    expect(summary.quick_actions.outstanding_invoice_count).toBe(2);
  });

  it('a trial, and a subscription that has not begun', () => {
    const { summary, details } = answerOf('Line Islands Dive Co.', now);
    expect(details.subscriptions.map((one) => one.in_trial)).toEqual([true, false]);
    expect(details.subscriptions.map((one) => one.status)).toEqual(['active', 'pending']);
    expect(summary.next_billing.map((one) => one.days_until_next_billing)).toEqual([5, 6]);
  });

  it('a change of plan ahead, from a half-year that began on a 31st', () => {
    const { details, summary } = answerOf('Nilgiri Analytics', now);
    expect(details.subscriptions[0]?.pending_plan?.plan_name).toBe('Business');
    expect(summary.next_billing[0]?.plan_interval).toBe('semiannual');
  });

  it('canceled, with the end ahead', () => {
    const { summary, details } = answerOf('Viña Los Andes', now);
    expect(details.subscriptions[0]).toMatchObject({ status: 'canceled' });
    expect(summary.next_billing[0]?.days_until_next_billing).toBe(12);
  });

  it('dinars, billed on the last day of a month', () => {
    const { summary, details, reasons } = answerOf('Danan Trading', now);
    const bill = instant(summary.next_billing[0]!.next_billing_date);
    // Midnight in Kuwait is 21:00 the day before in UTC; the day after the bill is a 1st.
    const dayAfter = new Date(bill / 1_000 + (3 + 24) * 3_600_000);
    expect(dayAfter.getUTCDate()).toBe(1);
    expect(summary.quick_actions.outstanding_invoice_count).toBe(1);
    expect(reasons).toEqual([]);
    const [, drivers, trucks] = details.subscriptions[0]!.charges;
    expect(Number(drivers?.units)).toBeLessThanOrEqual(8);
    expect(Number(trucks?.units)).toBeLessThanOrEqual(7);
  });

  it('a percentage, and a charge that is lifted to its minimum', () => {
    const { details } = answerOf('Quasar Freight', now);
    const [calls, payments] = details.subscriptions[0]!.charges;
    expect(calls).toMatchObject({ amount: '6000' });
    expect(Number(calls?.true_up)).toBeGreaterThan(0);
    expect(payments?.parts[0]?.steps.map((one) => one.kind)).toEqual(['rate', 'fixed']);
  });

  it('paused: no row, nothing outstanding, no wallet any more', () => {
    const { summary } = answerOf('Fjordlys Energi', now);
    expect(summary.next_billing).toEqual([]);
    expect(summary.quick_actions).toMatchObject({
      outstanding_invoice_count: 0,
      has_wallet: false,
    });
  });

  it('terminated: nothing is billed, the final invoice is overdue', () => {
    const { summary, details } = answerOf('Kestrel Bakehouse', now);
    expect(summary.quick_actions.has_active_subscription).toBe(false);
    expect(details.overdue).toMatchObject([{ currency: 'CAD', count: 1 }]);
  });
});
