import { dayOf, EXACT_SLOTS_MAX } from '@portal/billing';
import { type BillingEvent } from '@portal/projection';
import {
  aCharge,
  anEntitlement,
  aSubscription,
  at,
  aUsage,
  given,
  markOn,
  type Story,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';

/** What the ledger cannot tell exactly, what it caps, and what it forgets. */
const NOW = '2026-11-23T10:00:00Z';
const CUT = '2026-11-10T10:07:00Z';

const cut = aSubscription({
  current_period_start: at(CUT),
  charges: [aCharge({ aggregation: 'sum', properties: { amount: '1' } })],
});

const use = (id: string, iso: string, value = '1', dimensions = {}) =>
  aUsage({ timestamp: at(iso), value, dimensions }, { event_id: id });

/** That many instants of the evening of the same day, a second apart, from 18:00 on. */
const evening = (instants: number) =>
  Array.from({ length: instants }, (_, index) => {
    const iso = new Date(Date.parse('2026-11-10T18:00:00Z') + index * 1_000).toISOString();
    return use(`evening-${index}`, iso, '0');
  });

const usage = (story: Story) => story.at(NOW).summary.upcoming_charges[0]?.usage_amount_cents;

describe('cells', () => {
  const edge = [use('before', '2026-11-10T10:06:59.999999Z', '1'), use('at', CUT, '10')];

  it('keep each instant of a quiet day: any boundary cuts it exactly', () => {
    const story = given(cut, ...edge, ...evening(EXACT_SLOTS_MAX - 2));
    expect(usage(story)).toBe(10);
  });

  it('fall back to quarter-hours on a busy day: a boundary inside one moves to its start', () => {
    const story = given(cut, ...edge, ...evening(EXACT_SLOTS_MAX - 1));
    expect(usage(story)).toBe(0);
    expect(story.at(NOW).details.subscriptions[0]?.previous_period?.usage_amount_cents).toBe(11);
  });

  it('lose nothing by it: both periods together hold every unit', () => {
    const story = given(cut, ...edge, use('later', '2026-11-10T10:15:00Z', '100'), ...evening(300));
    expect(usage(story)).toBe(100);
    expect(story.at(NOW).details.subscriptions[0]?.previous_period?.usage_amount_cents).toBe(11);
  });

  it('a busy day is cut exactly where time zones cut it', () => {
    const india = aSubscription({
      timezone: 'Asia/Kolkata',
      billing_time: 'anniversary',
      started_at: at('2026-01-10T20:00:00Z'),
      charges: cut.subscription.charges,
    });
    const events = [
      use('before', '2026-11-10T18:29:59.999999Z', '1'),
      use('at', '2026-11-10T18:30:00Z', '10'),
      ...evening(300),
    ];
    expect(usage(given(india, ...events))).toBe(10);
  });
});

describe('dimension combinations', () => {
  const combinations = (count: number): readonly BillingEvent[] =>
    Array.from({ length: count }, (_, index) =>
      use(`u-${index}`, '2026-11-12T00:00:00Z', '1', { request: String(index) }),
    );
  const subscription = aSubscription({
    charges: [
      aCharge({ id: 'capped', aggregation: 'sum', properties: { amount: '1' } }),
      aCharge({
        id: 'other',
        metric_code: 'other',
        aggregation: 'sum',
        properties: { amount: '1' },
      }),
    ],
    entitlements: [anEntitlement(), anEntitlement({ feature_code: 'free_standing' })],
  });

  it('up to 200 of a metric are kept', () => {
    expect(usage(given(subscription, ...combinations(200)))).toBe(200);
  });

  it('one more makes its lines unavailable with the reason ledger_cap, and no other line', () => {
    const other = aUsage({ metric_code: 'other', value: '7' });
    const answer = given(subscription, ...combinations(201), other).at(NOW);
    expect(answer.summary.upcoming_charges[0]?.usage_amount_cents).toBe(7);
    expect(answer.summary.usage_progress.map((row) => row.current_usage)).toEqual([null, '0']);
    expect(answer.reasons).toEqual([
      { code: 'unavailable_charge', detail: expect.stringContaining('ledger_cap') },
      { code: 'unavailable_feature', detail: expect.stringContaining('ledger_cap') },
    ]);
  });

  it('a capped metric frees its cells and stays capped', () => {
    const story = given(subscription, ...combinations(230));
    const names = [...story.record.fields.keys()].filter((name) => name.startsWith('u:'));
    expect(names).toEqual([]);
  });

  it('are counted for each subscription that usage names: many subscriptions are no combinations', () => {
    const named = Array.from({ length: 450 }, (_, index) =>
      aUsage(
        { timestamp: at('2026-11-12T00:00:00Z'), subscription_external_id: `sub-${index % 225}` },
        { event_id: `n-${index}` },
      ),
    );
    const own = use('own', '2026-11-12T00:00:00Z', '5');
    expect(usage(given(subscription, ...named, own))).toBe(5);
  });

  it('are forgotten with their cells: old ones do not count', () => {
    const old = Array.from({ length: 150 }, (_, index) =>
      use(`old-${index}`, '2025-06-01T00:00:00Z', '1', { request: `old-${index}` }),
    );
    const story = given(subscription, ...old, ...markOn('2026-11-10'), ...combinations(150));
    expect(usage(story)).toBe(150);
    const { metrics } = story.record.state.usage;
    expect(metrics['api_calls']).toMatchObject({ days: [[20_769, 20_769]] });
    expect(JSON.stringify(metrics)).not.toContain('old-');
  });

  it('a capped metric starts anew when it was not used for a whole horizon', () => {
    const long = Array.from({ length: 201 }, (_, index) =>
      use(`old-${index}`, '2025-06-01T00:00:00Z', '1', { request: `old-${index}` }),
    );
    const anew = use('anew', '2026-11-12T00:00:00Z', '3');
    expect(usage(given(subscription, ...long, ...markOn('2026-11-10'), anew))).toBe(3);
  });

  it('metrics that are no longer used make room for others', () => {
    const metric = (iso: string, index: number) =>
      aUsage(
        {
          timestamp: at(iso.length === 10 ? `${iso}T00:00:00Z` : iso),
          metric_code: `${iso}-${index}`,
        },
        { event_id: `${iso}-${index}` },
      );
    const year = (iso: string) => Array.from({ length: 199 }, (_, index) => metric(iso, index));
    const story = given(
      ...year('2025-01-01T00:00:00Z'),
      ...markOn('2026-11-10'),
      ...year('2026-11-12T00:00:00Z'),
    );
    expect(Object.keys(story.record.state.usage.metrics)).toHaveLength(200);
    expect(() =>
      given(...markOn('2026-11-10'), ...year('2026-11-12T00:00:00Z'), metric('2026-11-12', 200)),
    ).toThrow('more than 200 metrics');
  });

  it('the order of dimension names makes no combination of its own', () => {
    const story = given(
      subscription,
      use('a', '2026-11-12T00:00:00Z', '1', { x: '1', y: '2' }),
      use('b', '2026-11-12T00:00:00Z', '1', { y: '2', x: '1' }),
    );
    const day = dayOf(at('2026-11-12T00:00:00Z'));
    expect(story.record.state.usage.metrics['api_calls']).toMatchObject({
      series: { '["c",null,[["x","1"],["y","2"]]]': [day, day] },
    });
  });
});

describe('the horizon', () => {
  it('drops cells 401 days behind the mark, by whole days', () => {
    const story = given(
      use('old', '2025-10-04T12:00:00Z'),
      use('kept', '2025-10-05T12:00:00Z'),
      ...markOn('2026-11-10'),
    );
    const days = [...story.record.fields.keys()].filter((name) => name.startsWith('u:'));
    expect(days).toHaveLength(1 + 3);
    expect(story.record.state.usage.metrics['api_calls']).toMatchObject({
      days: [[20_366, 20_366]],
    });
  });

  it('holds a whole yearly period, whichever comes first, usage or subscription', () => {
    const yearly = aSubscription({
      plan: { ...cut.subscription.plan, interval: 'yearly' },
      charges: cut.subscription.charges,
    });
    const year = ['01-15', '02-20', '06-01', '11-20'].map((date) =>
      use(date, `2026-${date}T12:00:00Z`),
    );
    expect(usage(given(yearly, ...year))).toBe(4);
  });
});

describe('names that producers choose', () => {
  it.each(['__proto__', 'constructor', 'toString', '7', '', 'a:b', '日本'])('%j works', (name) => {
    const subscription = aSubscription({
      charges: [aCharge({ metric_code: name, aggregation: 'sum', properties: { amount: '1' } })],
      entitlements: [anEntitlement({ feature_code: name, value: '10' })],
    });
    const events = [0, 1].map((index) =>
      aUsage(
        { metric_code: name, value: '2', dimensions: Object.fromEntries([[name, name]]) },
        { event_id: `${name}${index}` },
      ),
    );
    const answer = given(subscription, ...events).at(NOW);
    expect(answer.reasons).toEqual([]);
    expect(answer.summary.upcoming_charges[0]?.usage_amount_cents).toBe(4);
    expect(answer.summary.usage_progress[0]?.current_usage).toBe('4');
  });

  it.each(['__proto__', 'constructor'])('%j as a feature without any usage is 0', (name) => {
    const subscription = aSubscription({ entitlements: [anEntitlement({ feature_code: name })] });
    expect(given(subscription).at(NOW).summary.usage_progress[0]?.current_usage).toBe('0');
  });
});
