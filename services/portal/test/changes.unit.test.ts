import { describe, expect, it } from '@jest/globals';
import { cents } from '@portal/billing';
import { changedCards, changedFigures } from '../src/changes.ts';
import { DASHBOARDS, NOW } from './canned.ts';

const DAY_MS = 86_400_000;
const at = (days: number) => DASHBOARDS['morel']!(NOW + days * DAY_MS);

describe('what changed between two answers', () => {
  it('is nothing between equal answers', () => {
    expect([...changedFigures(at(0), at(0))]).toEqual([]);
    expect(changedCards(at(0), at(0))).toEqual([]);
  });

  it('is the days until the bill from one day to the next', () => {
    expect([...changedFigures(at(0), at(1))].map((name) => name.split('/')[2])).toEqual([
      'days_until_next_billing',
      'days_until_next_billing',
    ]);
    expect(changedCards(at(0), at(1))).toEqual(['bills']);
  });

  it('names the card of a row that went away', () => {
    const before = at(9);
    const after = { ...before, details: { ...before.details, overdue: [] } };
    expect([...changedFigures(before, after)]).toEqual([]);
    expect(changedCards(before, after)).toEqual(['invoices']);
  });

  it('reaches every card that moves when a period ends', () => {
    expect(changedCards(at(0), at(20))).toEqual(['bills', 'charges', 'usage', 'wallet']);
  });

  it('is the charge, the commitment and the currency a figure stands in', () => {
    const before = DASHBOARDS['quasar']!(NOW);
    const [team, archive] = before.details.subscriptions;
    const [first, second] = team!.charges;
    const [euro, dinar] = before.details.totals_by_currency;
    const after = {
      ...before,
      details: {
        ...before.details,
        subscriptions: [
          { ...team!, charges: [{ ...first!, amount: '1' }, second!], minimum_commitment: null },
          archive!,
        ],
        totals_by_currency: [euro!, { ...dinar!, outstanding_amount_cents: cents(1) }],
      },
    };
    expect([...changedFigures(before, after)]).toEqual([
      `charges/${team!.subscription_id}/api_calls`,
      'totals/KWD/outstanding_amount_cents',
    ]);
    expect(changedCards(before, after)).toEqual(['charges', 'totals']);
    expect(changedFigures(at(0), at(20))).toContain(
      `charges/${team!.subscription_id}/true_up_cents`,
    );
  });
});
