import { createFileReader } from './file-reader.ts';
import { listFiles, throwFault } from './files.ts';
import {
  createIntake,
  emptyTally,
  type FileRecord,
  type ReadOptions,
  reportSkipped,
  type Tally,
} from './intake.ts';

/**
 * Every record of files and folders, once, in the order of the lines; `tally` is counted up on the way. Throws for
 * a path that does not exist. What cannot be read of a file is counted and said.
 */
export async function* readRecords(
  paths: readonly string[],
  options: ReadOptions,
  tally: Tally = emptyTally(),
): AsyncGenerator<FileRecord> {
  const listing = await listFiles(paths);
  throwFault(listing);
  reportSkipped(listing.skipped, options);
  for (const { path } of listing.files) {
    tally.files += 1;
    const intake = createIntake(path, tally, options);
    for await (const piece of createFileReader().read(path, true)) {
      const record = intake.take(piece);
      if (record !== null) yield record;
    }
    intake.flush();
  }
}
