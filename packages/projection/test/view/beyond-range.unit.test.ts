import { type Cents, cents, formatDate, type LocalDate, type Micros } from '@portal/billing';
import {
  type BillingEvent,
  DUE_DATES_MAX,
  FIRST_INSTANT,
  LAST_INSTANT,
  view,
} from '@portal/projection';
import {
  aCharge,
  aCustomer,
  anInvoice,
  aPlan,
  aSubscription,
  at,
  aUsage,
  aWallet,
  given,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

const NOW = '2026-11-23T10:00:00Z';
const MAX = Number.MAX_SAFE_INTEGER;
/** The largest and the smallest amount of the event contract. */
const MOST = cents(2 ** 53 - 2);
const LEAST = cents(-(2 ** 52 - 1));

const told = (...events: readonly BillingEvent[]) => given(aCustomer(), ...events).at(NOW);
const beyond = (...details: readonly string[]) =>
  details.map((detail) => ({ code: 'beyond_range', detail }));

const wallets = (...balances: readonly Cents[]) =>
  balances.map((balance_cents, index) => aWallet({ id: `wallet-${index}`, balance_cents }));
const invoices = (...totals: readonly Cents[]) =>
  totals.map((total_cents, index) => anInvoice({ id: `invoice-${index}`, total_cents }));

describe('a sum that no amount can hold is the end of the range, and said', () => {
  it('wallets', () => {
    const answer = told(...wallets(MOST, MOST));
    expect(answer.summary.quick_actions.wallet_balance_cents).toBe(MAX);
    expect(answer.details.totals_by_currency[0]?.wallet_balance_cents).toBe(MAX);
    expect(answer.details.wallets.map((wallet) => wallet.balance_cents)).toEqual([MOST, MOST]);
    expect(answer.reasons).toEqual(
      beyond('EUR: wallet_balance_cents is 18014398509481980, more than an amount can hold'),
    );
  });

  it('wallets far below zero', () => {
    const answer = told(...wallets(LEAST, LEAST, LEAST));
    expect(answer.summary.quick_actions.wallet_balance_cents).toBe(-MAX);
    expect(answer.reasons[0]?.detail).toContain('is -13510798882111485,');
  });

  it('wallets in another currency than the dashboard’s', () => {
    const answer = told(
      ...wallets(MOST, MOST).map((event) => ({
        ...event,
        wallet: { ...event.wallet, currency: 'USD' },
      })),
    );
    expect(answer.summary.quick_actions.wallet_balance_cents).toBe(0);
    expect(answer.details.totals_by_currency[1]?.wallet_balance_cents).toBe(MAX);
    expect(answer.reasons.map(({ code }) => code)).toEqual(['partial_currency', 'beyond_range']);
  });

  it('open invoices, and the overdue ones among them', () => {
    const events = invoices(MOST, MOST);
    const before = given(aCustomer(), ...events).at(NOW);
    const after = given(aCustomer(), ...events).at('2027-01-01T00:00:00Z');
    expect(before.summary.quick_actions).toMatchObject({
      outstanding_invoice_count: 2,
      outstanding_amount_cents: MAX,
    });
    expect(before.reasons).toHaveLength(1);
    expect(after.details.overdue[0]?.amount_cents).toBe(MAX);
    expect(after.reasons).toEqual(
      beyond(
        'EUR: outstanding_amount_cents is 18014398509481980, more than an amount can hold',
        'EUR: overdue amount_cents is 18014398509481980, more than an amount can hold',
      ),
    );
  });

  it('one invoice whose payments were taken back', () => {
    const answer = told(
      anInvoice({ total_cents: cents(MOST - 1), paid_cents: LEAST, credited_cents: LEAST }),
    );
    expect(answer.summary.quick_actions.outstanding_amount_cents).toBe(MAX);
    expect(answer.reasons[0]?.detail).toContain('is 18014398509481979,');
  });

  it('and is exact again as soon as it fits: nothing was lost on the way', () => {
    const paid = ['invoice-0', 'invoice-1'].map((id) =>
      anInvoice({ id, version: 2, total_cents: MOST, status: 'paid' }),
    );
    const answer = told(...invoices(MOST, MOST, cents(4_901)), ...paid);
    expect(answer.summary.quick_actions.outstanding_amount_cents).toBe(4_901);
    expect(answer.reasons).toEqual([]);
  });

  it('keeps its exact amount where the oldest due dates are merged into one', () => {
    const events = Array.from({ length: DUE_DATES_MAX + 1 }, (_, day) =>
      anInvoice({
        id: `invoice-${day}`,
        payment_due_date: formatDate(day as LocalDate),
        total_cents: day === 0 ? MOST : cents(4_901),
      }),
    );
    const [due] = given(aCustomer(), ...events).document.invoices;
    const merged = String(BigInt(MOST) + 4_901n);
    expect(due?.dates[0]).toEqual({ due_date: '1970-01-01', count: 2, due_cents: merged });
    expect(due?.due_cents).toBe(String(BigInt(MOST) + BigInt(DUE_DATES_MAX) * 4_901n));
  });

  it('for any amounts: exact where it fits, the nearest end and a reason where it does not', () => {
    const amount = fc.constantFrom(MOST, MOST, LEAST, LEAST, cents(4_901), cents(1), cents(0));
    const nearest = (sum: bigint) => (sum > MAX ? MAX : sum < -MAX ? -MAX : Number(sum));
    fc.assert(
      fc.property(
        fc.array(amount, { maxLength: 5 }),
        fc.array(amount, { maxLength: 5 }),
        (b, i) => {
          const { summary, reasons } = told(...wallets(...b), ...invoices(...i));
          const balance = b.reduce((sum, cents) => sum + BigInt(cents), 0n);
          const due = i.reduce((sum, cents) => sum + (cents > 0 ? BigInt(cents) : 0n), 0n);
          expect(summary.quick_actions.wallet_balance_cents).toBe(nearest(balance));
          expect(summary.quick_actions.outstanding_amount_cents).toBe(nearest(due));
          const said = [balance, due].filter((sum) => BigInt(nearest(sum)) !== sum);
          expect(reasons.filter(({ code }) => code === 'beyond_range')).toHaveLength(said.length);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('an upcoming charge that no amount can hold', () => {
  const usage = (value: string, ...charges: readonly Partial<Parameters<typeof aCharge>[0]>[]) => [
    aSubscription({
      plan: aPlan({ amount_cents: MOST }),
      charges: [{ aggregation: 'sum' }, ...charges].map((charge) =>
        aCharge({ properties: { amount: '1' }, ...charge }),
      ),
    }),
    aUsage({ value }),
  ];

  it('shows the end of the range for the total, and its parts as they are', () => {
    const answer = told(...usage('100'));
    expect(answer.summary.upcoming_charges[0]).toMatchObject({
      base_amount_cents: MOST,
      usage_amount_cents: 100,
      total_estimated_cents: MAX,
    });
    const reason = 'total_estimated_cents is 9007199254741090, more than an amount can hold';
    expect(answer.details.unavailable).toEqual([
      {
        subscription_id: '33333333-3333-4333-8333-333333333333',
        charge_id: null,
        feature_code: null,
        reason,
      },
    ]);
    expect(answer.reasons).toEqual(
      beyond(
        `33333333-3333-4333-8333-333333333333: ${reason}`,
        'EUR: upcoming_total_cents is 9007199254741090, more than an amount can hold',
      ),
    );
  });

  it('shows it for the usage as well, beside the reason of a charge without a price', () => {
    const answer = told(...usage('9'.repeat(30), { id: 'odd', charge_model: 'telepathic' }));
    expect(answer.summary.upcoming_charges[0]?.usage_amount_cents).toBe(MAX);
    const codes = answer.reasons.map(({ code }) => code);
    expect(codes).toEqual(['unavailable_charge', ...beyond('', '', '').map(({ code }) => code)]);
  });

  it('is null with a reason for the previous period, which has a word for it', () => {
    const answer = given(...usage('9'.repeat(30))).at('2026-12-10T00:00:00Z');
    expect(answer.details.subscriptions[0]?.previous_period?.usage_amount_cents).toBeNull();
    expect(answer.details.unavailable.map(({ reason }) => reason)).toEqual([
      `previous period: usage_amount_cents is ${'9'.repeat(30)}, more than an amount can hold`,
    ]);
  });

  it('counts with its exact amount in the total of the currency', () => {
    const plan = aPlan({ amount_cents: LEAST });
    const answer = told(...usage('100'), aSubscription({ id: 'other', external_id: 'x', plan }));
    const total = BigInt(MOST) + 100n + BigInt(LEAST);
    expect(answer.details.totals_by_currency[0]?.upcoming_total_cents).toBe(Number(total));
  });
});

describe('a date that no calendar can hold', () => {
  const far = {
    created_at: at('2200-03-01T00:00:00Z'),
    started_at: at('2026-01-01T00:00:00Z'),
    subscription_at: at('2200-03-01T00:00:00Z'),
    trial_period_days: 36_500,
  };
  const reason =
    'trial_ends_at is 36500 days after 2200-03-01T00:00:00Z, later than an instant can be';

  it('is the end of time for a trial, which is running', () => {
    const answer = told(aSubscription(far));
    const [row] = answer.summary.next_billing;
    expect(row?.next_billing_date).toBe('2255-01-01T00:00:00Z');
    expect(answer.details.subscriptions[0]).toMatchObject({
      in_trial: true,
      trial_ends_at: '2255-01-01T00:00:00Z',
    });
    expect(answer.details.unavailable.map((line) => line.reason)).toEqual([reason]);
    expect(answer.reasons[0]).toMatchObject({ code: 'beyond_range' });
  });

  it('is said of a paused subscription, which details alone show', () => {
    const answer = told(aSubscription({ ...far, status: 'paused' }));
    expect(answer.details.unavailable.map((line) => line.reason)).toEqual([reason]);
    expect(answer.summary.next_billing).toEqual([]);
  });

  it.each([
    [-MAX, FIRST_INSTANT, FIRST_INSTANT],
    [FIRST_INSTANT - 1, FIRST_INSTANT, FIRST_INSTANT],
    [LAST_INSTANT + 1, LAST_INSTANT, null],
    [MAX, LAST_INSTANT, null],
  ])('is the nearest one for a clock at %d', (now, shown, validUntil) => {
    const { document } = given(aSubscription());
    const { reasons, ...answer } = view(document, now as Micros);
    expect(answer).toEqual({ ...view(document, shown), reasons: undefined, validUntil });
    expect(reasons.map(({ code }) => code)).toEqual(['beyond_range']);
    expect(view(document, shown).reasons).toEqual([]);
  });
});
