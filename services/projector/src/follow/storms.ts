import { inTime } from '@portal/async';
import { parseCustomerRef, type PartitionName, partitionName } from '@portal/projection';
import { type ParkedEntry, type StormCause } from '@portal/stores';
import { type SourceBatch, type SourceRecord } from '@portal/streams';

/** A storm: of a partition's last `window` records, more than `parked` for one cause, of `customers` at least. */
export const STORM = { window: 200, parked: 100, customers: 20 };

export interface Sorted {
  /** To be parked one by one. */
  readonly single: readonly ParkedEntry[];
  readonly storms: readonly { readonly cause: StormCause; readonly offsets: readonly number[] }[];
}

export interface StormWatch {
  /** Tells which parked records of a chunk are part of a storm: the records before it in the log say so. */
  sort(chunk: SourceBatch, parked: readonly ParkedEntry[]): Promise<Sorted>;
  /** After an assignment: what is known of the partitions may be old. */
  forget(): void;
}

/** Names what parked records have in common, within a partition. */
export const causeName = ({
  code,
  field,
  schema_id,
}: Pick<ParkedEntry, 'code' | 'field' | 'schema_id'>): string =>
  `${code} ${schema_id ?? ''} ${field ?? ''}`;

/** How long the log has to answer before a window begins empty: the live follower waits meanwhile. */
const REBUILD_MS = 5_000;

/**
 * Whether a record is part of a storm depends on the log alone: after a restart `before` reads the window again, and
 * what is read a second time is sorted as it was.
 */
export function createStormWatch(
  before: (chunk: SourceBatch) => Promise<readonly SourceRecord[]>,
): StormWatch {
  const windows = new Map<PartitionName, Window>();
  const windowFor = async (chunk: SourceBatch): Promise<Window> => {
    const window = emptyWindow();
    const read = await inTime(before(chunk), REBUILD_MS).catch(() => null);
    if (read?.kind === 'done') for (const record of read.value) push(window, record);
    return window;
  };
  return {
    sort: async (chunk, parked) => {
      const name = partitionName(chunk);
      const known = windows.get(name);
      const fits = known !== undefined && known.next === chunk.from;
      // Nothing is kept of a partition in which nothing was parked.
      if (!fits && parked.length === 0) {
        windows.delete(name);
        return { single: [], storms: [] };
      }
      const window = fits ? known : await windowFor(chunk);
      windows.set(name, window);
      const sorted = sortIn(window, chunk, parked);
      window.next = chunk.next;
      return sorted;
    },
    forget: () => {
      windows.clear();
    },
  };
}

interface Window {
  next: number;
  /** Oldest first; null: not parked. */
  readonly records: (Parked | null)[];
  readonly causes: Map<string, Count>;
}

interface Parked {
  readonly cause: string;
  readonly ref: string | null;
}

interface Count {
  parked: number;
  /** Parked records by customer. */
  readonly customers: Map<string, number>;
}

const emptyWindow = (): Window => ({ next: -1, records: [], causes: new Map() });

function sortIn(window: Window, chunk: SourceBatch, parked: readonly ParkedEntry[]): Sorted {
  const byOffset = new Map(parked.map((entry) => [entry.offset, entry]));
  const single: ParkedEntry[] = [];
  const storms = new Map<string, { readonly cause: StormCause; readonly offsets: number[] }>();
  for (const record of chunk.records) {
    const entry = byOffset.get(record.offset);
    if (entry !== undefined && isStorm(window.causes.get(causeName(entry)))) {
      const { family, partition, code, field, schema_id } = entry;
      const id = schema_id === undefined ? {} : { schema_id };
      const storm = storms.get(causeName(entry)) ?? {
        cause: { family, partition, code, field, ...id },
        offsets: [],
      };
      storm.offsets.push(record.offset);
      storms.set(causeName(entry), storm);
    } else if (entry !== undefined) {
      single.push(entry);
    }
    push(window, record);
  }
  return { single, storms: [...storms.values()] };
}

const isStorm = (count: Count | undefined): boolean =>
  count !== undefined && count.parked > STORM.parked && count.customers.size >= STORM.customers;

function push(window: Window, { decoded, key }: SourceRecord): void {
  const parked =
    decoded.kind === 'undecodable'
      ? { cause: causeName(decoded.error), ref: key === null ? null : parseCustomerRef(key) }
      : null;
  window.records.push(parked);
  if (parked !== null) count(window, parked, 1);
  const oldest = window.records.length > STORM.window ? window.records.shift() : null;
  if (oldest) count(window, oldest, -1);
}

function count({ causes }: Window, { cause, ref }: Parked, by: 1 | -1): void {
  const counted = causes.get(cause) ?? { parked: 0, customers: new Map<string, number>() };
  counted.parked += by;
  causes.set(cause, counted);
  if (counted.parked === 0) causes.delete(cause);
  if (ref === null) return;
  const remaining = (counted.customers.get(ref) ?? 0) + by;
  if (remaining === 0) counted.customers.delete(ref);
  else counted.customers.set(ref, remaining);
}
