import { formatLine } from '@portal/contracts';
import { type EventSource } from './port.ts';

/**
 * Everything a source holds now as NDJSON lines, without line breaks: each with its coordinates, time and
 * headers, parked records included, partition after partition in offset order. Such a dump replays to
 * the same state, under any topic prefix: lines say `billing.*` wherever they came from. Reads to the ends as they were at the start.
 */
export async function* exportLines(source: EventSource): AsyncGenerator<string> {
  for (const range of await source.partitions()) {
    for await (const batch of source.read(range, range.begin, range.end)) {
      for (const record of batch.records) yield formatLine(record);
    }
  }
}
