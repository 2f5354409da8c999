import { parseIso } from '@portal/billing';
import { itemise, view, viewDetails } from '@portal/projection';
import { aPlan, aSubscription, given } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';

const at = (iso: string) => parseIso(iso)!;
const trial = aSubscription({
  started_at: at('2026-10-20T09:30:00Z'),
  subscription_at: at('2026-11-20T00:00:00Z'),
  trial_period_days: 14,
  ending_at: at('2026-12-01T00:00:00Z'),
  plan: aPlan({ pay_in_advance: true }),
});

describe('the date policy fixed_days', () => {
  const { document, record } = given(trial);
  const now = at('2026-11-23T10:00:00Z');

  it('counts steps of days from the start with its time of day', () => {
    const [row] = view(document, now, 'fixed_days').summary.next_billing;
    expect(row?.next_billing_date).toBe('2026-12-19T09:30:00Z');
    expect(row?.days_until_next_billing).toBe(25);
  });

  it('changes these two fields and nothing else', () => {
    const items = itemise(record.state);
    const calendar = viewDetails(document, items, now);
    const fixed = viewDetails(document, items, now, 'fixed_days');
    const [row] = calendar.summary.next_billing;
    const [other] = fixed.summary.next_billing;
    expect(other).toEqual({
      ...row,
      next_billing_date: other?.next_billing_date,
      days_until_next_billing: other?.days_until_next_billing,
    });
    const without = ({ summary: { next_billing, ...summary }, details, reasons }: typeof fixed) => [
      next_billing.length,
      summary,
      details,
      reasons,
    ];
    expect(without(fixed)).toEqual(without(calendar));
  });

  it('holds until its own next change, 1 µs on', () => {
    const answer = (iso: string) => view(document, at(iso), 'fixed_days');
    const days = (iso: string) => answer(iso).summary.next_billing[0]?.days_until_next_billing;
    expect(days('2026-11-23T09:30:00Z')).toBe(26);
    expect(days('2026-11-23T09:30:00.000001Z')).toBe(25);
    expect(answer('2026-11-23T09:00:00Z').validUntil).toBe(at('2026-11-23T09:30:00.000001Z'));
  });
});
