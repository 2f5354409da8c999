import { type Coordinates } from '@portal/projection';
import {
  answeredWithin,
  type EventSource,
  type LogRanges,
  offsetText,
  type RecordBytes,
  type SourceRecord,
} from '@portal/streams';
import { SOURCE } from '../ask-source.ts';
import { placeFault } from '../place.ts';

/** What the log holds at a place. */
export type FoundRecord =
  | { readonly kind: 'found'; readonly record: SourceRecord; readonly bytes: RecordBytes }
  /** There is no such partition. */
  | { readonly kind: 'no_place'; readonly problem: string }
  /** The partition is there, and the record is not (any more). */
  | { readonly kind: 'gone'; readonly why: string };

/** Reads one record again. Rejects when nobody answers for `timeoutMs`. */
export async function readRecord(
  source: Pick<EventSource, 'partitions' | 'read'>,
  at: Coordinates,
  { prefix, timeoutMs }: { readonly prefix: string; readonly timeoutMs: number },
): Promise<FoundRecord> {
  const log = await answeredWithin(source.partitions(), timeoutMs, SOURCE);
  const problem = placeFault(at, log, prefix);
  if (problem !== null) return { kind: 'no_place', problem };
  const why = outside(at, log);
  if (why !== null) return { kind: 'gone', why };
  const batches = source.read(at, at.offset, at.offset + 1)[Symbol.asyncIterator]();
  for (;;) {
    const next = await answeredWithin(batches.next(), timeoutMs, SOURCE);
    if (next.done === true) return { kind: 'gone', why: NO_RECORD };
    const record = next.value.records.find(({ offset }) => offset === at.offset);
    const bytes = next.value.bytesOf?.(at.offset) ?? null;
    if (record !== undefined && bytes !== null) return { kind: 'found', record, bytes };
  }
}

const NO_RECORD =
  'the log has no record at that offset: a transaction ended there, or was given up';

/** Why the log cannot hold the record; null: it can. */
function outside({ family, partition, offset }: Coordinates, { ranges }: LogRanges): string | null {
  const range = ranges.find((one) => one.family === family && one.partition === partition);
  if (range === undefined) return null;
  if (offset < range.begin) {
    return `it is gone: the log begins at ${offsetText(range.begin)} by now, it was trimmed or made again`;
  }
  return offset < range.end
    ? null
    : `it is not there: the log ends before ${offsetText(range.end)}`;
}
