import { type SubscriptionSnapshot } from '@portal/projection';
import { aCustomer, aSubscription, at, given } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { around } from '../instants.ts';

const NOW = '2026-11-23T10:00:00Z';

/** Is it current: has it a row everywhere, and does it count as an active subscription? */
const isCurrent = (overrides: Partial<SubscriptionSnapshot>, now = NOW): boolean => {
  const { summary } = given(aSubscription(overrides)).at(now);
  const rows = [summary.next_billing.length, summary.upcoming_charges.length];
  expect(rows).toEqual(summary.quick_actions.has_active_subscription ? [1, 1] : [0, 0]);
  return summary.quick_actions.has_active_subscription;
};

describe('which subscriptions are current', () => {
  it.each([
    ['active', true],
    ['pending', true],
    ['paused', false],
    ['canceled', false],
    ['terminated', false],
  ] as const)('%s: %s', (status, current) => {
    expect(isCurrent({ status })).toBe(current);
  });

  it('canceled with its end ahead is current, until the end', () => {
    const ahead = { status: 'canceled', ending_at: at('2026-12-01T00:00:00Z') } as const;
    const story = given(aSubscription(ahead));
    expect(
      around('2026-12-01T00:00:00Z').map((iso) => story.at(iso).summary.next_billing.length),
    ).toEqual([1, 0, 0]);
  });

  it('canceled without ending_at is over, whatever terminated_at says', () => {
    expect(isCurrent({ status: 'canceled', terminated_at: at('2026-12-01T00:00:00Z') })).toBe(
      false,
    );
  });

  it('terminated is over even with an end ahead', () => {
    expect(isCurrent({ status: 'terminated', ending_at: at('2026-12-01T00:00:00Z') })).toBe(false);
  });

  it.each(['ending_at', 'terminated_at'] as const)(
    'an active one is over at its %s, without an event',
    (end) => {
      const story = given(aSubscription({ [end]: at('2026-11-25T12:00:00Z') }));
      const answers = around('2026-11-25T12:00:00Z').map((iso) => story.at(iso));
      expect(
        answers.map(({ summary, details }) => [
          summary.next_billing.length,
          summary.quick_actions.has_active_subscription,
          details.subscriptions.length,
        ]),
      ).toEqual([
        [1, true, 1],
        [0, false, 0],
        [0, false, 0],
      ]);
    },
  );

  it('a pending one whose start has passed goes on as if active', () => {
    expect(isCurrent({ status: 'pending' }, '2026-11-23T10:00:00Z')).toBe(true);
  });

  it('canceled_at alone ends nothing', () => {
    expect(isCurrent({ canceled_at: at('2026-11-01T00:00:00Z') })).toBe(true);
  });

  it('a paused one stands in details only, and is back when resumed', () => {
    const paused = aSubscription(
      { version: 2, status: 'paused' },
      { event_type: 'subscription.paused' },
    );
    const resumed = aSubscription({ version: 3 }, { event_type: 'subscription.resumed' });
    const during = given(aSubscription(), paused).at(NOW);
    expect(during.summary.next_billing).toEqual([]);
    expect(during.summary.usage_progress).toEqual([]);
    expect(during.details.subscriptions.map(({ status }) => status)).toEqual(['paused']);
    expect(given(aSubscription(), paused, resumed).at(NOW).summary.next_billing).toHaveLength(1);
  });
});

describe('the order of rows', () => {
  it('is created_at, then id, whatever order the events came in', () => {
    const ids = ['b', 'a', 'c'].map((letter) => `${letter.repeat(8)}-0000-4000-8000-000000000000`);
    const created = ['2026-02-01T00:00:00Z', '2026-02-01T00:00:00Z', '2026-01-01T00:00:00Z'];
    const events = ids.map((id, index) =>
      aSubscription({ id, external_id: id.slice(0, 1), created_at: at(created[index] ?? '') }),
    );
    const { summary, details } = given(aCustomer(), ...events).at(NOW);
    const order = ['c', 'a', 'b'];
    expect(summary.next_billing.map((row) => row.subscription_external_id)).toEqual(order);
    expect(summary.upcoming_charges.map((row) => row.subscription_external_id)).toEqual(order);
    expect(details.subscriptions.map((row) => row.subscription_external_id)).toEqual(order);
  });
});

describe('a customer known by some events only', () => {
  it('has the dashboard of defaults', () => {
    expect(given(aCustomer({ currency: null })).at(NOW).summary).toEqual({
      next_billing: [],
      upcoming_charges: [],
      usage_progress: [],
      quick_actions: {
        outstanding_invoice_count: 0,
        outstanding_amount_cents: 0,
        has_wallet: false,
        wallet_balance_cents: 0,
        has_active_subscription: false,
        currency: 'USD',
      },
    });
  });

  it('needs no customer event', () => {
    expect(given(aSubscription()).at(NOW).summary.next_billing).toHaveLength(1);
  });
});
