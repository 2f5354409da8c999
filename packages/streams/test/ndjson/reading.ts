import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatLine, type LogRecord } from '@portal/contracts';
import { afterEach, beforeEach } from '@jest/globals';
import { emptyTally, readRecords } from '../../src/index.ts';
import { recordOf, usageOf } from '../recorder.ts';

/** A line of the NDJSON form, without its line break. */
export const lineOf = (id: string, place: Partial<LogRecord> = {}): string =>
  formatLine(recordOf(usageOf(1, id), place));

/** An empty folder for each test, and a way to read what the test puts there. */
export function inFolder() {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reading-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const file = (name: string): string => join(folder, name);

  return {
    file,
    folder: () => folder,
    /** The ids of the events that were read, what was said, and the count. */
    read: async (...names: string[]) => {
      const malformed: string[] = [];
      const skipped: string[] = [];
      const tally = emptyTally();
      const short = (text: string): string =>
        text.replaceAll(`${folder}/`, '').replace(folder, '.');
      const options = {
        onMalformed: ({ text }: { text: string }) => malformed.push(short(text)),
        onSkipped: ({ text }: { text: string }) => skipped.push(short(text)),
      };
      const ids: string[] = [];
      const kinds: string[] = [];
      const paths = names.length === 0 ? [folder] : names.map(file);
      for await (const { record } of readRecords(paths, options, tally)) {
        kinds.push(record.decoded.kind);
        if (record.decoded.kind === 'event') ids.push(record.decoded.event.event_id);
      }
      return { ids, kinds, malformed, skipped, tally };
    },
  };
}
