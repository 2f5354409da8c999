import { type CustomerRef, partitionName } from '@portal/projection';
import { type Storm } from '@portal/stores';
import { type SourceBatch } from '@portal/streams';
import { holderOf } from '../batch/group.ts';
import { takeIn } from './heal-records.ts';
import { addLacking, type Healer, isRight, type MutableLacking, refoldAll } from './heal-settle.ts';
import { readBeside } from './reading.ts';
import { causeName } from '../follow/storms.ts';

export interface StormHealer extends Healer {
  /** Rejects when the log is not the one that was folded. */
  readonly isSame: () => Promise<void>;
}

/**
 * Reads again what the log holds of a storm. When all of that is taken in, or parked one by one, the storm is over.
 * What lies before the begin of the log is lost: it stays a storm, which only a person's decision ends.
 */
export async function healStorm(healer: StormHealer, storm: Storm, begin: number): Promise<void> {
  const { applier, logger, postponed } = healer;
  const { family, partition, first, last, count } = storm;
  const from = Math.max(first, begin);
  const lacking: MutableLacking = new Map();
  /** Undecodable records by the customer whose hole they are. */
  const unreadable = new Map<CustomerRef, number>();
  let open = 0;
  await readBeside(healer, storm, from, last + 1, async (batch) => {
    await healer.isSame();
    open += await openIn(healer, storm, batch, unreadable);
    for (const one of await takeIn(applier, batch.records)) addLacking(lacking, one);
  });
  let unread = 0;
  const refolded = await refoldAll(healer, lacking, (at, why) => {
    const isOurs =
      partitionName(at) === partitionName(storm) && at.offset >= from && at.offset <= last;
    // What the fold does not take is parked one by one.
    if (isOurs && why === 'undecodable') unread += 1;
  });
  const refs = [...lacking.keys()];
  const known = refs.reduce((sum, ref) => sum + (unreadable.get(ref) ?? 0), 0);
  // Could be read a moment ago, but not when the log was folded anew: it is checked again.
  if (unread > known) postponed.checkAgain(storm);
  if (open > 0 || unread > known) return;
  if (!refs.every((ref) => isRight(refolded.get(ref)))) {
    // Postponed with its customers, because reading the whole range takes long.
    postponed.postpone(nameOfStorm(storm));
    postponed.checkAgain(storm);
    return;
  }
  // The live follower added records meanwhile: the next round reads them.
  if (!(await applier.store.removeStorm(storm, from))) return;
  logger.info(
    { family, partition, first: from, last, records: count, lost: first < from },
    'a storm of parked records is over',
  );
}

export const nameOfStorm = (storm: Storm): string => `${partitionName(storm)} ${causeName(storm)}`;

/** How many records of a batch keep the storm open: they still have its cause, or are not parked one by one. */
async function openIn(
  { applier }: Healer,
  storm: Storm,
  { records }: SourceBatch,
  unreadable: Map<CustomerRef, number>,
): Promise<number> {
  let open = 0;
  const others: number[] = [];
  for (const record of records) {
    if (record.decoded.kind !== 'undecodable') continue;
    const ref = holderOf(record);
    if (ref !== null) unreadable.set(ref, (unreadable.get(ref) ?? 0) + 1);
    if (causeName(record.decoded.error) === causeName(storm)) open += 1;
    else others.push(record.offset);
  }
  const listed = await listedAmong(applier.store, storm, others);
  return open + others.filter((offset) => !listed.has(offset)).length;
}

const PAGE = 500;

/** Which of these offsets are parked one by one. They must be in rising order. */
async function listedAmong(
  store: Healer['applier']['store'],
  at: Storm,
  offsets: readonly number[],
): Promise<ReadonlySet<number>> {
  const listed = new Set<number>();
  const last = offsets.at(-1) ?? -1;
  for (let from = offsets[0] ?? 0; from <= last;) {
    const page = await store.parkedPage(at, from, PAGE);
    for (const { offset } of page) listed.add(offset);
    from = (page.at(-1)?.offset ?? last) + 1;
  }
  return listed;
}
