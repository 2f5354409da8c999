import { type Cents, decimal, type Decimal, ZERO } from '@portal/billing';
import { type ChargeDetails, customerRef, type DetailedAnswer } from '@portal/projection';
import { answerAt, arbitraryEvent, arbitraryInstant, foldBatches, logOf } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

const sum = (values: readonly (string | null)[]): Decimal =>
  values.reduce((total, value) => total.plus(decimal(value ?? '0')), ZERO);
const cents = (values: readonly Cents[]): bigint =>
  values.reduce((total, value) => total + BigInt(value), 0n);

/** Whatever events came, at whatever instant, details included. */
function everyAnswer(check: (answer: DetailedAnswer) => void): void {
  fc.assert(
    fc.property(
      fc.array(arbitraryEvent({ customers: 1 }), { minLength: 1, maxLength: 25 }),
      arbitraryInstant(),
      (events, now) => {
        const [first] = events;
        if (first === undefined) return;
        const ref = customerRef(first.organization_id, first.customer_id);
        check(answerAt(foldBatches(ref, logOf(events)), now));
      },
    ),
    { numRuns: 1_000 },
  );
}

const chargesOf = ({ details }: DetailedAnswer): readonly ChargeDetails[] =>
  details.subscriptions.flatMap(({ charges }) => charges);

describe('everything adds up, whatever happened', () => {
  it('steps to their part, parts and the true-up to their charge', () => {
    let priced = 0;
    everyAnswer((answer) => {
      for (const charge of chargesOf(answer)) {
        for (const part of charge.parts) {
          if (part.amount === null) continue;
          expect(sum(part.steps.map(({ amount }) => amount)).toFixed()).toBe(
            decimal(part.amount).toFixed(),
          );
        }
        if (charge.amount === null || charge.parts.length === 0) continue;
        const parts = sum(charge.parts.map(({ amount }) => amount)).plus(decimal(charge.true_up));
        expect(parts.toFixed()).toBe(decimal(charge.amount).toFixed());
        expect(sum(charge.parts.map(({ units }) => units)).toFixed()).toBe(
          decimal(charge.units ?? '0').toFixed(),
        );
        priced += 1;
      }
    });
    expect(priced).toBeGreaterThan(200);
  });

  it('steps that have a price are quantity times price', () => {
    everyAnswer((answer) => {
      const steps = chargesOf(answer).flatMap(({ parts }) => parts.flatMap((part) => part.steps));
      for (const { kind, quantity, price, amount } of steps) {
        if (quantity === null || price === null) continue;
        const product = decimal(quantity).times(decimal(price));
        const exact = kind === 'rate' ? product.times(decimal('0.01')) : product;
        expect(exact.toFixed()).toBe(decimal(amount).toFixed());
      }
    });
  });

  it('charges to the usage amount, the fraction dropped once; base and usage to the total', () => {
    everyAnswer(({ summary, details, reasons }) => {
      if (reasons.some(({ code }) => code === 'beyond_range' || code === 'period_not_kept')) return;
      for (const row of summary.upcoming_charges) {
        const own = details.subscriptions.find(
          (one) => one.subscription_id === row.subscription_id,
        );
        const usage = sum(own?.charges.map(({ amount }) => amount) ?? []).round(0, 0);
        expect(usage.toFixed()).toBe(String(row.usage_amount_cents));
        expect(row.base_amount_cents + row.usage_amount_cents).toBe(row.total_estimated_cents);
      }
    });
  });

  it('rows, invoices and wallets to the totals of their own currency', () => {
    everyAnswer(({ summary, details, reasons }) => {
      if (reasons.some(({ code }) => code === 'beyond_range')) return;
      for (const totals of details.totals_by_currency) {
        const rows = summary.upcoming_charges.filter((row) => row.currency === totals.currency);
        const wallets = details.wallets.filter((one) => one.currency === totals.currency);
        expect(cents(rows.map((row) => row.total_estimated_cents))).toBe(
          BigInt(totals.upcoming_total_cents),
        );
        expect(cents(wallets.map((one) => one.balance_cents))).toBe(
          BigInt(totals.wallet_balance_cents),
        );
      }
      const { quick_actions } = summary;
      const own = details.totals_by_currency.find((one) => one.currency === quick_actions.currency);
      expect(own?.outstanding_amount_cents).toBe(quick_actions.outstanding_amount_cents);
      expect(own?.wallet_balance_cents).toBe(quick_actions.wallet_balance_cents);
      const counts = details.totals_by_currency.map((one) => one.outstanding_invoice_count);
      expect(counts.reduce((a, b) => a + b, 0)).toBe(quick_actions.outstanding_invoice_count);
    });
  });
});
