import { customerRef } from '@portal/projection';
import { aCustomer, at, aUsage, CUSTOMER, ORGANIZATION } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { groupByCustomer } from '../../src/batch/group.ts';
import { batchOf, recordOf } from '../harness.ts';

const REF = customerRef(ORGANIZATION, CUSTOMER);
const OTHER = '99999999-9999-4999-8999-999999999999' as typeof CUSTOMER;
const SEEN = 1_795_000_000_000;
const error = { code: 'too_short', field: null, reason: '2 bytes' } as const;

const usageAt = (offset: number, customer_id = CUSTOMER, timestamp = '2026-11-10T12:00:00Z') =>
  recordOf({
    kind: 'event',
    at: { family: 'usage', partition: 3, offset },
    event: aUsage({ timestamp: at(timestamp) }, { event_id: String(offset), customer_id }),
  });

const group = (...records: ReturnType<typeof usageAt>[]) => groupByCustomer(batchOf(records), SEEN);

describe('a batch grouped by customer', () => {
  it('keeps each customer’s events in the order of the log', () => {
    const { entries } = group(usageAt(1), usageAt(2, OTHER), usageAt(4));
    expect([...entries].map(([ref, list]) => [ref, list.map((entry) => entry.at.offset)])).toEqual([
      [REF, [1, 4]],
      [customerRef(ORGANIZATION, OTHER), [2]],
    ]);
  });

  it('trusts the value, not the key', () => {
    const { entries } = group({ ...usageAt(1), key: customerRef(ORGANIZATION, OTHER) });
    expect([...entries.keys()]).toEqual([REF]);
  });

  it('makes what cannot be decoded a hole of the customer its key names', () => {
    const decoded = { kind: 'undecodable', error } as const;
    const { entries, parked } = group({ ...usageAt(1), key: REF.toUpperCase(), decoded });
    const place = { family: 'usage', partition: 3, offset: 1 };
    expect([...entries]).toEqual([[REF, [{ kind: 'parked', at: place }]]]);
    expect(parked).toEqual([
      { ...place, key: REF.toUpperCase(), ref: REF, ...error, seenAt: SEEN },
    ]);
  });

  it.each([null, 'acme', `${REF}:more`])(
    'keeps a hole of nobody by its partition alone (key %j)',
    (key) => {
      const decoded = { kind: 'undecodable', error } as const;
      const { entries, parked } = group({ ...usageAt(1), key, decoded });
      expect(entries.size).toBe(0);
      expect(parked).toMatchObject([{ key, ref: null, offset: 1 }]);
    },
  );

  it('passes tombstones and unknown types by, and tells of them', () => {
    const { entries, parked, skipped } = group(
      { ...usageAt(1), decoded: { kind: 'null' } },
      { ...usageAt(2), decoded: { kind: 'unknown_type', event_type: 'usage.forgotten' } },
    );
    expect([entries.size, parked.length]).toEqual([0, 0]);
    expect(skipped.map(({ why, record }) => [why, record.offset])).toEqual([
      ['null', 1],
      ['unknown_type', 2],
    ]);
  });

  it('tells the newest event time, wherever in the batch it stands', () => {
    const { occurredAt } = group(
      usageAt(1),
      usageAt(2, CUSTOMER, '2026-11-12T12:00:00Z'),
      usageAt(3),
    );
    expect(occurredAt).toBe(at('2026-11-12T12:00:00Z'));
    expect(group({ ...usageAt(1), decoded: { kind: 'null' } }).occurredAt).toBeNull();
  });

  it('knows a customer’s own events like any other', () => {
    const record = recordOf({
      kind: 'event',
      at: { family: 'customers', partition: 3, offset: 0 },
      event: aCustomer(),
    });
    expect([...group(record).entries.keys()]).toEqual([REF]);
  });
});
