import { type Charge } from '@portal/billing';
import { type BillingEvent, type Entry, type SubscriptionSnapshot } from '@portal/projection';
import {
  aCharge,
  aFilter,
  aSubscription,
  at,
  aUsage,
  given,
  givenLog,
  logOf,
  markOn,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';

const NOW = '2026-11-23T10:00:00Z';

let count = 0;
const point = (iso: string, value: string, fact: Parameters<typeof aUsage>[0] = {}) =>
  aUsage(
    { kind: 'point', timestamp: at(iso), value, ...fact },
    { event_id: `point-${String(++count).padStart(3, '0')}` },
  );
const elsewhere = (iso: string) => aUsage({ metric_code: 'elsewhere', timestamp: at(iso) });

/** A subscription of 2020 with one recurring charge on `latest`, 1 minor unit each. */
const recurring = (charge: Partial<Charge> = {}, overrides: Partial<SubscriptionSnapshot> = {}) =>
  aSubscription({
    started_at: at('2020-01-01T00:00:00Z'),
    subscription_at: at('2020-01-01T00:00:00Z'),
    charges: [
      aCharge({ aggregation: 'latest', recurring: true, properties: { amount: '1' }, ...charge }),
    ],
    ...overrides,
  });

/** The first charge's units at an instant. */
const units = (iso: string, ...events: readonly BillingEvent[]) =>
  given(...events).at(iso).details.subscriptions[0]?.charges[0]?.units;

describe('a recurring charge carries the newest earlier point in', () => {
  const old = point('2026-10-20T00:00:00Z', '8');

  it.each([
    ['latest', '8'],
    ['max', '8'],
    ['weighted_sum', '8'],
  ])('%s without usage of its own is %s', (aggregation, expected) => {
    expect(units(NOW, recurring({ aggregation }), old)).toBe(expected);
    expect(units(NOW, recurring({ aggregation, recurring: false }), old)).toBe('0');
  });

  it.each([
    ['sum', /^a recurring sum needs events of kind change/],
    ['unique_count', /^a recurring unique_count needs unique events/],
    ['count', /^recurring has no meaning/],
  ])('%s has none, and says why', (aggregation, reason) => {
    const [line] =
      given(recurring({ aggregation }), old).at(NOW).details.subscriptions[0]?.charges ?? [];
    expect(line).toMatchObject({
      units: null,
      reason: expect.stringMatching(reason) as unknown,
    });
    expect(units(NOW, recurring({ aggregation, recurring: false }), old)).toBe('0');
  });

  it.each([
    ['latest', '2'],
    ['max', '8'],
    // 8 for half of November, 2 for the other half.
    ['weighted_sum', '5'],
  ])('%s with a point of its own is %s', (aggregation, expected) => {
    const own = point('2026-11-16T00:00:00Z', '2');
    expect(units(NOW, recurring({ aggregation }), old, own)).toBe(expected);
  });

  it('which is not the highest one, nor the one that came last', () => {
    const events = [point('2026-10-25T00:00:00Z', '3'), old, point('2026-09-01T00:00:00Z', '90')];
    expect(units(NOW, recurring({ aggregation: 'max' }), ...events)).toBe('3');
  });

  it('and of two at one instant the one with the higher event id', () => {
    const tie = [point('2026-10-20T00:00:00Z', '1'), point('2026-10-20T00:00:00Z', '2')];
    expect(units(NOW, recurring(), ...tie)).toBe('2');
    expect(units(NOW, recurring(), ...[...tie].reverse())).toBe('2');
  });

  it('but no counters and no unique events', () => {
    const others = [
      aUsage({ timestamp: at('2026-10-20T00:00:00Z'), value: '9' }),
      aUsage({ timestamp: at('2026-10-20T00:00:00Z'), kind: 'unique', unique_key: 'ann' }),
    ];
    expect(units(NOW, recurring(), ...others)).toBe('0');
  });

  it('of each filter its own, and of the subscription the usage names', () => {
    const eu = { dimensions: { region: 'eu' } };
    const events = [
      point('2026-10-20T00:00:00Z', '8', eu),
      point('2026-10-25T00:00:00Z', '30'),
      point('2026-10-26T00:00:00Z', '500', { subscription_external_id: 'another' }),
    ];
    const charge = recurring({ filters: [aFilter({ properties: { amount: '10' } })] });
    const [line] = given(charge, ...events).at(NOW).details.subscriptions[0]?.charges ?? [];
    expect([line?.units, line?.amount]).toEqual(['38', '110']);
  });

  it('into every later period, as long as nothing newer comes', () => {
    const instants = ['2026-10-23T00:00:00Z', NOW, '2027-06-23T00:00:00Z', '2031-01-01T00:00:00Z'];
    expect(instants.map((iso) => units(iso, recurring(), old))).toEqual(['8', '8', '8', '8']);
  });

  it('not from before the local day on which the subscription began', () => {
    const began = at('2026-10-20T10:00:00Z');
    const started = { timezone: 'Europe/Paris', started_at: began, subscription_at: began };
    const before = point('2026-10-19T21:59:59.999999Z', '8');
    const since = point('2026-10-19T22:00:00Z', '9');
    expect(units(NOW, recurring({}, started), before)).toBe('0');
    expect(units(NOW, recurring({}, started), before, since)).toBe('9');
  });
});

describe('a last point is never lost', () => {
  const set = point('2025-06-20T00:00:00Z', '8');

  it('though it lies 500 days back: in the present period and in any later one', () => {
    const story = given(recurring(), set, ...markOn('2026-11-10'));
    const read = (iso: string) => story.at(iso).details.subscriptions[0]?.charges[0]?.units;
    expect([NOW, '2026-10-23T00:00:00Z', '2027-03-23T00:00:00Z'].map(read)).toEqual([
      '8',
      '8',
      '8',
    ]);
    expect([...story.record.fields.keys()].filter((name) => name.startsWith('r:'))).toEqual([]);
  });

  it('and into a period without usage what came before it, not what came after', () => {
    const story = given(
      recurring(),
      point('2026-08-10T00:00:00Z', '3'),
      point('2026-11-10T00:00:00Z', '8'),
    );
    const read = (month: string) =>
      story.at(`2026-${month}-15T00:00:00Z`).details.subscriptions[0]?.charges[0];
    const months = ['06', '07', '08', '09', '10', '11', '12'];
    expect(months.map((month) => read(month)?.units)).toEqual(['0', '0', '3', '3', '3', '8', '8']);
    expect(read('10')?.parts.map(({ units }) => units)).toEqual(['3']);
  });

  it('when the next one comes more than a horizon later, for the period in between too', () => {
    const next = point('2026-11-10T00:00:00Z', '2');
    const story = given(recurring({ aggregation: 'max' }), set, next);
    const [subscription] = story.at(NOW).details.subscriptions;
    expect(subscription?.charges[0]?.units).toBe('8');
    expect(subscription?.previous_period?.usage_amount_cents).toBe(8);
  });

  it('when days are dropped one after the other', () => {
    const months = Array.from({ length: 12 }, (_, month) =>
      point(`2025-${String(month + 1).padStart(2, '0')}-10T00:00:00Z`, String(month), {
        dimensions: { region: month % 2 === 0 ? 'eu' : 'us' },
      }),
    );
    const later = ['02', '04', '06', '08', '11'].map((month) =>
      elsewhere(`2027-${month}-10T00:00:00Z`),
    );
    const filters = [aFilter(), aFilter({ dimensions: { region: ['us'] } })];
    // The last points: 10 of the eu, 11 of the us.
    expect(units('2027-11-20T00:00:00Z', recurring({ filters }), ...months, ...later)).toBe('21');
  });

  it('while an open hole keeps its day, which series no longer tell', () => {
    const log = logOf([
      recurring({ aggregation: 'max' }),
      set,
      elsewhere('2025-06-21T00:00:00Z'),
      point('2026-11-10T00:00:00Z', '2'),
    ]);
    const parked = log.map((entries) =>
      entries.map((entry): Entry =>
        entry.kind === 'event' && JSON.stringify(entry.event).includes('elsewhere')
          ? { kind: 'parked', at: entry.at }
          : entry,
      ),
    );
    const read = (story: ReturnType<typeof givenLog>) =>
      story.at(NOW).details.subscriptions[0]?.charges[0]?.units;
    expect(read(givenLog(parked))).toBe('8');
    expect(read(givenLog(log))).toBe('8');
  });
});
