import { type CustomerRef, customerRef, type Entry, parseCustomerRef } from '@portal/projection';
import { type ParkedEntry } from '@portal/stores';
import { type SourceBatch, type SourceRecord } from '@portal/streams';

/** What one batch asks to be done, by customer, and what of it has no customer at all. */
export interface Grouped {
  readonly entries: ReadonlyMap<CustomerRef, readonly Entry[]>;
  /** Why each record that could not be decoded is parked; some belong to no readable customer. */
  readonly parked: readonly ParkedEntry[];
  /** Records that mean nothing for the fold. */
  readonly skipped: readonly {
    readonly why: 'null' | 'unknown_type';
    readonly record: SourceRecord;
  }[];
  /** Newest event time of the batch, epoch microseconds. */
  readonly occurredAt: number | null;
}

/**
 * Splits a batch by customer, in offset order, behind what other batches put into `entries`: the order of partitions does
 * not matter. The customer of an event is read from its value; of a record without a readable value, from its key (and if
 * that fails too, the hole is the partition's).
 */
export function groupByCustomer(
  batch: SourceBatch,
  seenAt: number,
  entries = new Map<CustomerRef, Entry[]>(),
): Grouped {
  const parked: ParkedEntry[] = [];
  const skipped: Grouped['skipped'][number][] = [];
  let occurredAt: number | null = null;
  for (const record of batch.records) {
    const { decoded, family, partition, offset } = record;
    const at = { family, partition, offset };
    switch (decoded.kind) {
      case 'event': {
        const { event } = decoded;
        occurredAt = Math.max(occurredAt ?? event.occurred_at, event.occurred_at);
        const ref = customerRef(event.organization_id, event.customer_id);
        addEntry(entries, ref, { kind: 'event', at, event });
        break;
      }
      case 'undecodable': {
        const ref = holderOf(record);
        if (ref !== null) addEntry(entries, ref, { kind: 'parked', at });
        parked.push({ ...at, key: record.key, ref, ...decoded.error, seenAt });
        break;
      }
      case 'null':
      case 'unknown_type':
        skipped.push({ why: decoded.kind, record });
        break;
      default:
        decoded satisfies never;
    }
  }
  return { entries, parked, skipped, occurredAt };
}

/** The customer a record's value names; null when it is no event that can be read. */
export const ownerOf = ({ decoded }: SourceRecord): CustomerRef | null =>
  decoded.kind === 'event'
    ? customerRef(decoded.event.organization_id, decoded.event.customer_id)
    : null;

/** The customer a record's key names: whose hole it is when its value cannot be read. */
export const holderOf = ({ key }: SourceRecord): CustomerRef | null =>
  key === null ? null : parseCustomerRef(key);

/**
 * Whom a record that is read once more concerns, and as what. The customer its value names gets the event. Another one
 * whom its key names has a hole there if it was parked: `parked` while it cannot be read, `nothing` closes it.
 */
export function concernsOf(record: SourceRecord): readonly (readonly [CustomerRef, Entry])[] {
  const { family, partition, offset, decoded } = record;
  const at = { family, partition, offset };
  const [owner, holder] = [ownerOf(record), holderOf(record)];
  const concerned: (readonly [CustomerRef, Entry])[] = [];
  if (decoded.kind === 'event' && owner !== null) {
    concerned.push([owner, { kind: 'event', at, event: decoded.event }]);
  }
  if (holder !== null && holder !== owner) {
    concerned.push([holder, { kind: decoded.kind === 'undecodable' ? 'parked' : 'nothing', at }]);
  }
  return concerned;
}

/**
 * Whether it belongs into a record that stands at `position`. What means nothing moves no vector, unless the record
 * stands there: it was parked under this key.
 */
export const isDueAt = ({ kind, at }: Entry, position: number): boolean =>
  kind === 'nothing' ? at.offset === position : at.offset <= position;

export function addEntry(entries: Map<CustomerRef, Entry[]>, ref: CustomerRef, entry: Entry): void {
  const list = entries.get(ref);
  if (list === undefined) entries.set(ref, [entry]);
  else list.push(entry);
}
