import {
  type DecodeError,
  type LogRecord,
  readJson,
  readRecord,
  withTopic,
} from '@portal/contracts';
import { type Counted, createCounted } from './counted.ts';
import { type FilePiece } from './decode.ts';
import { type SkippedFiles } from './files.ts';
import { furtherKinds, noChangeOf } from './no-change.ts';
import { type InputProblem, placeText, problemAt, problemOf } from './problem.ts';
import { type Place } from './split.ts';

export interface ReadOptions {
  /**
   * Hears of lines with something wrong, at most 20 of a file and then their number, and of files that cannot be
   * read. Lines with a readable topic have a record all the same, an `undecodable` one; the others have none.
   */
  readonly onMalformed: (problem: InputProblem) => void;
  /** Called once for each kind of records that change nothing, and of files in folders that are skipped. */
  readonly onSkipped: (problem: InputProblem) => void;
  /** Topic names in the files may carry it; `billing` when absent. */
  readonly topicPrefix?: string;
}

/** What came of the input so far. A line is one event, however it is printed. */
export interface Tally {
  /** Lines that are not blank. */
  read: number;
  /** Lines that became no record: no JSON, no topic, coordinates that were given before. */
  skipped: number;
  /** Lines with something wrong, those among them that became no record and those that are parked. */
  malformed: number;
  files: number;
  /** Files and folders of which something could not be read. */
  faults: number;
}

export const emptyTally = (): Tally => ({ read: 0, skipped: 0, malformed: 0, files: 0, faults: 0 });

/** A record and where it stands. */
export interface FileRecord {
  readonly file: string;
  readonly place: Place;
  readonly record: LogRecord;
}

/** Makes one file's values records, counts them, and says what is wrong: quietly, but never nothing. */
export interface Intake {
  /** null: it became no record, and that was counted and said. */
  take(piece: FilePiece): FileRecord | null;
  /** A record that was taken has no place in the log after all, or another than it asked for. */
  misplaced(place: Place, problem: Problem, isSkipped: boolean): void;
  /** Says what is counted so far: at the file's end, and again when more was read. */
  flush(): void;
}

type Problem = Pick<DecodeError, 'field' | 'reason'>;

/** More lines of one file nobody reads; more kinds are no kinds. */
const SAID_MAX = 20;

export function createIntake(file: string, tally: Tally, options: ReadOptions): Intake {
  let lines = 0;
  let said = 0;
  const more = createCounted((count) => {
    options.onMalformed(problemOf(file, `${count} more lines with something wrong`));
  });
  const kinds = createKinds(file, options);

  const complain = (place: Place, problem: Problem): void => {
    said += 1;
    if (said <= SAID_MAX) options.onMalformed(problemAt(file, place, problem));
    else more.add();
  };
  const malformed = (place: Place, problem: Problem): void => {
    tally.malformed += 1;
    complain(place, problem);
  };
  const skip = (place: Place, problem: Problem): null => {
    tally.skipped += 1;
    malformed(place, problem);
    return null;
  };
  const parse = (place: Place, text: string): FileRecord | null => {
    const json = readJson(text);
    if (json.kind === 'malformed') return skip(place, { field: null, reason: json.reason });
    const parsed = readRecord(withTopic(json.value), options.topicPrefix);
    if (parsed.kind === 'malformed') return skip(place, parsed.error);
    const { record } = parsed;
    if (record.decoded.kind === 'undecodable') malformed(place, record.decoded.error);
    kinds.count(place, record);
    return { file, place, record };
  };

  return {
    take: (piece) => {
      if (piece.kind === 'fault') {
        tally.faults += 1;
        const after = lines === 0 ? '' : `after ${lines === 1 ? '1 line' : `${lines} lines`}: `;
        options.onMalformed(problemOf(file, `${after}${piece.reason}`));
        return null;
      }
      if (piece.kind === 'remark') {
        complain(piece.place, { field: null, reason: piece.reason });
        return null;
      }
      lines += 1;
      tally.read += 1;
      return piece.kind === 'value'
        ? parse(piece.place, piece.text)
        : skip(piece.place, { field: null, reason: piece.reason });
    },
    misplaced: (place, problem, isSkipped) => {
      if (isSkipped) tally.skipped += 1;
      malformed(place, problem);
    },
    flush: () => {
      more.say();
      kinds.say();
    },
  };
}

/** Counts the records of one file that change nothing, each kind by itself. */
function createKinds(file: string, options: ReadOptions) {
  const kinds = new Map<string, Counted>();
  return {
    count: (place: Place, record: LogRecord): void => {
      const found = noChangeOf(record, options.topicPrefix);
      if (found === null) return;
      const isOneTooMany = !kinds.has(found.kind) && kinds.size >= SAID_MAX;
      const { kind, text } = isOneTooMany ? furtherKinds : found;
      const counted =
        kinds.get(kind) ??
        createCounted((count) => {
          options.onSkipped(problemOf(file, text(count, placeText(place))));
        });
      kinds.set(kind, counted);
      counted.add();
    },
    say: (): void => {
      for (const kind of kinds.values()) kind.say();
    },
  };
}

/** Says which files of folders are not read, once for each reason. */
export function reportSkipped(skipped: readonly SkippedFiles[], options: ReadOptions): void {
  for (const { folder, why, count, example } of skipped) {
    const files = count === 1 ? '1 file' : `${count} files`;
    const reason = `${files} left out: ${why}; the first is ${example}; one that is named itself is read`;
    options.onSkipped(problemOf(folder, reason));
  }
}
