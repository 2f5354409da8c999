import {
  type BillingEvent,
  type Entitlement,
  type SubscriptionSnapshot,
  type UsageFact,
} from '@portal/projection';
import { aCharge, anEntitlement, aSubscription, at, aUsage, given } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { around } from '../instants.ts';

const NOW = '2026-11-23T10:00:00Z';

const entitled = (
  entitlement: Partial<Entitlement>,
  overrides: Partial<SubscriptionSnapshot> = {},
) => aSubscription({ entitlements: [anEntitlement(entitlement)], ...overrides });

let count = 0;
const use = (value: string, fact: Partial<UsageFact> = {}) =>
  aUsage({ value, ...fact }, { event_id: `usage-${++count}` });

/** [current_usage, usage_percentage] of the first feature. */
const used = (...events: readonly BillingEvent[]) => {
  const [row] = given(...events).at(NOW).summary.usage_progress;
  return row && [row.current_usage, row.usage_percentage];
};

describe('usage progress of a quantity', () => {
  it('has exactly these fields', () => {
    const sum = aCharge({ aggregation: 'sum' });
    const subscription = entitled({ value: '200' }, { charges: [sum] });
    expect(given(subscription, use('50')).at(NOW).summary.usage_progress).toEqual([
      {
        feature_name: 'API calls',
        feature_code: 'api_calls',
        feature_type: 'quantity',
        entitlement_value: '200',
        current_usage: '50',
        usage_percentage: 25,
      },
    ]);
  });

  it('is the units of all the subscription’s charges on that metric', () => {
    const charges = [
      aCharge({ id: 'a', aggregation: 'sum' }),
      aCharge({ id: 'b', aggregation: 'count' }),
      aCharge({ id: 'c', aggregation: 'sum', metric_code: 'other' }),
    ];
    const subscription = entitled({ value: '100' }, { charges });
    expect(used(subscription, use('5'), use('6'), use('80', { metric_code: 'other' }))).toEqual([
      '13',
      13,
    ]);
  });

  it.each([
    ['1', '3', 33.3333],
    ['2', '3', 66.6667],
    ['1', '800000', 0.0001],
    ['1', '2000000', 0.0001],
    ['1', '2000001', 0],
    ['300', '200', 100],
    ['-5', '200', 0],
    ['1.5', '.5', 100],
    ['0.25', '+1.', 25],
  ])('%s of %s is %f %%: half-up, four decimals, from 0 to 100', (units, value, percent) => {
    const charges = [aCharge({ aggregation: 'sum' })];
    expect(used(entitled({ value }, { charges }), use(units))?.[1]).toBe(percent);
  });

  it('is canonical, and beyond the limit the units are told uncut', () => {
    const charges = [aCharge({ aggregation: 'sum' })];
    expect(used(entitled({ value: '10' }, { charges }), use('12.50'))).toEqual(['12.5', 100]);
  });

  it('starts anew with the period, without an event', () => {
    const story = given(entitled({ value: '10' }), use('5'));
    const values = around('2026-12-01T00:00:00Z').map((iso) => {
      const [row] = story.at(iso).summary.usage_progress;
      return [row?.current_usage, row?.usage_percentage];
    });
    expect(values).toEqual([
      ['5', 50],
      ['0', 0],
      ['0', 0],
    ]);
  });
});

describe('a feature no charge measures', () => {
  it('uses the metric’s own usage: the sum of its counters in the period', () => {
    const outside = use('100', { timestamp: at('2026-10-31T23:00:00Z') });
    expect(used(entitled({ value: '10' }), use('2'), use('3.5'), outside)).toEqual(['5.5', 55]);
  });

  it('honours the scope of usage and the start of the subscription', () => {
    const subscription = entitled({ value: '10' }, { started_at: at('2026-11-15T12:00:00Z') });
    const events = [
      use('1', { timestamp: at('2026-11-14T23:59:59Z') }),
      use('2', { timestamp: at('2026-11-15T00:00:00Z') }),
      use('4', { timestamp: at('2026-11-16T00:00:00Z'), subscription_external_id: 'another' }),
    ];
    expect(used(subscription, ...events)).toEqual(['2', 20]);
  });

  it('is 0 without any usage, and while the start lies ahead', () => {
    expect(used(entitled({ value: '10' }))).toEqual(['0', 0]);
    const ahead = entitled({ value: '10' }, { started_at: at('2026-11-25T00:00:00Z') });
    expect(used(ahead, use('5'))).toEqual(['0', 0]);
  });

  it('of points it is the latest one of the period, nothing carried in', () => {
    const point = (iso: string, value: string) => use(value, { kind: 'point', timestamp: at(iso) });
    const october = point('2026-10-30T00:00:00Z', '9');
    expect(used(entitled({ value: '10' }), october)).toEqual(['0', 0]);
    const later = [point('2026-11-12T00:00:00Z', '4'), point('2026-11-11T00:00:00Z', '8')];
    expect(used(entitled({ value: '10' }), october, ...later)).toEqual(['4', 40]);
  });

  it('of unique events it is the number of distinct keys, whatever their dimensions', () => {
    const events = ['ann', 'bob', 'ann'].map((unique_key, index) =>
      use('1', { kind: 'unique', unique_key, dimensions: { seat: String(index) } }),
    );
    expect(used(entitled({ value: '10' }), ...events)).toEqual(['2', 20]);
  });

  it('kinds add up', () => {
    const events = [
      use('3'),
      use('0.5', { kind: 'point' }),
      use('1', { kind: 'unique', unique_key: 'ann' }),
    ];
    expect(used(entitled({ value: '10' }), ...events)).toEqual(['4.5', 45]);
  });
});

describe('what has no usage', () => {
  it.each([
    ['boolean', '1'],
    ['custom', '10'],
    ['quantity', '0'],
    ['quantity', '-5'],
    ['quantity', 'unlimited'],
    ['quantity', '1e3'],
    ['quantity', ''],
  ] as const)('%s %s: both null, and not partial', (feature_type, value) => {
    const answer = given(entitled({ feature_type, value }), use('5')).at(NOW);
    const [row] = answer.summary.usage_progress;
    expect(row).toMatchObject({
      feature_type,
      entitlement_value: value,
      current_usage: null,
      usage_percentage: null,
    });
    expect(answer.reasons).toEqual([]);
  });
});

describe('a quantity whose charge cannot be computed', () => {
  it('is null and partial when its units cannot', () => {
    const charges = [aCharge({ aggregation: 'latest' })];
    const answer = given(entitled({}, { charges }), use('5')).at(NOW);
    expect(answer.summary.usage_progress[0]).toMatchObject({
      current_usage: null,
      usage_percentage: null,
    });
    expect(answer.details.unavailable.map(({ feature_code }) => feature_code)).toEqual([
      null,
      'api_calls',
    ]);
    expect(answer.reasons.map(({ code }) => code)).toEqual([
      'unavailable_charge',
      'unavailable_feature',
    ]);
  });

  it('keeps its units when only the price failed', () => {
    const charges = [aCharge({ aggregation: 'sum', charge_model: 'percentage' })];
    expect(used(entitled({ value: '10' }, { charges }), use('4'))).toEqual(['4', 40]);
  });

  it('does not count usage a charge leaves free', () => {
    const charges = [
      aCharge({
        aggregation: 'sum',
        unmatched_usage: 'free',
        filters: [{ dimensions: { region: ['eu'] }, properties: {}, display_name: null }],
      }),
    ];
    const events = [use('4'), use('1', { dimensions: { region: 'eu' } })];
    expect(used(entitled({ value: '10' }, { charges }), ...events)).toEqual(['1', 10]);
  });
});

describe('rows of usage progress', () => {
  const features = (...codes: readonly string[]) =>
    codes.map((code) => anEntitlement({ feature_code: code, feature_type: 'boolean' }));

  it('keep the order of the current subscriptions, then of the snapshot; a feature comes once', () => {
    const late = aSubscription({
      id: '66666666-6666-4666-8666-666666666666',
      created_at: at('2026-05-01T00:00:00Z'),
      entitlements: [...features('b', 'd'), anEntitlement({ feature_code: 'a', value: '7' })],
    });
    const paused = aSubscription({
      id: '77777777-7777-4777-8777-777777777777',
      created_at: at('2026-01-01T00:00:00Z'),
      status: 'paused',
      entitlements: features('z'),
    });
    const first = aSubscription({ entitlements: features('c', 'b', 'a', 'c') });
    const { usage_progress } = given(late, paused, first).at(NOW).summary;
    expect(usage_progress.map((row) => row.feature_code)).toEqual(['c', 'b', 'a', 'd']);
    expect(usage_progress[2]?.feature_type).toBe('boolean');
  });

  it('come from the next subscription once the first has ended', () => {
    const ending = entitled({ value: '10' }, { ending_at: at('2026-11-25T00:00:00Z') });
    const going = entitled(
      { value: '40' },
      { id: '66666666-6666-4666-8666-666666666666', created_at: at('2026-05-01T00:00:00Z') },
    );
    const story = given(ending, going, use('4'));
    const percents = around('2026-11-25T00:00:00Z').map(
      (iso) => story.at(iso).summary.usage_progress[0]?.usage_percentage,
    );
    expect(percents).toEqual([40, 10, 10]);
  });
});
