import { aCharge, aSubscription, at, aUsage, given } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';

const NOW = '2026-11-20T00:00:00Z';

describe('a period start that lies after all usage', () => {
  it('ends the period before: its usage is known', () => {
    const cut = aSubscription({
      current_period_start: at('2026-11-15T00:00:00Z'),
      charges: [aCharge({ aggregation: 'sum', properties: { amount: '1' } })],
    });
    const usage = aUsage({ timestamp: at('2026-11-10T00:00:00Z'), value: '9' });
    const answer = given(cut, usage).at(NOW);
    expect(answer.summary.upcoming_charges[0]?.usage_amount_cents).toBe(0);
    expect(answer.details.subscriptions[0]?.previous_period).toMatchObject({
      start: '2026-11-01T00:00:00Z',
      end: '2026-11-15T00:00:00Z',
      usage_amount_cents: 9,
    });
  });

  it('does not hide the whole period from who reads before it, though usage has come since', () => {
    const cut = aSubscription({
      current_period_start: at('2026-11-10T06:00:00Z'),
      charges: [aCharge({ aggregation: 'sum', properties: { amount: '1' } })],
    });
    const use = (iso: string, value: string) =>
      aUsage({ timestamp: at(iso), value }, { event_id: iso });
    const story = given(cut, use('2026-11-05T00:00:00Z', '7'), use('2026-11-10T06:00:00Z', '10'));
    const amount = (iso: string) => story.at(iso).summary.upcoming_charges[0]?.usage_amount_cents;
    expect(amount('2026-11-10T05:59:59.999Z')).toBe(17);
    expect(amount('2026-11-10T06:00:00Z')).toBe(10);
    expect(story.at('2026-11-10T05:59:59.999Z').reasons).toEqual([]);
  });
});
