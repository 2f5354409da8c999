import { cents } from '@portal/billing';
import { type BillingEvent, type InvoiceSnapshot, type WalletSnapshot } from '@portal/projection';
import { aCustomer, anInvoice, aSubscription, at, aWallet, given } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { around } from '../instants.ts';

const NOW = '2026-11-23T10:00:00Z';
const other = (digit: number) => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;

const actions = (...events: readonly BillingEvent[]) =>
  given(aCustomer(), ...events).at(NOW).summary.quick_actions;

const outstanding = (...events: readonly BillingEvent[]) => {
  const { outstanding_invoice_count, outstanding_amount_cents } = actions(...events);
  return [outstanding_invoice_count, outstanding_amount_cents];
};

describe('outstanding invoices', () => {
  it.each([
    ['finalized', [1, 4_900]],
    ['draft', [0, 0]],
    ['pending', [0, 0]],
    ['paid', [0, 0]],
    ['voided', [0, 0]],
    ['failed', [0, 0]],
    ['deleted', [0, 0]],
  ] as const)('%s: %j', (status, expected) => {
    expect(outstanding(anInvoice({ status }))).toEqual(expected);
  });

  it.each([
    [4_000, 0, [1, 900]],
    [4_000, 900, [0, 0]],
    [0, 4_899, [1, 1]],
    [9_000, 0, [0, 0]],
  ])('paid %i and credited %i of 4900: %j', (paid, credited, expected) => {
    const invoice = anInvoice({ paid_cents: cents(paid), credited_cents: cents(credited) });
    expect(outstanding(invoice)).toEqual(expected);
  });

  it.each(['pending', 'succeeded', 'failed', null] as const)(
    'payment status %s does not change what is due',
    (payment_status) => {
      expect(outstanding(anInvoice({ payment_status }))).toEqual([1, 4_900]);
    },
  );

  it('are counted in every currency, summed in the dashboard’s', () => {
    const events = [
      anInvoice(),
      anInvoice({ id: other(6), total_cents: cents(100) }),
      anInvoice({ id: other(7), currency: 'USD', total_cents: cents(7) }),
    ];
    const answer = given(aCustomer(), ...events).at(NOW);
    expect(answer.summary.quick_actions).toMatchObject({
      outstanding_invoice_count: 3,
      outstanding_amount_cents: 5_000,
    });
    expect(answer.reasons).toEqual([
      { code: 'partial_currency', detail: expect.stringContaining('USD') },
    ]);
  });

  it('a settled invoice in another currency flags nothing', () => {
    const paid = anInvoice({ currency: 'USD', status: 'paid' });
    expect(given(aCustomer(), paid).at(NOW).reasons).toEqual([]);
  });

  it('follow the invoice through its life, and back', () => {
    const life: readonly Partial<InvoiceSnapshot>[] = [
      { status: 'draft' },
      { status: 'finalized' },
      { status: 'finalized', paid_cents: cents(900) },
      { status: 'paid', paid_cents: cents(4_900) },
      { status: 'finalized', paid_cents: cents(0) },
    ];
    const events = life.map((step, index) => anInvoice({ ...step, version: index + 1 }));
    const told = events.map((_, index) => outstanding(...events.slice(0, index + 1)));
    expect(told).toEqual([
      [0, 0],
      [1, 4_900],
      [1, 4_000],
      [0, 0],
      [1, 4_900],
    ]);
  });

  it('may change their currency and due date between versions', () => {
    const moved = anInvoice({ version: 2, currency: 'USD', payment_due_date: null });
    expect(outstanding(anInvoice(), moved)).toEqual([1, 0]);
  });
});

describe('overdue', () => {
  const overdue = (iso: string, ...events: readonly BillingEvent[]) =>
    given(aCustomer({ timezone: 'Asia/Tokyo' }), ...events).at(iso).details.overdue;

  it('begins when the due date is over in the customer’s zone', () => {
    const [before, at, after] = around('2026-12-01T15:00:00Z').map((iso) =>
      overdue(iso, anInvoice()),
    );
    const line = {
      currency: 'EUR',
      count: 1,
      amount_cents: 4_900,
      oldest_due_date: '2026-12-01',
    };
    expect([before, at, after]).toEqual([[], [line], [line]]);
  });

  it('sums what is past by currency, and names the oldest date', () => {
    const events = [
      anInvoice({ payment_due_date: '2026-11-20' }),
      anInvoice({ id: other(6), payment_due_date: '2026-11-02', total_cents: cents(100) }),
      anInvoice({ id: other(7), payment_due_date: '2026-11-02', currency: 'USD' }),
      anInvoice({ id: other(8), payment_due_date: null }),
      anInvoice({ id: other(9), payment_due_date: '2026-11-23' }),
    ];
    expect(overdue(NOW, ...events)).toEqual([
      { currency: 'EUR', count: 2, amount_cents: 5_000, oldest_due_date: '2026-11-02' },
      { currency: 'USD', count: 1, amount_cents: 4_900, oldest_due_date: '2026-11-02' },
    ]);
  });

  it('a paid invoice is overdue no more', () => {
    const paid = anInvoice({ version: 2, status: 'paid', paid_cents: cents(4_900) });
    expect(overdue('2027-01-01T00:00:00Z', anInvoice(), paid)).toEqual([]);
  });
});

describe('wallets', () => {
  const wallet = (overrides: Partial<WalletSnapshot>) => {
    const { has_wallet, wallet_balance_cents } = actions(aWallet(overrides));
    return [has_wallet, wallet_balance_cents];
  };

  it.each([
    [{}, [true, 10_000]],
    [{ balance_cents: cents(0) }, [true, 0]],
    [{ balance_cents: cents(-300) }, [true, -300]],
    [{ status: 'terminated' }, [false, 0]],
    [{ currency: 'USD' }, [true, 0]],
    [{ expiration_at: at('2026-11-23T10:00:00.000001Z') }, [true, 10_000]],
    [{ expiration_at: at('2026-11-23T10:00:00Z') }, [false, 0]],
  ] as const)('%j: %j', (overrides, expected) => {
    expect(wallet(overrides)).toEqual(expected);
  });

  it('are summed in the dashboard’s currency; a live one in another is flagged', () => {
    const events = [
      aWallet(),
      aWallet({ id: other(6), balance_cents: cents(500) }),
      aWallet({ id: other(7), currency: 'USD' }),
    ];
    const answer = given(aCustomer(), ...events).at(NOW);
    expect(answer.summary.quick_actions.wallet_balance_cents).toBe(10_500);
    expect(answer.reasons.map(({ code }) => code)).toEqual(['partial_currency']);
  });

  it('expire at their instant, without an event; a flag they raised goes with them', () => {
    const story = given(
      aCustomer(),
      aWallet({ currency: 'USD', expiration_at: at('2026-11-25T12:00:00Z') }),
    );
    const told = around('2026-11-25T12:00:00Z').map((iso) => {
      const { summary, details, reasons } = story.at(iso);
      return [summary.quick_actions.has_wallet, details.wallets.length, reasons.length];
    });
    expect(told).toEqual([
      [true, 1, 1],
      [false, 0, 0],
      [false, 0, 0],
    ]);
  });

  it('stand in burn order: priority, expiry (none last), created_at, id', () => {
    const wallets: readonly Partial<WalletSnapshot>[] = [
      { id: other(1), name: '5th', priority: 9 },
      { id: other(2), name: '2nd', priority: 3, expiration_at: at('2027-02-01T00:00:00Z') },
      { id: other(3), name: '4th', priority: 3, created_at: at('2026-06-01T00:00:00Z') },
      { id: other(5), name: '3rd', priority: 3 },
      { id: other(4), name: '1st', priority: 3, expiration_at: at('2027-01-01T00:00:00Z') },
    ];
    const { details } = given(aCustomer(), ...wallets.map((w) => aWallet(w))).at(NOW);
    expect(details.wallets.map(({ name }) => name)).toEqual(['1st', '2nd', '3rd', '4th', '5th']);
  });
});

describe('has_active_subscription', () => {
  it('is any current subscription, one with its start ahead too', () => {
    expect(actions().has_active_subscription).toBe(false);
    expect(actions(aSubscription({ status: 'paused' })).has_active_subscription).toBe(false);
    const pending = aSubscription({ status: 'pending', started_at: at('2027-01-01T00:00:00Z') });
    expect(actions(pending).has_active_subscription).toBe(true);
  });
});
