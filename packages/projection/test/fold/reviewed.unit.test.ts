import { type Micros, MICROS_PER_DAY, MICROS_PER_HOUR } from '@portal/billing';
import {
  type BillingEvent,
  customerRef,
  DEFAULT_SETTINGS,
  type Entry,
  fold,
  foreseenFields,
  type State,
  vectorText,
} from '@portal/projection';
import {
  aCharge,
  anEntitlement,
  aSubscription,
  at,
  aUsage,
  CUSTOMER,
  emptyRecord,
  foldBatch,
  foldBatches,
  given,
  ORGANIZATION,
  recordText,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';

const ref = customerRef(ORGANIZATION, CUSTOMER);
const NOW = '2026-11-20T00:00:00Z';
let offset = 0;
const entry = (event: BillingEvent): Entry => ({
  kind: 'event',
  at: { family: event.family, partition: 0, offset: (offset += 1) },
  event,
});
const level = (id: string, instant: Micros, value = '1', dimensions = {}) =>
  aUsage(
    { kind: 'point', metric_code: 'disk', timestamp: instant, value, dimensions },
    { event_id: id },
  );
const gauge = aSubscription({
  started_at: at('2025-01-01T00:00:00Z'),
  created_at: at('2025-01-01T00:00:00Z'),
  charges: [
    aCharge({
      metric_code: 'disk',
      aggregation: 'latest',
      recurring: true,
      properties: { amount: '1' },
    }),
  ],
});

/** One fold, and the names of the side fields it had to see. */
function foldSeeing(state: State, fields: ReadonlyMap<string, string>, entries: readonly Entry[]) {
  const loaded = new Map<string, string | null>();
  let wanted = foreseenFields(entries);
  for (;;) {
    for (const name of wanted) loaded.set(name, fields.get(name) ?? null);
    const folded = fold(state, loaded, entries, DEFAULT_SETTINGS);
    if (folded.kind === 'folded') return { folded, seen: [...loaded.keys()] };
    if (folded.kind === 'erased') throw new Error('nobody asked for that');
    wanted = folded.fields;
  }
}

describe('a fold that does not finish dropping', () => {
  const hour = (index: number) => (at('2026-03-01T00:00:00Z') + index * 1_000) as Micros;
  const many = Array.from({ length: 6_000 }, (_, index) =>
    entry(aUsage({ timestamp: hour(index) }, { event_id: `id-${index}` })),
  );
  const far = entry(aUsage({ timestamp: at('2026-10-01T00:00:00Z') }, { event_id: 'far' }));
  const before = foldBatch(emptyRecord(ref), many);

  it('leaves another vector than the one that finishes: nobody who knows the first can write upon the second', () => {
    const { folded } = foldSeeing(before.state, before.fields, [far]);
    expect(folded.unfinished).toBe(true);
    const done = foldBatch(before, [far]);
    expect(vectorText(folded.state)).toBe(`${vectorText(done.state)} ~1`);
  });

  it('is finished by a redelivery, when the process died in between', () => {
    const { folded } = foldSeeing(before.state, before.fields, [far]);
    const fields = new Map(before.fields);
    folded.set.forEach((text, name) => fields.set(name, text));
    folded.remove.forEach((name) => fields.delete(name));
    const crashed = { ...before, state: folded.state, fields };
    expect(recordText(foldBatch(crashed, [far]))).toBe(recordText(foldBatch(before, [far])));
  });
});

describe('one more point of a recurring gauge', () => {
  const history = (days: number, series: number) =>
    Array.from({ length: days }, (_, day) =>
      Array.from({ length: series }, (__, index) =>
        entry(
          level(
            `p-${day}-${index}`,
            (at('2026-11-10T00:00:00Z') - day * MICROS_PER_DAY) as Micros,
            '1',
            {
              host: String(index),
            },
          ),
        ),
      ),
    ).flat();

  it('sees the same few fields after 20 and after 290 days', () => {
    const seen = [20, 290].map((days) => {
      const record = foldBatches(ref, [[entry(gauge)], history(days, 2)]);
      const next = entry(level('next', at('2026-11-10T01:00:00Z'), '2', { host: '0' }));
      return foldSeeing(record.state, record.fields, [next]).seen.length;
    });
    // The days of the priced periods are walked, which 20 days do not fill.
    expect(seen[1]).toBeLessThan(80);
    expect(seen[0]).toBeLessThan(40);
  });
});

describe('a subscription that is over', () => {
  it('does not make each event price everything anew', () => {
    const over = aSubscription({
      id: '99999999-9999-4999-8999-999999999999',
      status: 'terminated',
      terminated_at: at('2026-01-01T00:00:00Z'),
    });
    const points = Array.from({ length: 200 }, (_, index) =>
      entry(level(`p-${index}`, (at('2026-11-01T00:00:00Z') + index * MICROS_PER_HOUR) as Micros)),
    );
    const other = entry(aUsage({ metric_code: 'other', timestamp: at('2026-11-10T00:00:00Z') }));
    const record = foldBatches(ref, [[entry(gauge), entry(over)], points]);
    expect(foldSeeing(record.state, record.fields, [other]).seen.length).toBeLessThanOrEqual(4);
  });
});

describe('a capped metric that starts anew within one batch', () => {
  it('leaves none of its old events behind', () => {
    const old = Array.from({ length: 201 }, (_, index) =>
      entry(level(`old-${index}`, at('2025-01-10T00:00:00Z'), '1', { host: String(index) })),
    );
    const anew = [
      entry(
        aUsage({ metric_code: 'other', timestamp: at('2026-11-10T00:00:00Z') }, { event_id: 'o' }),
      ),
      entry(level('anew', at('2026-11-10T00:00:00Z'))),
    ];
    const once = foldBatches(ref, [[...old, ...anew]]);
    const oneByOne = foldBatches(
      ref,
      [...old, ...anew].map((each) => [each]),
    );
    expect(recordText(once)).toBe(recordText(oneByOne));
  });
});

describe('a point that carries a unique key', () => {
  it('is a level all the same, and no member', () => {
    const seats = aSubscription({ entitlements: [anEntitlement({ feature_code: 'seats' })] });
    const point = aUsage({
      kind: 'point',
      metric_code: 'seats',
      timestamp: at('2026-11-10T00:00:00Z'),
      value: '7',
      unique_key: 'somebody',
    });
    const [row] = given(seats, point).at(NOW).summary.usage_progress;
    expect(row?.current_usage).toBe('7');
  });
});

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
