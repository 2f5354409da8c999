import { defaultPartition, type DecodeError, type LogRecord } from '@portal/contracts';
import { FAMILIES, type PartitionName, partitionName } from '@portal/projection';
import { type PartitionRange, type SourceBatch, type SourceRecord } from '../port.ts';

type Partition = Pick<PartitionRange, 'family' | 'partition'>;

/** What is wrong with a record's coordinates, and whether the log has the record all the same. */
export type Misplaced = Pick<DecodeError, 'field' | 'reason'> & { readonly isSkipped: boolean };

/** The five topics in memory: what the lines put into them, in offset order. */
export interface MemoryLog {
  /** Puts a record at its coordinates, or at the end of its partition. Returns what is wrong with them. */
  append(record: LogRecord): Misplaced | null;
  /** From now on records only come at the ends: what lies before may have been given already. */
  seal(): void;
  ranges(): readonly PartitionRange[];
  /** Once sealed: up to `max` records of `[from, to)`; null when there is nothing from `from` on. */
  batch(at: Partition, from: number, to: number, max: number): SourceBatch | null;
}

interface Held {
  /** In offset order once the log is sealed. */
  readonly records: SourceRecord[];
  /** Offset the next record gets. */
  end: number;
  /** Until the log is sealed. */
  readonly offsets: Set<number>;
}

export function createMemoryLog(partitions: number): MemoryLog {
  const held = new Map<PartitionName, Held>();
  let sealed = false;
  const of = (at: Partition): Held => {
    const name = partitionName(at);
    const found = held.get(name) ?? { records: [], end: 0, offsets: new Set<number>() };
    held.set(name, found);
    return found;
  };
  const end = (at: Partition): number => of(at).end;

  return {
    append: (record) => {
      const placed = place(record, partitions, end);
      const partition = of(placed.record);
      const reason = refusal(placed.record, partition, sealed);
      if (reason !== null) return { field: 'offset', reason, isSkipped: true };
      const { offset } = placed.record;
      partition.records.push(placed.record);
      partition.end = Math.max(partition.end, offset + 1);
      if (!sealed) partition.offsets.add(offset);
      return placed.problem;
    },
    seal: () => {
      sealed = true;
      for (const { records, offsets } of held.values()) {
        // Once at the end: putting each in its place would move all behind it, each time.
        records.sort((a, b) => a.offset - b.offset);
        offsets.clear();
      }
    },
    ranges: () =>
      FAMILIES.flatMap((family) =>
        Array.from({ length: partitions }, (_, partition) => ({
          family,
          partition,
          begin: 0,
          end: end({ family, partition }),
        })),
      ),
    batch: (at, from, to, max) => {
      const { records } = of(at);
      const index = firstFrom(records, from);
      if (index === records.length) return null;
      const found = records.slice(index, index + max).filter(({ offset }) => offset < to);
      // No record below `to`, but one behind it: the gap is known to be empty.
      const next = found.length === 0 ? to : (found.at(-1)?.offset ?? 0) + 1;
      return { family: at.family, partition: at.partition, from, next, records: found };
    },
  };
}

interface Placed {
  readonly record: SourceRecord;
  readonly problem: Misplaced | null;
}

/** Fills in the coordinates a line leaves open. A partition that does not exist makes the record a parked one. */
function place(record: LogRecord, partitions: number, end: (at: Partition) => number): Placed {
  const { family, key, timestamp, headers } = record;
  const byKey = key === null ? 0 : defaultPartition(key, partitions);
  if (record.partition !== null && record.partition >= partitions) {
    const reason = `${record.partition} is not below the number of partitions, ${partitions}`;
    const error: DecodeError = { code: 'contract_invalid', field: 'partition', reason };
    const at = { family, partition: byKey, offset: end({ family, partition: byKey }) };
    return {
      record: { ...at, key, timestamp, headers, decoded: { kind: 'undecodable', error } },
      problem: { field: error.field, reason, isSkipped: false },
    };
  }
  const partition = record.partition ?? byKey;
  const offset = record.offset ?? end({ family, partition });
  const { decoded } = record;
  return {
    record: { family, partition, offset, key, timestamp, headers, decoded },
    problem: null,
  };
}

function refusal(record: SourceRecord, partition: Held, sealed: boolean): string | null {
  const { offset } = record;
  const at = `${partitionName(record)}@${offset}`;
  const { records, offsets } = partition;
  const isTaken = sealed
    ? records[firstFrom(records, offset)]?.offset === offset
    : offsets.has(offset);
  if (isTaken) return `${at} was given before; this one is left out`;
  const isLate = sealed && offset < partition.end;
  return isLate ? `${at} comes after later ones were given; it is left out` : null;
}

/** Index of the first record at `offset` or behind it. */
function firstFrom(records: readonly SourceRecord[], offset: number): number {
  let low = 0;
  let high = records.length;
  if ((records.at(-1)?.offset ?? -1) < offset) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((records[middle]?.offset ?? Infinity) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
