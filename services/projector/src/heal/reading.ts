import { orAborted, sleep } from '@portal/async';
import { type Place } from '@portal/projection';
import { type EventSource, offsetText, type SourceBatch, type SourceRecord } from '@portal/streams';

/** What work beside the live follower reads with, and how it gives way. */
export interface Reading {
  readonly source: Pick<EventSource, 'partitions' | 'read'>;
  /** Reading ends at once when it aborts. */
  readonly stopping: AbortSignal;
}

/** The process stops, or is no longer the one to do it: what was begun is left, and nothing is lost by that. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** A pause after a piece of work lasts as long as the work did: half of the time belongs to the live follower. */
const PAUSE_MAX_MS = 1_000;

/**
 * Reads `[from, to)` and gives each batch to `take`, pausing in between. Rejects with Interrupted when `stopping`
 * aborts, also while the source waits for a broker or a registry; and when the log begins above `from` by now: a source
 * may go on where it begins, and what is made of that must not pass for the whole.
 */
export async function readBeside(
  { source, stopping }: Reading,
  at: Place,
  from: number,
  to: number,
  take: (batch: SourceBatch) => Promise<void>,
): Promise<void> {
  const batches = source.read(at, from, to)[Symbol.asyncIterator]();
  for (let isFirst = true; ; isFirst = false) {
    const startedAt = performance.now();
    const next = await orInterrupted(batches.next(), stopping);
    if (next.done === true) return;
    if (isFirst && next.value.from > from) throw new Error(trimmedText(at, from, next.value.from));
    await take(next.value);
    await sleep(Math.min(PAUSE_MAX_MS, performance.now() - startedAt), stopping);
  }
}

const trimmedText = ({ family, partition }: Place, from: number, begin: number): string =>
  `the log of ${family}/${partition} was trimmed while it was read: from ${offsetText(from)}, it begins at ${offsetText(begin)}`;

/** Offsets apart by more than this are read one by one, not with all that lies between. */
const GAP_MAX = 500;

/** The records at these offsets, which rise; one that is not in the log (any more) is missing from the answer. */
export async function recordsAt(
  reading: Reading,
  at: Place,
  offsets: readonly number[],
): Promise<readonly SourceRecord[]> {
  const wanted = new Set(offsets);
  const found: SourceRecord[] = [];
  let from = 0;
  for (const [index, offset] of offsets.entries()) {
    if (index === 0 || offset - (offsets[index - 1] ?? 0) > GAP_MAX) from = offset;
    const next = offsets[index + 1];
    if (next !== undefined && next - offset <= GAP_MAX) continue;
    await readBeside(reading, at, from, offset + 1, (batch) => {
      found.push(...batch.records.filter((record) => wanted.has(record.offset)));
      return Promise.resolve();
    });
  }
  return found;
}

/** Rejects with Interrupted once the signal aborts; `work` goes on, for nobody. */
export async function orInterrupted<Value>(
  work: Promise<Value>,
  stopping: AbortSignal,
): Promise<Value> {
  const ended = await orAborted(work, stopping);
  if (ended.kind === 'aborted') throw new Interrupted('the process stops');
  return ended.value;
}
