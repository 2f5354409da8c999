import { cents } from '@portal/billing';
import { type BillingEvent, type Entry } from '@portal/projection';
import {
  aCustomer,
  anInvoice,
  aPlan,
  aSubscription,
  aWallet,
  given,
  givenLog,
  type Log,
  logOf,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';

const NOW = '2026-11-23T10:00:00Z';

const entry = (event: BillingEvent, partition: number, offset: number): Entry => ({
  kind: 'event',
  at: { family: event.family, partition, offset },
  event,
});

const priced = (version: number, amount: number) =>
  aSubscription({ version, plan: aPlan({ amount_cents: cents(amount) }) });

const amounts = (log: Log) =>
  givenLog(log)
    .at(NOW)
    .summary.next_billing.map(({ amount_cents }) => amount_cents);

describe('the highest version wins', () => {
  it('whatever the order of arrival', () => {
    for (const events of [
      [priced(1, 100), priced(2, 200), priced(3, 300)],
      [priced(3, 300), priced(1, 100), priced(2, 200)],
    ]) {
      expect(amounts(logOf(events))).toEqual([300]);
    }
  });

  it('for customers, invoices and wallets as well', () => {
    const story = given(
      aCustomer({ version: 9, currency: 'USD' }),
      aCustomer({ version: 3, currency: 'JPY' }),
      anInvoice({ version: 9, currency: 'USD', total_cents: cents(9) }),
      anInvoice({ version: 3, currency: 'JPY' }),
      aWallet({ version: 9, currency: 'USD', balance_cents: cents(99) }),
      aWallet({ version: 3, currency: 'JPY' }),
    );
    expect(story.at(NOW).summary.quick_actions).toMatchObject({
      outstanding_invoice_count: 1,
      outstanding_amount_cents: 9,
      wallet_balance_cents: 99,
      currency: 'USD',
    });
    expect(story.record.outcomes).toEqual([
      'applied',
      'stale',
      'applied',
      'stale',
      'applied',
      'stale',
    ]);
  });

  it('of that entity only', () => {
    const other = aSubscription({ id: '66666666-6666-4666-8666-666666666666' });
    expect(amounts(logOf([priced(7, 700), other]))).toEqual([700, 4_900]);
  });

  it('is compared as a number', () => {
    expect(amounts(logOf([priced(10, 1_000), priced(9, 900)]))).toEqual([1_000]);
  });
});

describe('same version, different content', () => {
  it('is a conflict: the lower offset wins and the other stays visible', () => {
    const story = given(priced(2, 200), priced(2, 300));
    expect(story.at(NOW).summary.next_billing[0]?.amount_cents).toBe(200);
    expect(story.record.outcomes).toEqual(['applied', 'conflict']);
    const seen = story.record.state.subscriptions[priced(1, 1).subscription.id]?.seen ?? [];
    expect(seen.map(({ offset }) => offset)).toEqual([1, 3]);
  });

  it('the lower partition wins over the lower offset, whichever comes first', () => {
    const log = [[entry(priced(2, 200), 1, 3)], [entry(priced(2, 300), 0, 90)]];
    expect(amounts(log)).toEqual([300]);
    expect(amounts([...log].reverse())).toEqual([300]);
  });

  it('for an invoice, totals follow the winner', () => {
    const invoice = (total: number) => anInvoice({ version: 2, total_cents: cents(total) });
    const log = [
      [entry(invoice(200), 1, 3)],
      [entry(invoice(300), 0, 90)],
      [entry(invoice(400), 2, 1)],
    ];
    const { quick_actions } = givenLog(log).at(NOW).summary;
    expect(quick_actions).toMatchObject({
      outstanding_invoice_count: 1,
      outstanding_amount_cents: 300,
    });
  });

  it('content is the payload and whether it deletes: neither event type nor envelope are', () => {
    const paused = aSubscription({}, { event_type: 'subscription.paused' });
    const deleted = aSubscription({}, { event_type: 'subscription.deleted' });
    const resent = aSubscription(
      {},
      { event_id: 'again', source: 'import', occurred_at: 0 as never },
    );
    expect(given(aSubscription(), paused).record.outcomes).toEqual(['applied', 'duplicate']);
    expect(given(aSubscription(), resent).record.outcomes).toEqual(['applied', 'duplicate']);
    expect(given(aSubscription(), deleted).record.outcomes).toEqual(['applied', 'conflict']);
  });

  it('does not depend on the order of keys', () => {
    const event = aSubscription();
    const reordered = {
      ...event,
      subscription: Object.fromEntries(Object.entries(event.subscription).reverse()),
    } as unknown as BillingEvent;
    expect(given(event, reordered).record.outcomes).toEqual(['applied', 'duplicate']);
  });

  it('is forgotten with the next version', () => {
    const story = given(priced(2, 200), priced(2, 300), priced(3, 400));
    expect(story.at(NOW).summary.next_billing[0]?.amount_cents).toBe(400);
    expect(story.record.state.subscriptions[priced(1, 1).subscription.id]?.seen).toHaveLength(1);
  });
});
