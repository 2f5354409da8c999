import { sleep } from '@portal/async';
import { type PartitionName, partitionName } from '@portal/projection';
import { createQuietLog } from '@portal/runtime';
import { type ParkedRecord, type Storm } from '@portal/stores';
import { takeIn, type TakenIn } from './heal-records.ts';
import { createProbes, type Probes } from './heal-probes.ts';
import { type Healer, isLeftAlone, settle } from './heal-settle.ts';
import { healStorm } from './heal-storm.ts';
import { type Owned } from './owned.ts';
import { type At, Interrupted, orInterrupted, recordsAt } from './reading.ts';
import { StoreWentBack } from './store-check.ts';

export interface HealingOptions extends Omit<Healer, 'leftAlone' | 'trouble'> {
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
    trouble: createQuietLog(options.logger),
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
  const { applier, trouble, stopping } = healing;
  try {
    const [parked, storms] = await Promise.all([
      applier.store.parkedCount(),
      applier.store.storms(),
    ]);
    if (parked > 0 || storms.length > 0) {
      const ranges = await orInterrupted(healing.source.partitions(), stopping);
      for (const { family, partition, begin } of ranges) {
        const position = positions.get(partitionName({ family, partition }));
        if (position === undefined) continue;
        const own = storms.filter((one) => one.family === family && one.partition === partition);
        await healPartition(healing, { family, partition, begin, position, storms: own });
      }
    }
    const marks = await applier.store.watermarks();
    for (const [name, position] of positions) {
      // While it reads the last work again, its entries are not looked at yet: they are soon.
      if (position >= (marks.get(name)?.next ?? 0)) healing.looked.set(name, position);
    }
    return true;
  } catch (error) {
    if (error instanceof Interrupted) return false;
    if (error instanceof StoreWentBack) healing.fatal(error.message);
    const what = 'parked records are looked at again later';
    trouble.warn('later', { reason: String(error) }, what);
    return false;
  }
}

/** As it was at the start of the round. */
interface OwnPartition extends At {
  /** First offset of the log. */
  readonly begin: number;
  /** First offset not folded. */
  readonly position: number;
  readonly storms: readonly Storm[];
}

async function healPartition(
  healing: Healing,
  { family, partition, begin, position, storms }: OwnPartition,
): Promise<void> {
  const { store } = healing.applier;
  const at: At = { family, partition };
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
  for (const storm of storms) {
    if (storm.last >= position || !isDue(storm.code, storm.last)) continue;
    if (storm.first < begin || !(await probes({ ...storm, offset: storm.first }))) continue;
    await healStorm(healing, storm);
  }
}

async function takeInPage(
  healing: Healing,
  at: At,
  due: readonly ParkedRecord[],
  probes: Probes,
): Promise<readonly TakenIn[]> {
  const good: number[] = [];
  for (const entry of due) {
    if (!isLeftAlone(healing, entry.ref) && (await probes(entry))) good.push(entry.offset);
  }
  if (good.length === 0) return [];
  return takeIn(healing.applier, await recordsAt(healing, at, good));
}
