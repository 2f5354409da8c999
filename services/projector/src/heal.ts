import { sleep } from '@portal/async';
import { type PartitionName, partitionName } from '@portal/projection';
import { type ParkedRecord, type Watermark } from '@portal/stores';
import { type PartitionRange } from '@portal/streams';
import { takeIn, type TakenIn } from './heal-records.ts';
import { type Healer, isLeftAlone, settle } from './heal-settle.ts';
import { healStorm, type StormHealer } from './heal-storm.ts';
import { type Owned } from './owned.ts';
import { type At, Interrupted, orInterrupted, recordsAt } from './reading.ts';
import { expectSameLog, OtherLog } from './same-log.ts';
import { causeName } from './storms.ts';
import { StoreWentBack } from './store-check.ts';

export interface HealingOptions extends Omit<Healer, 'leftAlone'> {
  readonly owned: Owned;
  /** The store lost data: going on makes no sense. */
  readonly fatal: (reason: string) => void;
  /** Between two looks at causes that may pass by themselves, milliseconds. */
  readonly everyMs?: number;
}

const EVERY_MS = 30_000;
/** How soon a new assignment is noticed. */
const NOTICE_MS = 1_000;
/** Codes whose cause lies outside this process and may pass while it runs. */
const MAY_PASS: ReadonlySet<string> = new Set(['unknown_schema_id', 'wrong_schema']);
const PAGE = 500;
/** Records taken in before the customers among them are folded anew; one takes some 2 KB while it is looked at. */
const TAKEN_MAX = 20_000;

/**
 * Closes holes whose cause is gone, beside the live follower, in the partitions of this process: all parked entries are
 * looked at once after an assignment, those whose cause may pass by itself every 30 s. Entries are taken off the list
 * behind the records, so a crash leaves work to do again and loses nothing. Runs until `stopping` aborts.
 */
export async function heal(options: HealingOptions): Promise<void> {
  const { everyMs = EVERY_MS, stopping, owned } = options;
  const healing: Healing = {
    ...options,
    looked: new Map(),
    leftAlone: new Map(),
    hasFailed: false,
  };
  let next = 0;
  while (!stopping.aborted) {
    const positions = owned.positions() ?? new Map<PartitionName, number>();
    for (const name of healing.looked.keys()) {
      if (!positions.has(name)) healing.looked.delete(name);
    }
    const isNew = [...positions.keys()].some((name) => !healing.looked.has(name));
    if ((isNew && !healing.hasFailed) || performance.now() >= next) {
      healing.hasFailed = !(await round(healing, positions));
      next = performance.now() + everyMs;
    }
    await sleep(Math.min(NOTICE_MS, everyMs), stopping);
  }
}

interface Healing extends Healer, HealingOptions {
  /** Up to where all entries of a partition were looked at, whatever their cause. */
  readonly looked: Map<PartitionName, number>;
  hasFailed: boolean;
}

/** One look at every partition of ours. False when something went wrong: it is looked at again later. */
async function round(
  healing: Healing,
  positions: ReadonlyMap<PartitionName, number>,
): Promise<boolean> {
  const { applier, logger, stopping } = healing;
  try {
    const others = new Map<PartitionName, string>();
    if ((await applier.store.parkedCount()) > 0 || (await applier.store.storms()).length > 0) {
      // Before the ranges: the live follower moves on meanwhile.
      const before = await applier.store.watermarks();
      const ranges = await orInterrupted(healing.source.partitions(), stopping);
      for (const range of ranges) {
        const name = partitionName(range);
        const position = positions.get(name);
        if (position === undefined) continue;
        const other = await healPartition(healing, range, before.get(name), position);
        if (other !== null) others.set(name, other);
      }
    }
    const marks = await applier.store.watermarks();
    for (const [name, position] of positions) {
      // While it reads the last work again, its entries are not looked at yet: they are soon.
      const isThere = position >= (marks.get(name)?.next ?? 0);
      if (isThere && !others.has(name)) healing.looked.set(name, position);
    }
    const [reason] = others.values();
    if (reason === undefined) return true;
    logger.warn({ reason, partitions: others.size }, 'parked records are looked at again later');
    return false;
  } catch (error) {
    if (error instanceof Interrupted) return false;
    if (error instanceof StoreWentBack) healing.fatal(error.message);
    logger.warn({ reason: String(error) }, 'parked records are looked at again later');
    return false;
  }
}

/** Why nothing is taken in of a partition whose log is another one; the others have no part in that. null: all was. */
async function healPartition(
  healing: Healing,
  range: PartitionRange,
  mark: Watermark | undefined,
  position: number,
): Promise<string | null> {
  const { family, partition } = range;
  const isSame = (): Promise<void> => expectSameLog(healing, range, mark, range);
  try {
    await isSame();
    await healEntries({ ...healing, isSame }, { family, partition }, range.begin, position);
    return null;
  } catch (error) {
    if (error instanceof OtherLog) return error.message;
    throw error;
  }
}

type HealingHere = Healing & Pick<StormHealer, 'isSame'>;

async function healEntries(healing: HealingHere, at: At, begin: number, position: number) {
  const { store } = healing.applier;
  const probes = createProbes(healing, at);
  const looked = healing.looked.get(partitionName(at)) ?? 0;
  const isDue = (code: string, offset: number): boolean => offset >= looked || MAY_PASS.has(code);
  let gone = 0;
  let taken: TakenIn[] = [];
  for (let from = 0; ;) {
    const page = await store.parkedPage(at, from, PAGE);
    const last = page.at(-1);
    if (last === undefined || last.offset >= position) break;
    from = last.offset + 1;
    gone += page.filter(({ offset }) => offset < begin).length;
    const due = page.filter(({ code, offset }) => offset >= begin && isDue(code, offset));
    taken.push(...(await takeInPage(healing, at, due, probes)));
    if (taken.length < TAKEN_MAX) continue;
    await settle(healing, taken);
    taken = [];
  }
  await settle(healing, taken);
  if (gone > 0 && looked === 0) {
    healing.logger.warn(
      { ...at, records: gone },
      'parked records are past retention: they stay parked',
    );
  }
  for (const storm of await store.storms()) {
    const isHere = storm.family === at.family && storm.partition === at.partition;
    if (!isHere || storm.last >= position || !isDue(storm.code, storm.last)) continue;
    if (storm.first < begin) {
      if (looked === 0) healing.logger.warn(storm, 'a storm began before the log begins: it stays');
      continue;
    }
    if (!(await probes({ ...storm, offset: storm.first }))) continue;
    await healStorm(healing, storm);
  }
}

/** Whether records of a cause can be read now: one of each is read, in a round. */
type Probes = (entry: Probed) => Promise<boolean>;
type Probed = Pick<
  ParkedRecord,
  'family' | 'partition' | 'offset' | 'code' | 'field' | 'schema_id'
>;

function createProbes(healing: Healing, at: At): Probes {
  const known = new Map<string, boolean>();
  return async (entry) => {
    // It could be read before: only the fold can tell.
    if (entry.code === 'fold_failed') return true;
    const name = causeName(entry);
    const before = known.get(name);
    if (before !== undefined) return before;
    const [record] = await recordsAt(healing, at, [entry.offset]);
    const isGood = record !== undefined && record.decoded.kind !== 'undecodable';
    known.set(name, isGood);
    return isGood;
  };
}

async function takeInPage(
  healing: HealingHere,
  at: At,
  due: readonly ParkedRecord[],
  probes: Probes,
): Promise<readonly TakenIn[]> {
  const good: number[] = [];
  for (const entry of due) {
    if (!isLeftAlone(healing, entry.ref) && (await probes(entry))) good.push(entry.offset);
  }
  if (good.length === 0) return [];
  const records = await recordsAt(healing, at, good);
  await healing.isSame();
  return takeIn(healing.applier, records);
}
