import { partitionName, type Place } from '@portal/projection';
import { type Checkpoint } from '@portal/stores';
import { type PartitionRange } from '@portal/streams';
import { readBeside, type Reading } from './reading.ts';

/** What was read may come from a log that nobody accepted: none of it may be applied. */
export class OtherLog extends Error {
  override readonly name = 'OtherLog';
}

/**
 * Rejects with OtherLog when the partition's log is not the one that was folded. Call it after a read and before
 * what it gave is applied: a log that was made again does not become the old one, so all that was read before is of
 * the folded log, too. What is trimmed away cannot be compared. `checkpoint` is no newer than `range`.
 */
export async function expectSameLog(
  reading: Reading,
  range: PartitionRange,
  checkpoint: Checkpoint | undefined,
): Promise<void> {
  if (checkpoint === undefined) return;
  const { next, last } = checkpoint;
  const isShorter = range.end < next;
  if (!isShorter && (last === undefined || last.offset < range.begin)) return;
  if (!isShorter && last !== undefined && (await holds(reading, range, last))) return;
  throw new OtherLog(
    `the log of ${partitionName(range)} is not the one that was folded: nothing of it is taken in before a person decided`,
  );
}

async function holds(
  reading: Reading,
  at: Place,
  { offset, fingerprint }: NonNullable<Checkpoint['last']>,
): Promise<boolean> {
  let isSame = false;
  await readBeside(reading, at, offset, offset + 1, ({ fingerprintOf }) => {
    // Absent where a log cannot become another one.
    isSame = fingerprintOf === undefined || fingerprintOf(offset) === fingerprint;
    return Promise.resolve();
  });
  return isSame;
}

/** As `expectSameLog`, of several partitions: those whose log is another one, or gone. */
export async function otherLogs(
  reading: Reading,
  names: ReadonlySet<string>,
  checkpoints: ReadonlyMap<string, Checkpoint>,
  ranges: readonly PartitionRange[],
): Promise<ReadonlySet<string>> {
  const others = new Set<string>();
  for (const name of names) {
    const range = ranges.find((one) => partitionName(one) === name);
    try {
      if (range === undefined) throw new OtherLog(`${name} is not there`);
      await expectSameLog(reading, range, checkpoints.get(name));
    } catch (error) {
      if (!(error instanceof OtherLog)) throw error;
      others.add(name);
    }
  }
  return others;
}
