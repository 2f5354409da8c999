import { createHash } from 'node:crypto';
import { type BillingEvent, type Entry } from '@portal/projection';
import fc from 'fast-check';

/**
 * A log: for each partition its entries in offset order. Events of one entity share a partition, as
 * producers keyed by customer guarantee; `spread` puts the other families on several partitions.
 */
export type Log = readonly (readonly Entry[])[];

export function logOf(events: readonly BillingEvent[], spread = 1): Log {
  const partitions = new Map<string, Entry[]>();
  events.forEach((event, index) => {
    const partition = event.family === 'usage' ? 0 : index % spread;
    const name = `${event.family}/${partition}`;
    const entries = partitions.get(name) ?? [];
    // Offsets leave gaps: transaction markers and other customers' events lie between.
    const at = { family: event.family, partition, offset: entries.length * 2 + 1 };
    entries.push({ kind: 'event', at, event });
    partitions.set(name, entries);
  });
  return [...partitions.values()];
}

/** How a log may reach the fold: any order between partitions, any batching, anything redelivered. */
export interface Delivery {
  readonly batches: readonly (readonly Entry[])[];
}

/**
 * Random deliveries of one log. Each step takes some entries of some partition; a step may first go
 * back and deliver some of that partition again, as a restart from an old offset does.
 */
export const arbitraryDelivery = (log: Log): fc.Arbitrary<Delivery> =>
  fc
    .array(
      fc.record({
        partition: fc.nat({ max: Math.max(0, log.length - 1) }),
        take: fc.integer({ min: 1, max: 4 }),
        back: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 5 })),
        flush: fc.boolean(),
      }),
      { maxLength: 30 },
    )
    .map((steps) => {
      const next = log.map(() => 0);
      const batches: Entry[][] = [[]];
      for (const { partition, take, back, flush } of steps) {
        const entries = log[partition] ?? [];
        const at = next[partition] ?? 0;
        batches.at(-1)?.push(...entries.slice(Math.max(0, at - back), at + take));
        next[partition] = Math.min(entries.length, at + take);
        if (flush) batches.push([]);
      }
      log.forEach((entries, index) => batches.push(entries.slice(next[index])));
      return { batches };
    });

/**
 * Of two contents under one usage event id the first that is folded counts, so it matters then which of them was parked,
 * or lies in another partition. Here each content has an id of its own.
 */
export function withOneContent(event: BillingEvent): BillingEvent {
  if (event.family !== 'usage') return event;
  const content = createHash('sha256').update(JSON.stringify(event.usage)).digest('base64url');
  return { ...event, event_id: `${event.event_id}-${content}` };
}
