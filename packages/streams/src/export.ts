import { formatLine } from '@portal/contracts';
import { type EventSource } from './port.ts';
import { answeredWithin } from './wait.ts';

/**
 * Everything a source holds now as NDJSON lines, without line breaks: each with its coordinates, time and
 * headers, parked records included, partition after partition in offset order. Such a dump replays to
 * the same state, under any topic prefix: lines say `billing.*` wherever they came from.
 * Reads to the ends as they were at the start. Rejects when no batch came for `timeoutMs`: `who` did not answer then.
 */
export async function* exportLines(
  source: EventSource,
  { timeoutMs = 30_000, who = 'the source' }: { timeoutMs?: number; who?: string } = {},
): AsyncGenerator<string> {
  for (const range of await answeredWithin(source.partitions(), timeoutMs, who)) {
    const batches = source.read(range, range.begin, range.end)[Symbol.asyncIterator]();
    for (;;) {
      const next = await answeredWithin(batches.next(), timeoutMs, who);
      if (next.done === true) break;
      for (const record of next.value.records) yield formatLine(record);
    }
  }
}
