import { cents, type Charge } from '@portal/billing';
import { type SubscriptionSnapshot, type UsageFact } from '@portal/projection';
import { aCharge, aSubscription, at, aUsage, given, type Story } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { charged, NOW, usages } from '../charges.ts';
import { around } from '../instants.ts';

const TURN = '2026-12-01T00:00:00Z';

const usage = (kind: UsageFact['kind'], iso: string, value: string, unique_key: string | null) =>
  aUsage({ kind, timestamp: at(iso), value, unique_key });
const point = (iso: string, value: string) => usage('point', iso, value, null);

const PRICE = { properties: { amount: '1' } };
/** The units of the first charge, or null, a millisecond before an instant, at it and after it. */
const units = (story: Story, iso: string) =>
  around(iso).map((each) => story.at(each).details.subscriptions[0]?.charges[0]?.units);
const amounts = (story: Story, iso: string) =>
  around(iso).map((each) => story.at(each).summary.upcoming_charges[0]?.usage_amount_cents);

describe('the units of a charge when the period turns, without an event', () => {
  // In October 8; in November 2, from the 16th on: half of its 30 days.
  const points = [point('2026-10-20T00:00:00Z', '8'), point('2026-11-16T00:00:00Z', '2')];

  it.each([
    ['count', false, ['1', '0', '0']],
    ['sum', false, ['2', '0', '0']],
    ['max', false, ['2', '0', '0']],
    ['max', true, ['8', '2', '2']],
    ['latest', false, ['2', '0', '0']],
    ['latest', true, ['2', '2', '2']],
    ['weighted_sum', false, ['1', '0', '0']],
    ['weighted_sum', true, ['5', '2', '2']],
  ])('%s, recurring %s: %j', (aggregation, recurring, expected) => {
    const story = given(charged({ aggregation, recurring, ...PRICE }), ...points);
    expect(units(story, TURN)).toEqual(expected);
    expect(amounts(story, TURN)).toEqual(expected.map(Number));
  });

  it.each([
    ['latest', ['2', '5', '5']],
    ['max', ['8', '5', '5']],
    // December: 2 for 4 of its 31 days, then 5 for 27.
    ['weighted_sum', ['5', '4.6129032258064516129', '4.6129032258064516129']],
  ])('recurring %s, the next period having a point too: %j', (aggregation, expected) => {
    const charge = charged({ aggregation, recurring: true, ...PRICE });
    const story = given(charge, ...points, point('2026-12-05T00:00:00Z', '5'));
    expect(units(story, TURN)).toEqual(expected);
  });

  it.each([
    [false, ['6.66666666666666666667', '0', '0']],
    [true, ['6.66666666666666666667', '8', '8']],
  ])('at a current_period_start as at any other turn, recurring %s: %j', (recurring, expected) => {
    const cut = aSubscription({
      current_period_start: at('2026-11-16T00:00:00Z'),
      charges: [aCharge({ aggregation: 'weighted_sum', recurring, ...PRICE })],
    });
    // 8 for 25 of the 30 days; then what was carried into the 15 that are left.
    const story = given(cut, point('2026-11-06T00:00:00Z', '8'));
    expect(units(story, '2026-11-16T00:00:00Z')).toEqual(expected);
  });

  it('unique_count: 2 keys, then none', () => {
    const keys = ['ann', 'bob', 'ann'].map((key, index) =>
      usage('unique', `2026-11-1${index}T00:00:00Z`, '1', key),
    );
    const story = given(charged({ aggregation: 'unique_count', ...PRICE }), ...keys);
    expect(units(story, TURN)).toEqual(['2', '0', '0']);
  });

  it('the true-up to a minimum is that of each period', () => {
    const charge = { ...PRICE, aggregation: 'sum', min_amount_cents: cents(500) };
    expect(amounts(given(charged(charge), ...usages(['600'])), TURN)).toEqual([600, 500, 500]);
  });

  it('an event of another kind makes a line unavailable in its own period only', () => {
    const charges = [
      { id: 'bad', aggregation: 'latest', ...PRICE },
      { id: 'good', aggregation: 'sum', ...PRICE },
    ];
    const story = given(charged(...charges), ...usages(['7']));
    expect(units(story, TURN)).toEqual([null, '0', '0']);
    expect(amounts(story, TURN)).toEqual([7, 0, 0]);
    const reasons = around(TURN).map((iso) => story.at(iso).reasons.map(({ code }) => code));
    expect(reasons).toEqual([['unavailable_charge'], [], []]);
  });
});

describe('within a period the clock moves no usage', () => {
  it('an event counts at once, though its timestamp lies ahead', () => {
    const story = given(
      charged({ aggregation: 'sum', ...PRICE }),
      ...usages(['7'], { timestamp: at('2026-11-23T18:00:00Z') }),
    );
    expect(amounts(story, '2026-11-23T18:00:00Z')).toEqual([7, 7, 7]);
  });

  it('a point weighs until the end of the period, whenever it is read', () => {
    const weighted = charged({ aggregation: 'weighted_sum', ...PRICE });
    const story = given(weighted, point('2026-11-16T00:00:00Z', '60'));
    expect(units(story, '2026-11-16T00:00:00Z')).toEqual(['30', '30', '30']);
    expect(units(story, '2026-11-24T00:00:00Z')).toEqual(['30', '30', '30']);
  });
});

describe('the length that weighted_sum divides by', () => {
  const weighted = (terms: Partial<SubscriptionSnapshot>) =>
    aSubscription({ charges: [aCharge({ aggregation: 'weighted_sum', ...PRICE })], ...terms });

  it.each([
    // Paris: October has 745 hours, March 743; the value holds for the last hour.
    ['2026-10-31T22:00:00Z', '745'],
    ['2026-03-31T21:00:00Z', '743'],
  ])('is the hours the local month really has: %s', (iso, value) => {
    const story = given(weighted({ timezone: 'Europe/Paris' }), point(iso, value));
    expect(units(story, iso)).toEqual(['1', '1', '1']);
  });

  it('is what current_period_start leaves of the period', () => {
    const cut = { current_period_start: at('2026-11-16T00:00:00Z') };
    const story = given(weighted(cut), point('2026-11-26T00:00:00Z', '30'));
    // The last 5 of 15 days.
    expect(units(story, NOW)).toEqual(['10', '10', '10']);
  });

  it('is the whole period though the subscription starts inside it', () => {
    const start = { started_at: at('2026-11-16T00:00:00Z') };
    const story = given(weighted(start), point('2026-11-16T00:00:00Z', '60'));
    expect(units(story, NOW)).toEqual(['30', '30', '30']);
  });

  it('is the whole period though the subscription ends inside it', () => {
    const end = { ending_at: at('2026-11-26T00:00:00Z') };
    const story = given(weighted(end), point('2026-11-21T00:00:00Z', '30'));
    expect(units(story, NOW)).toEqual(['10', '10', '10']);
  });
});

describe('the start and the end of a subscription inside a period', () => {
  const sums = { charges: [aCharge({ aggregation: 'sum', ...PRICE })] };

  it('usage stamped after the end counts like any other of the period', () => {
    const story = given(
      aSubscription({ ...sums, ending_at: at('2026-11-26T00:00:00Z') }),
      ...usages(['2'], { timestamp: at('2026-11-25T23:59:59Z') }),
      ...usages(['5'], { timestamp: at('2026-11-26T12:00:00Z') }),
    );
    expect(amounts(story, '2026-11-26T00:00:00Z')).toEqual([7, undefined, undefined]);
  });

  it('at the start usage of its local day counts, what came before it not', () => {
    const story = given(
      aSubscription({
        ...sums,
        timezone: 'Europe/Paris',
        started_at: at('2026-11-10T12:00:00Z'),
      }),
      ...usages(['100'], { timestamp: at('2026-11-09T22:59:59.999999Z') }),
      ...usages(['7'], { timestamp: at('2026-11-09T23:00:00Z') }),
    );
    expect(amounts(story, '2026-11-10T12:00:00Z')).toEqual([0, 7, 7]);
  });

  it('nothing is priced before the start: no units, no amount, no reason, then all of it', () => {
    const charge: Partial<Charge> = { ...PRICE, min_amount_cents: cents(500) };
    const story = given(
      aSubscription({ started_at: at('2026-11-25T12:00:00Z'), charges: [aCharge(charge)] }),
    );
    const told = around('2026-11-25T12:00:00Z').map((iso) => {
      const [line] = story.at(iso).details.subscriptions[0]?.charges ?? [];
      return [line?.units, line?.amount, line?.reason];
    });
    expect(told).toEqual([
      ['0', null, null],
      ['0', '500', null],
      ['0', '500', null],
    ]);
  });
});

describe('the order of the snapshot', () => {
  it('is the order of the charges in details', () => {
    const ids = ['m', 'z', 'a'];
    const { details } = given(charged(...ids.map((id) => ({ id })))).at(NOW);
    expect(details.subscriptions[0]?.charges.map(({ charge_id }) => charge_id)).toEqual(ids);
  });
});
