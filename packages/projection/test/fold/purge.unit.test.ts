import {
  type BillingEvent,
  customerRef,
  DEFAULT_SETTINGS,
  type Entry,
  fold,
  isShardField,
  type State,
} from '@portal/projection';
import {
  aCharge,
  aFilter,
  aSubscription,
  at,
  aUsage,
  CUSTOMER,
  documentOf,
  emptyRecord,
  foldBatches,
  markOn,
  ORGANIZATION,
  recordText,
  type TestRecord,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';

const ref = customerRef(ORGANIZATION, CUSTOMER);
const REGIONS = ['eu', 'us', 'ap'];
/** More single events than one fold may drop, at 64 a shard. */
const POINTS = 9_000;

const entryOf = (event: BillingEvent, offset: number): Entry => ({
  kind: 'event',
  at: { family: event.family, partition: 0, offset },
  event,
});
const terms = entryOf(
  aSubscription({
    started_at: at('2020-01-01T00:00:00Z'),
    subscription_at: at('2020-01-01T00:00:00Z'),
    charges: [
      aCharge({
        metric_code: 'disk',
        aggregation: 'latest',
        recurring: true,
        filters: REGIONS.map((region) => aFilter({ dimensions: { region: [region] } })),
        properties: { amount: '1' },
      }),
    ],
  }),
  0,
);
const busyDay = Array.from({ length: POINTS }, (_, index) =>
  entryOf(
    aUsage(
      {
        metric_code: 'disk',
        kind: 'point',
        timestamp: at(`2025-06-20T${String(index % 24).padStart(2, '0')}:00:00Z`),
        value: String(index),
        dimensions: { region: REGIONS[index % 3] ?? '' },
      },
      { event_id: `disk-${String(index).padStart(5, '0')}` },
    ),
    index,
  ),
);
const later = (day: string) => markOn(day).map((event, index) => entryOf(event, POINTS + index));

/** One fold after the other, as a store would see them: every record in between is one that may be read. */
function* folds(record: TestRecord, entries: readonly Entry[]): Generator<TestRecord> {
  const loaded = new Map<string, string | null>(record.fields);
  const folded = fold(record.state, loaded, entries, DEFAULT_SETTINGS);
  if (folded.kind === 'needs') {
    folded.fields.forEach((name) => loaded.set(name, null));
    yield* folds({ ...record, fields: loaded as TestRecord['fields'] }, entries);
    return;
  }
  if (folded.kind === 'erased') throw new Error('nobody is erased here');
  const fields = new Map([...record.fields].filter(([, text]) => (text as string | null) !== null));
  folded.set.forEach((text, name) => fields.set(name, text));
  folded.remove.forEach((name) => fields.delete(name));
  const state = JSON.parse(JSON.stringify(folded.state)) as State;
  const next = { ...emptyRecord(ref), state, fields };
  yield next;
  if (folded.unfinished) yield* folds(next, []);
}

const unitsOf = (record: TestRecord) =>
  documentOf(record)?.subscriptions[0]?.without_usage.charges[0]?.units;
const startsWith = ({ fields }: TestRecord, prefix: string) =>
  [...fields.keys()].filter((name) => name.startsWith(prefix));

// Of each region the newest hour, and of that the highest id: 8999, 8998, 8997 lie at other hours.
const lastOf = (region: number): number =>
  Math.max(
    ...Array.from({ length: POINTS }, (_, index) => index).filter(
      (index) => index % 3 === region && index % 24 === 21 + region,
    ),
  );

describe('a day of more events than one fold may drop', () => {
  const busy = foldBatches(ref, [[terms], busyDay]);
  const expected = String(lastOf(0) + lastOf(1) + lastOf(2));

  it('is dropped over several folds, and no reader sees a difference', () => {
    const prefix = 'r:20259';
    expect(unitsOf(busy)).toBe(expected);
    expect(startsWith(busy, prefix).length).toBeGreaterThan(128);
    const steps = [...folds(busy, later('2026-11-10'))];
    expect(steps.length).toBeGreaterThan(1);
    for (const step of steps) expect(unitsOf(step)).toBe(expected);
    expect(startsWith(steps.at(-1) ?? busy, prefix)).toEqual([]);
  });

  it('leaves what a fold of everything at once leaves', () => {
    const end = later('2026-11-10');
    const atOnce = foldBatches(ref, [[terms, ...busyDay, ...end]]);
    const steps = [...folds(busy, end)];
    expect(recordText(steps.at(-1) ?? busy) === recordText(atOnce)).toBe(true);
    const names = [...atOnce.fields.keys()].filter((name) => !isShardField(name));
    expect(names.sort()).toEqual(['u:20767:mark', 'u:20768:mark', 'u:20769:mark']);
  });
});
