import { dayOf } from '@portal/billing';
import { type UsageFact } from '@portal/projection';
import { aCharge, aSubscription, at, aUsage, given, markOn, type Story } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';

const NOW = '2026-11-23T10:00:00Z';
const latest = aSubscription({
  charges: [
    aCharge({ id: 'a', metric_code: 'disk', aggregation: 'latest', properties: { amount: '1' } }),
    aCharge({ id: 'b', metric_code: 'tape', aggregation: 'latest', properties: { amount: '1' } }),
    aCharge({ id: 'c', metric_code: 'disk', aggregation: 'count', properties: { amount: '1' } }),
    aCharge({
      id: 'd',
      metric_code: 'seats',
      aggregation: 'unique_count',
      properties: { amount: '1' },
    }),
  ],
});
const point = (id: string, iso: string, value: string, fact: Partial<UsageFact> = {}) =>
  aUsage(
    { metric_code: 'disk', kind: 'point', timestamp: at(iso), value, ...fact },
    { event_id: id },
  );
const units = (story: Story) =>
  story.at(NOW).details.subscriptions[0]?.charges.map((charge) => charge.units);
const rawFields = (story: Story) =>
  [...story.record.fields.keys()].filter((name) => name.startsWith('r:')).sort();

describe('of two points with one event id', () => {
  const base = point('base', '2026-11-02T00:00:00Z', '1');
  const first = point('x', '2026-11-10T00:00:00Z', '10');

  it.each([
    ['of one instant', point('x', '2026-11-10T00:00:00Z', '99')],
    ['of another day', point('x', '2026-11-12T00:00:00Z', '99')],
    ['of another series', point('x', '2026-11-12T00:00:00Z', '99', { dimensions: { a: 'b' } })],
    ['of another metric', point('x', '2026-11-12T00:00:00Z', '99', { metric_code: 'tape' })],
    ['of another kind', aUsage({ ...first.usage, kind: 'counter' }, { event_id: 'x' })],
    [
      'of another kind and metric',
      aUsage(
        { ...first.usage, metric_code: 'seats', kind: 'unique', unique_key: 'ann' },
        { event_id: 'x' },
      ),
    ],
  ])('the one that is folded first counts: %s', (_, second) => {
    expect(units(given(latest, base, first, second))).toEqual(['10', '0', '2', '0']);
    expect(units(given(latest, base, second, first))).not.toEqual(['10', '0', '2', '0']);
  });
});

describe('a busy day that a period begins in, inside a quarter of an hour', () => {
  const cut = (aggregation: string) =>
    aSubscription({
      current_period_start: at('2026-11-10T10:07:00Z'),
      charges: [aCharge({ metric_code: 'disk', aggregation, properties: { amount: '1' } })],
    });
  const evening = Array.from({ length: 300 }, (_, index) => {
    const iso = new Date(Date.parse('2026-11-10T18:00:00Z') + index * 1_000).toISOString();
    return point(`evening-${index}`, iso, '0', { dimensions: { at: 'evening' } });
  });
  const edge = [
    point('before', '2026-11-10T10:06:59Z', '5'),
    point('at', '2026-11-10T10:07:00Z', '7', { dimensions: { at: 'edge' } }),
  ];

  it('is cut to the quarter-hour for lines that look at its events', () => {
    const percentage = {
      charge_model: 'percentage',
      properties: { rate: '100', per_transaction_max_amount: '6' },
    };
    const terms = cut('sum').subscription;
    const charges = terms.charges.map((charge) => ({ ...charge, ...percentage }));
    const story = given(aSubscription({ ...terms, charges }), ...edge, ...evening);
    const [line] = story.at(NOW).details.subscriptions[0]?.charges ?? [];
    expect([line?.units, line?.events, line?.amount]).toEqual(['0', 300, '0']);
    const before = story.at(NOW).details.subscriptions[0]?.previous_period;
    expect(before?.usage_amount_cents).toBe(11);
  });

  it('and for others', () => {
    const [line] =
      given(cut('sum'), ...edge, ...evening).at(NOW).details.subscriptions[0]?.charges ?? [];
    expect([line?.units, line?.events]).toEqual(['0', 300]);
  });
});

describe('a metric of which nothing is left', () => {
  const old = point('old', '2025-01-10T00:00:00Z', '1', { metric_code: 'calls', kind: 'counter' });

  it('is as if it never was, however what came since was batched', () => {
    const story = given(latest, old, ...markOn('2026-11-10'));
    expect(story.record.state.usage.metrics).not.toHaveProperty('calls');
    expect(story.record.state.usage.event_priced).toEqual({});
    expect(rawFields(story)).toEqual([]);
  });

  it('may come back with events of another kind', () => {
    const story = given(
      latest,
      old,
      ...markOn('2026-11-10'),
      point('new', '2026-11-11T00:00:00Z', '1', { metric_code: 'calls' }),
    );
    expect(story.record.state.usage.metrics['calls']).toMatchObject({
      series: { '["p",null,[]]': [20_768, 20_768] },
    });
  });

  it('stays as long as it has a point that may be carried', () => {
    const gauge = point('gauge', '2025-01-10T00:00:00Z', '4');
    const story = given(latest, gauge, ...markOn('2026-11-10'));
    expect(story.record.state.usage.metrics['disk']).toEqual({
      kind: 'kept',
      series: {},
      days: [],
      coarse: [],
      single: {
        days: [],
        full: [],
        carried: {
          '["p",null,[]]': {
            id: 'gauge',
            at: gauge.usage.timestamp,
            value: '4',
            amount: null,
            key: null,
          },
        },
        last_full_dropped: null,
        change_rows: 0,
        member_rows: 0,
      },
      pending: [],
    });
  });
});

describe('a capped metric', () => {
  const combination = (index: number) =>
    point(`p-${index}`, `2026-11-${String((index % 20) + 1).padStart(2, '0')}T00:00:00Z`, '1', {
      dimensions: { request: String(index) },
    });

  it('frees its cells and single events of all days, and says so in every line', () => {
    const events = Array.from({ length: 201 }, (_, index) => combination(index));
    const story = given(latest, ...events, point('after', '2026-11-22T00:00:00Z', '1'));
    const names = [...story.record.fields.keys()].filter((name) => /^[ru]:/.test(name));
    expect(names).toEqual([]);
    expect(story.record.state.usage.metrics['disk']).toEqual({
      kind: 'capped',
      newest_day: dayOf(at('2026-11-22T00:00:00Z')),
      stands: false,
      pending: [],
    });
    const reasons = story.at(NOW).details.subscriptions[0]?.charges.map(({ reason }) => reason);
    const cap = expect.stringContaining('ledger_cap');
    expect(reasons).toEqual([cap, null, cap, null]);
  });
});
