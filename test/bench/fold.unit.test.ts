import { parseIso, type Micros } from '@portal/billing';
import { type CustomerRef, customerRef, type Entry } from '@portal/projection';
import { documentOf, foldBatches } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { eventStream } from '../../bench/events.ts';
import { batchesOf } from '../../bench/fold/batches.ts';
import { createDecoder } from '../../bench/fold/decode.ts';
import { createMemory } from '../../bench/fold/in-memory.ts';
import { createFloor } from '../../bench/floors/avsc.ts';

const UNTIL = parseIso('2026-11-23T10:00:00Z') as Micros;
const SIZE = { customers: 8, events: 2_000, until: UNTIL };
const batches = batchesOf(SIZE, 50);

describe('the fold in memory', () => {
  it('is given every event of the stream once, in batches of one partition without gaps', () => {
    const decode = createDecoder();
    const read = batches.flatMap((batch) => decode(batch));
    const ids = (events: Iterable<{ readonly event_id: string }>): string[] =>
      [...events].map(({ event_id }) => event_id).sort();
    expect(ids(read)).toEqual(ids(eventStream(SIZE)));
    const ends = new Map<string, number>();
    for (const { family, partition, from, values } of batches) {
      const name = `${family}/${partition}`;
      expect(from).toBe(ends.get(name) ?? 0);
      expect(values.length).toBeLessThanOrEqual(50);
      ends.set(name, from + values.length);
    }
  });

  it('ends in the documents that folding each customer alone ends in', () => {
    const [memory, decode] = [createMemory(), createDecoder()];
    const alone = new Map<CustomerRef, (readonly Entry[])[]>();
    for (const batch of batches) {
      const events = decode(batch);
      memory.take(batch, events);
      events.forEach((event, index) => {
        const ref = customerRef(event.organization_id, event.customer_id);
        const { family, partition, from } = batch;
        const at = { family, partition, offset: from + index };
        alone.set(ref, [...(alone.get(ref) ?? []), [{ kind: 'event', at, event }]]);
      });
    }
    expect(memory.customers.size).toBe(SIZE.customers);
    for (const [ref, { document }] of memory.customers) {
      expect(document).not.toBeNull();
      expect(document).toEqual(documentOf(foldBatches(ref, alone.get(ref) ?? [])));
    }
  });

  it('has a floor that reads the same values', () => {
    const floor = createFloor();
    expect(batches.reduce((sum, batch) => sum + floor(batch), 0)).toBe(SIZE.events);
  });
});
