import { type Charge } from '@portal/billing';
import {
  type BillingEvent,
  customerRef,
  type Entry,
  itemise,
  viewDetails,
} from '@portal/projection';
import {
  aCharge,
  anEntitlement,
  aPlan,
  aSubscription,
  at,
  aUsage,
  CUSTOMER,
  documentOf,
  foldBatches,
  ORGANIZATION,
  recordText,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { SINGLE_EVENTS_MAX } from '../../src/fold/kinds/single-events.ts';

const ref = customerRef(ORGANIZATION, CUSTOMER);
const NOW = at('2026-11-20T00:00:00Z');

const entryOf = (event: BillingEvent, partition: number, offset: number): Entry => ({
  kind: 'event',
  at: { family: event.family, partition, offset },
  event,
});
const seat = (id: string, iso: string, unique_key: string) =>
  aUsage(
    { kind: 'unique', metric_code: 'seats', timestamp: at(iso), unique_key },
    { event_id: id },
  );

/** One charge for each aggregation on seats, 1 minor unit each. */
const charges = ['unique_count', 'count', 'sum'].map((aggregation): Charge =>
  aCharge({ id: aggregation, metric_code: 'seats', aggregation, properties: { amount: '1' } }),
);
/** Its second period begins on a day of its own. */
const cutAt = (id: string, iso: string) =>
  aSubscription({
    id,
    charges,
    plan: aPlan({ interval: 'monthly' }),
    current_period_start: at(iso),
    entitlements: [anEntitlement({ feature_code: 'seats' })],
  });
const UNTIL = '66666666-6666-4666-8666-666666666666';
const SINCE = '77777777-7777-4777-8777-777777777777';

const around = [
  seat('day-before', '2026-11-14T12:00:00Z', 'ann'),
  seat('day-after', '2026-11-16T12:00:00Z', 'bob'),
];
const busy = Array.from({ length: SINGLE_EVENTS_MAX + 1 }, (_, index) =>
  seat(`seat-${index}`, '2026-11-15T12:00:00Z', `user-${index}`),
);
const partitions = [0, 1].map((partition) =>
  [...around, ...busy]
    .filter((_, index) => index % 2 === partition)
    .map((event, offset) => entryOf(event, partition, offset)),
);
const terms = [
  entryOf(cutAt(UNTIL, '2026-11-15T00:00:00Z'), 0, 0),
  entryOf(cutAt(SINCE, '2026-11-16T00:00:00Z'), 0, 1),
];

describe('a day of more unique events than are kept', () => {
  const [left = [], right = []] = partitions;
  const record = foldBatches(ref, [terms, left, right]);
  const document = documentOf(record);
  if (document === null) throw new Error('known');
  const { details, summary } = viewDetails(document, itemise(record.state), NOW);
  const of = (id: string) =>
    details.subscriptions.find(({ subscription_id }) => subscription_id === id);
  const shown = (id: string) => of(id)?.charges.map(({ units, reason }) => units ?? reason);

  it('makes lines that look at them unavailable with the reason ledger_cap, and no others', () => {
    const cap = expect.stringMatching(/^ledger_cap: metric seats .* 50000 events on 2026-11-15/);
    expect(shown(UNTIL)).toEqual([cap, '50002', '50002']);
    expect(summary.usage_progress[0]).toMatchObject({ current_usage: null });
  });

  it('leaves the periods on both sides of it alone', () => {
    expect(shown(SINCE)).toEqual(['1', '1', '1']);
    // One unit of each of the three charges.
    expect(of(UNTIL)?.previous_period?.usage_amount_cents).toBe(3);
    expect(of(SINCE)?.previous_period?.usage_amount_cents).toBeNull();
  });

  it('keeps none of them, and the others one by one', () => {
    const rows = [...record.fields].filter(([name]) => name.startsWith('r:'));
    expect(rows.map(([name]) => name).sort()).toEqual(['r:20771:seats', 'r:20773:seats']);
  });

  it('is the same record in any order and batching', () => {
    const middle = right.length / 2;
    const other = foldBatches(ref, [right.slice(0, middle), left, right.slice(middle), terms]);
    expect(recordText(other) === recordText(record)).toBe(true);
  });
});
