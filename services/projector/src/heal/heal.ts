import { sleep } from '@portal/async';
import { type PartitionName, partitionName, type Place } from '@portal/projection';
import { createQuietLog } from '@portal/runtime';
import { type ParkedRecord, type Storm, StoreRefused, type Checkpoint } from '@portal/stores';
import { type PartitionRange } from '@portal/streams';
import { createMissingRecords } from './missing-records.ts';
import { takeIn, type TakenIn } from './heal-records.ts';
import { createProbes, type Probes } from './heal-probes.ts';
import { type Healer, settle } from './heal-settle.ts';
import { healStorm, nameOfStorm, type StormHealer } from './heal-storm.ts';
import { createPostponed } from './postponed.ts';
import { type Owned } from '../follow/owned.ts';
import { Interrupted, orInterrupted, recordsAt } from './reading.ts';
import { expectSameLog, OtherLog } from './same-log.ts';
import { isRetriable } from '../store/retriable.ts';
import { StoreWentBack } from '../store/store-check.ts';

export interface HealingOptions extends Omit<Healer, 'postponed' | 'trouble'> {
  readonly owned: Owned;
  /** Called when the store lost data: the process must end. */
  readonly fatal: (reason: string) => void;
  /** Pause between two checks of causes that may pass by themselves, milliseconds. */
  readonly everyMs?: number;
}

const EVERY_MS = 30_000;
/** How soon a new assignment is noticed. */
const NOTICE_MS = 1_000;
/** Codes whose cause lies outside this process and may pass while it runs. */
const MAY_PASS: ReadonlySet<string> = new Set(['unknown_schema_id', 'wrong_schema']);
const PAGE = 500;
/** Records taken in before the customers among them are folded anew; one takes some 2 KB meanwhile. */
const TAKEN_MAX = 20_000;

/**
 * Closes holes whose cause is gone, beside the live follower, in the partitions of this process. All parked entries are
 * checked once after an assignment, and again ten minutes after one that can be read could not be healed. Those whose
 * cause may pass by itself are checked every 30 s. Entries are unparked after the records are written, so a crash means
 * work done twice and loses nothing. Runs until `stopping` aborts.
 */
export async function heal(options: HealingOptions): Promise<void> {
  const { everyMs = EVERY_MS, stopping, owned } = options;
  const healing: Healing = {
    ...options,
    trouble: createQuietLog(options.logger),
    checkedTo: new Map(),
    postponed: createPostponed(options.applier.now),
    hasFailed: false,
  };
  let next = 0;
  while (!stopping.aborted) {
    const positions = owned.positions() ?? new Map<PartitionName, number>();
    for (const name of healing.checkedTo.keys()) {
      if (!positions.has(name)) healing.checkedTo.delete(name);
    }
    for (const name of healing.postponed.takeDue()) healing.checkedTo.delete(name);
    const isNew = [...positions.keys()].some((name) => !healing.checkedTo.has(name));
    if ((isNew && !healing.hasFailed) || performance.now() >= next) {
      healing.hasFailed = !(await round(healing, positions));
      next = performance.now() + everyMs;
    }
    await sleep(Math.min(NOTICE_MS, everyMs), stopping);
  }
}

interface Healing extends Healer, HealingOptions {
  /** Up to which offset all entries of a partition were checked, whatever their cause. */
  readonly checkedTo: Map<PartitionName, number>;
  hasFailed: boolean;
}

/** Checks every partition of ours once. False when something went wrong: the round is repeated later. */
async function round(
  healing: Healing,
  positions: ReadonlyMap<PartitionName, number>,
): Promise<boolean> {
  const { applier, trouble, stopping } = healing;
  try {
    const others = new Map<PartitionName, string>();
    const [parked, storms] = await Promise.all([
      applier.store.parkedCount(),
      applier.store.storms(),
    ]);
    if (parked > 0 || storms.length > 0) {
      // Before the ranges: the live follower moves on meanwhile.
      const before = await applier.store.checkpoints();
      const { ranges } = await orInterrupted(healing.source.partitions(), stopping);
      for (const range of ranges) {
        const name = partitionName(range);
        const position = positions.get(name);
        if (position === undefined) continue;
        const { family, partition } = range;
        const own = storms.filter((one) => one.family === family && one.partition === partition);
        const other = await healPartition(healing, {
          ...{ range, position, storms: own },
          checkpoint: before.get(name),
        });
        if (other !== null) others.set(name, other);
      }
      const there = new Set(ranges.map(partitionName));
      for (const name of positions.keys()) {
        if (!there.has(name)) others.set(name, `${name} is not there: nothing of it can be read`);
      }
    }
    const checkpoints = await applier.store.checkpoints();
    for (const [name, position] of positions) {
      // While a partition reads its last work again, its entries are not checked yet.
      const isThere = position >= (checkpoints.get(name)?.next ?? 0);
      if (isThere && !others.has(name)) healing.checkedTo.set(name, position);
    }
    const [reason] = others.values();
    if (reason === undefined) return true;
    trouble.warn('later', { reason, partitions: others.size }, LATER);
    return false;
  } catch (error) {
    if (error instanceof Interrupted) return false;
    if (error instanceof StoreWentBack) healing.fatal(error.message);
    trouble.warn('later', { reason: String(error) }, LATER);
    return false;
  }
}

const LATER = 'parked records are looked at again later';

/** As it was at the start of the round. */
interface OwnPartition {
  readonly range: PartitionRange;
  readonly checkpoint: Checkpoint | undefined;
  /** First offset not folded. */
  readonly position: number;
  readonly storms: readonly Storm[];
}

/**
 * Why a partition is tried again later: its log is another one, or cannot be read. That does not concern the others.
 * null when all was taken in. Rejects when store or source are away: that concerns all.
 */
async function healPartition(healing: Healing, own: OwnPartition): Promise<string | null> {
  const { range, checkpoint } = own;
  const isSame = (): Promise<void> => expectSameLog(healing, range, checkpoint);
  try {
    await isSame();
    await healEntries({ ...healing, isSame }, own);
    return null;
  } catch (error) {
    if (error instanceof OtherLog) return error.message;
    if (ofAll.some((kind) => error instanceof kind) || isRetriable(error)) throw error;
    return String(error);
  }
}

const ofAll = [Interrupted, StoreWentBack, StoreRefused];

type HealingHere = Healing & Pick<StormHealer, 'isSame'>;

async function healEntries(
  healing: HealingHere,
  { range: { family, partition, begin }, position, storms }: OwnPartition,
): Promise<void> {
  const { store } = healing.applier;
  const at: Place = { family, partition };
  const probes = createProbes(healing, at);
  const checkedTo = healing.checkedTo.get(partitionName(at)) ?? 0;
  const isDue = (code: string, offset: number): boolean =>
    offset >= checkedTo || MAY_PASS.has(code);
  const missing = createMissingRecords(healing, at, begin);
  let taken: TakenIn[] = [];
  for (let from = 0; ;) {
    const page = await store.parkedPage(at, from, PAGE);
    const last = page.at(-1);
    if (last === undefined || last.offset >= position) break;
    from = last.offset + 1;
    await missing.add(page);
    const due = page.filter(({ code, offset }) => offset >= begin && isDue(code, offset));
    taken.push(...(await takeInPage(healing, at, due, probes)));
    if (taken.length < TAKEN_MAX) continue;
    await settle(healing, at, taken);
    taken = [];
  }
  await settle(healing, at, taken);
  missing.tell();
  for (const storm of storms) {
    if (storm.last >= position || !isDue(storm.code, storm.last)) continue;
    // Nothing of it is in the log any more: readiness says so until a person accepts it.
    if (storm.last < begin) continue;
    if (healing.postponed.has(nameOfStorm(storm))) {
      healing.postponed.checkAgain(at, nameOfStorm(storm));
      continue;
    }
    if (!(await probes({ ...storm, offset: storm.last }))) continue;
    await healStorm(healing, storm, begin);
  }
}

async function takeInPage(
  healing: HealingHere,
  at: Place,
  due: readonly ParkedRecord[],
  probes: Probes,
): Promise<readonly TakenIn[]> {
  const good: number[] = [];
  for (const entry of due) {
    if (healing.postponed.has(entry.ref)) healing.postponed.checkAgain(at, entry.ref);
    else if (await probes(entry)) good.push(entry.offset);
  }
  if (good.length === 0) return [];
  const records = await recordsAt(healing, at, good);
  await healing.isSame();
  return takeIn(healing.applier, records);
}
