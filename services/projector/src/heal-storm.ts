import { type Coordinates, type CustomerRef, partitionName } from '@portal/projection';
import { type Storm } from '@portal/stores';
import { takeIn } from './heal-records.ts';
import { type Healer, isRight, refoldAll } from './heal-settle.ts';
import { readBeside } from './reading.ts';
import { placeName } from './refold.ts';
import { causeName } from './storms.ts';

export interface StormHealer extends Healer {
  /** Rejects when the log is not the one that was folded. */
  readonly isSame: () => Promise<void>;
}

/** Reads the range of a storm again. It is over when no record of it has its cause any more. */
export async function healStorm(healer: StormHealer, storm: Storm): Promise<void> {
  const { applier, logger } = healer;
  const { family, partition, first, last, count } = storm;
  const refs = new Set<CustomerRef>();
  /** For another cause. */
  const unreadable = new Set<string>();
  let left = 0;
  await readBeside(healer, storm, first, last + 1, async (batch) => {
    await healer.isSame();
    for (const record of batch.records) {
      if (record.decoded.kind !== 'undecodable') continue;
      if (causeName(record.decoded.error) === causeName(storm)) left += 1;
      else unreadable.add(placeName(record));
    }
    for (const { refold: wanting } of await takeIn(applier, batch.records)) {
      for (const ref of wanting) refs.add(ref);
    }
  });
  const { refolded, parkedAt } = await refoldAll(healer, [...refs]);
  const isOurs = (at: Coordinates): boolean =>
    partitionName(at) === partitionName(storm) && at.offset >= first && at.offset <= last;
  // What could be read a moment ago and not by the fold of the log has to be looked at again.
  const changed = [...parkedAt].some(([name, at]) => isOurs(at) && !unreadable.has(name));
  if (left > 0 || changed || ![...refs].every((ref) => isRight(refolded.get(ref)))) return;
  // What the live follower added meanwhile was not read here: the next round does.
  if (!(await applier.store.removeStorm(storm))) return;
  logger.info(
    { family, partition, first, last, records: count },
    'a storm of parked records is over',
  );
}
