import { formatLine } from '@portal/contracts';
import { type Family } from '@portal/projection';
import { topicsMissingText } from './missing.ts';
import { brokerOffset } from './logical.ts';
import { type EventSource, type PartitionRange } from './port.ts';
import { answeredWithin } from './wait.ts';

export interface ExportOptions {
  readonly timeoutMs?: number;
  /** As an error names the source. */
  readonly who?: string;
  /** Called before the first line when topics are not there: what they held is not in the dump. Throws when absent. */
  readonly onMissing?: (missing: readonly Family[]) => void;
  /** Called before the first line with the partitions whose begin the source does not hold any more. */
  readonly onCut?: (cut: readonly PartitionRange[]) => void;
}

/**
 * Everything a source holds now as NDJSON lines, without line breaks: each with its coordinates, time and
 * headers, parked records included, partition after partition in offset order. Such a dump replays to
 * the same state, unless the source was trimmed, under any topic prefix: lines say `billing.*` wherever they came from.
 * Reads to the ends as they were at the start. Rejects when no batch came for `timeoutMs`: `who` did not answer then.
 */
export async function* exportLines(
  source: EventSource,
  { timeoutMs = 30_000, who = 'the source', onMissing = refuse, onCut }: ExportOptions = {},
): AsyncGenerator<string> {
  const { ranges, missing } = await answeredWithin(source.partitions(), timeoutMs, who);
  if (missing.length > 0) onMissing(missing);
  const cut = ranges.filter(({ begin }) => brokerOffset(begin) > 0);
  if (cut.length > 0) onCut?.(cut);
  for (const range of ranges) {
    const batches = source.read(range, range.begin, range.end)[Symbol.asyncIterator]();
    for (;;) {
      const next = await answeredWithin(batches.next(), timeoutMs, who);
      if (next.done === true) break;
      for (const record of next.value.records) yield formatLine(record);
    }
  }
}

function refuse(missing: readonly Family[]): never {
  throw new Error(topicsMissingText(missing));
}
