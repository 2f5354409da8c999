import { faultOf } from './fault.ts';
import { createFileReader, type FileReader } from './file-reader.ts';
import { type InputFile, type SkippedFiles, listFiles, throwFault } from './files.ts';
import {
  createIntake,
  type FileRecord,
  type Intake,
  type ReadOptions,
  reportSkipped,
  type Tally,
} from './intake.ts';
import { type Misplaced } from './memory-log.ts';
import { problemOf } from './problem.ts';

export interface TailOptions extends ReadOptions {
  readonly paths: readonly string[];
  /** Whether files may still be written: a last line without its break may then be half a line. */
  readonly growing: boolean;
  readonly tally: Tally;
  /** Answers what is wrong with the record's place in the log. */
  readonly onRecord: (record: FileRecord) => Misplaced | null;
}

export interface Tail {
  /** Reads what is there now. Throws for a path that does not exist. */
  load(): Promise<void>;
  /** Reads what was added since the last time. Never throws: what is wrong is reported once. */
  poll(): Promise<void>;
}

interface Watched {
  path: string;
  reader: FileReader;
  readonly intake: Intake;
}

/** Reads files and folders and remembers how far, so that lines added and files added come next time. */
export function createTail(options: TailOptions): Tail {
  const { growing, tally } = options;
  const watched = new Map<string, Watched>();
  /** Which file stands at a path. */
  const identities = new Map<string, string>();
  const { isNews, report, reportNewlySkipped } = createNews(options);

  async function readOn({ path, reader, intake }: Watched): Promise<void> {
    for await (const piece of reader.read(path, !growing)) {
      // A file that cannot be read now is tried again at each check.
      if (piece.kind === 'fault' && !isNews(`${path}: ${piece.reason}`)) continue;
      const found = intake.take(piece);
      const misplaced = found === null ? null : options.onRecord(found);
      if (found === null || misplaced === null) continue;
      intake.misplaced(found.place, misplaced, misplaced.isSkipped);
    }
    intake.flush();
  }

  async function visit(file: InputFile): Promise<void> {
    const { path, identity, size } = file;
    const known = watched.get(identity);
    if (known === undefined) {
      if (identities.has(path)) {
        report(path, `was replaced; its new content is read from the start (${identity})`);
      }
      tally.files += 1;
      const intake = createIntake(path, tally, options);
      const state = { path, reader: createFileReader(), intake };
      watched.set(identity, state);
      identities.set(path, identity);
      await readOn(state);
      return;
    }
    if (identities.get(known.path) === identity) identities.delete(known.path);
    identities.set(path, identity);
    known.path = path;
    await visitAgain(known, size);
  }

  async function visitAgain(known: Watched, size: number): Promise<void> {
    const { path, reader } = known;
    if (size === reader.position()) {
      if (reader.isCutOff()) report(path, 'the archive is cut off; what is added to it is read');
      return;
    }
    const why = await whyAnew(path, reader, size);
    if (why !== null) {
      report(path, `${why}; it is read from the start`);
      known.reader = createFileReader();
    }
    await readOn(known);
  }

  return {
    load: async () => {
      const listing = await listFiles(options.paths);
      throwFault(listing);
      reportNewlySkipped(listing.skipped);
      for (const file of listing.files) await visit(file);
    },
    poll: async () => {
      const { files, faults, skipped } = await listFiles(options.paths);
      reportNewlySkipped(skipped);
      for (const { path, reason } of faults) report(path, reason);
      for (const file of files) {
        try {
          await visit(file);
        } catch (error) {
          report(file.path, faultOf(error));
        }
      }
    },
  };
}

/** Why a file must be read from its start though its beginning was read; null when it has only grown. */
async function whyAnew(path: string, reader: FileReader, size: number): Promise<string | null> {
  const position = reader.position();
  if (size < position) return `was cut from ${position} bytes`;
  return (await reader.isSame(path)) ? null : 'was written anew';
}

/** What every check finds again is reported once. */
function createNews(options: ReadOptions) {
  const said = new Set<string>();
  const isNews = (text: string): boolean => {
    if (said.has(text)) return false;
    said.add(text);
    return true;
  };
  return {
    isNews,
    report: (file: string, reason: string): void => {
      if (isNews(`${file}: ${reason}`)) options.onMalformed(problemOf(file, reason));
    },
    reportNewlySkipped: (skipped: readonly SkippedFiles[]): void => {
      reportSkipped(
        skipped.filter(({ folder, why }) => isNews(`${folder}: ${why}`)),
        options,
      );
    },
  };
}
