import { defaultPartition, type DecodeError, type LogRecord } from '@portal/contracts';
import { FAMILIES, type PartitionName, partitionName } from '@portal/projection';
import { type PartitionRange, type SourceBatch, type SourceRecord } from '../port.ts';

type Partition = Pick<PartitionRange, 'family' | 'partition'>;

/** What is wrong with a record's coordinates, and whether the log has the record all the same. */
export type Misplaced = Pick<DecodeError, 'field' | 'reason'> & { readonly isLeftOut: boolean };

/** The five topics in memory: what the lines put into them, in offset order. */
export interface MemoryLog {
  /** Puts a record at its coordinates, or at the end of its partition. Answers what is wrong with them. */
  append(record: LogRecord): Misplaced | null;
  /** From now on records only come at the ends: what lies before may have been given already. */
  seal(): void;
  ranges(): readonly PartitionRange[];
  /** Up to `max` records of `[from, to)`; null when there is nothing from `from` on. */
  batch(at: Partition, from: number, to: number, max: number): SourceBatch | null;
  end(at: Partition): number;
}

export function createMemoryLog(partitions: number): MemoryLog {
  const records = new Map<PartitionName, SourceRecord[]>();
  let sealed = false;
  const of = (at: Partition): SourceRecord[] => {
    const found = records.get(partitionName(at)) ?? [];
    records.set(partitionName(at), found);
    return found;
  };
  const end = (at: Partition): number => (of(at).at(-1)?.offset ?? -1) + 1;

  return {
    append: (record) => {
      const placed = place(record, partitions, end);
      const existing = of(placed.record);
      const index = firstFrom(existing, placed.record.offset);
      if (index < existing.length) {
        const reason = refusal(placed.record, existing[index], sealed);
        if (reason !== null) return { field: 'offset', reason, isLeftOut: true };
      }
      existing.splice(index, 0, placed.record);
      return placed.problem;
    },
    seal: () => {
      sealed = true;
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
      const existing = of(at);
      const index = firstFrom(existing, from);
      if (index === existing.length) return null;
      const found = existing.slice(index, index + max).filter(({ offset }) => offset < to);
      // No record below `to`, but one behind it: the gap is known to be empty.
      const next = found.length === 0 ? to : (found.at(-1)?.offset ?? 0) + 1;
      return { family: at.family, partition: at.partition, from, next, records: found };
    },
    end,
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
    const problem = {
      field: 'partition',
      isLeftOut: false,
      reason: `${record.partition} is not below the number of partitions, ${partitions}`,
    };
    const { field, reason } = problem;
    const error = { code: 'contract_invalid' as const, field, reason };
    const at = { family, partition: byKey, offset: end({ family, partition: byKey }) };
    const parked = { kind: 'undecodable' as const, error };
    return { record: { ...at, key, timestamp, headers, decoded: parked }, problem };
  }
  const partition = record.partition ?? byKey;
  const offset = record.offset ?? end({ family, partition });
  const { decoded } = record;
  return {
    record: { family, partition, offset, key, timestamp, headers, decoded },
    problem: null,
  };
}

function refusal(
  record: SourceRecord,
  existing: SourceRecord | undefined,
  sealed: boolean,
): string | null {
  const at = `${partitionName(record)}@${record.offset}`;
  if (existing?.offset === record.offset) return `${at} was given before; this one is left out`;
  return sealed ? `${at} comes after later ones were given; it is left out` : null;
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
