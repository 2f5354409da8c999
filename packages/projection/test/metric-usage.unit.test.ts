import { mergeAll, type SingleEvent, totalsOf, type UsageSeries } from '@portal/billing';
import { at } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { metricUsage } from '../src/pricing/price.ts';

let count = 0;
const event = (value: string, more: Partial<SingleEvent> = {}): SingleEvent => ({
  at: at('2026-11-10T12:00:00Z'),
  id: `event-${++count}`,
  value,
  amount: null,
  key: null,
  ...more,
});

const series = (
  kind: UsageSeries['kind'],
  events: readonly SingleEvent[],
  rest: Partial<UsageSeries> = {},
): UsageSeries => ({
  kind,
  scope: null,
  dimensions: {},
  totals: mergeAll(events.map(({ value }) => totalsOf(value, null))),
  events: kind === 'counter' ? [] : events,
  carried: null,
  ...rest,
});

describe('a feature that no charge measures', () => {
  const member = (key: string, operation: 'add' | 'remove'): SingleEvent =>
    event('1', { key, operation });

  it('adds up its counters, its latest point, its members and what its changes come to', () => {
    const usage = [
      series('counter', [event('100'), event('20')]),
      series('point', [event('7000'), event('5000')]),
      series('unique', [member('ann', 'add'), member('bob', 'add'), member('ann', 'remove')]),
      series('change', [event('400'), event('-100')]),
    ];
    // 120 + 5000 + 1 + 300
    expect(metricUsage(usage)).toEqual({ units: '5421', goes_on: true });
  });

  it('has what its changes came to before the period, too, and nothing else from then', () => {
    const usage = [
      series('change', [event('-2')], { carried: { kind: 'change', level: '5' } }),
      series('change', [], { scope: 'sub-1', carried: { kind: 'change', level: '4' } }),
      series('point', [], { carried: { kind: 'point', event: event('1000') } }),
      series('unique', [], { carried: { kind: 'unique', events: [member('ann', 'add')] } }),
      series('counter', [], { carried: { kind: 'counter' } }),
    ];
    expect(metricUsage(usage)).toEqual({ units: '7', goes_on: true });
  });

  it('goes on where changes are in it, and only there', () => {
    const counters = series('counter', [], { totals: totalsOf('3', null) });
    expect(metricUsage([counters])).toEqual({ units: '3' });
    expect(metricUsage([])).toEqual({ units: '0' });
  });
});
