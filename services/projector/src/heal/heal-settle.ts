import { type Decision } from '@portal/contracts';
import {
  type Coordinates,
  type CustomerRef,
  type PartitionName,
  partitionName,
  type Place,
} from '@portal/projection';
import { type Logger, type QuietLog } from '@portal/runtime';
import { type Applier } from '../batch/apply-batch.ts';
import { type TakenIn } from './heal-records.ts';
import { type Postponed } from './postponed.ts';
import { type Reading } from './reading.ts';
import { type Lacking, refill } from './refill.ts';
import { refold, type Refolded, type Refolding } from './refold.ts';

export interface Healer extends Reading {
  readonly applier: Applier;
  readonly logger: Logger;
  /** For what may hold for many customers, and in every round. */
  readonly trouble: QuietLog;
  /** What people have decided so far. */
  readonly decisions: () => Promise<readonly Decision[]>;
  readonly postponed: Postponed;
}

/** Customers folded anew in one pass; all their records are in memory then, some 100 KB each. */
const REFOLD_MAX = 500;

/** Folds anew the customers that need it, and unparks the records of a partition that nothing waits for any more. */
export async function settle(healing: Healer, at: Place, taken: readonly TakenIn[]): Promise<void> {
  const { applier, logger } = healing;
  const lacking: MutableLacking = new Map();
  for (const one of taken) addLacking(lacking, one);
  /** Of the records taken in, those that could not be read or folded this time. */
  const unread = new Set<string>();
  const places = new Set(taken.map(({ record }) => placeName(record)));
  const refolded = await refoldAll(healing, lacking, (place) => {
    if (places.has(placeName(place))) unread.add(placeName(place));
  });
  const closed = taken.filter(
    ({ refold: refs, record }) =>
      refs.every((ref) => isRight(refolded.get(ref))) && !unread.has(placeName(record)),
  );
  if (closed.length < taken.length) healing.postponed.checkAgain(at);
  if (closed.length === 0) return;
  await applier.store.unpark(closed.map(({ record }) => record));
  logger.info({ records: closed.length }, 'parked records were taken in: their cause is gone');
}

export const isRight = (result: Refolded | undefined): boolean =>
  result === 'replaced' || result === 'incomplete' || result === 'erased';

const placeName = (at: Coordinates): string => `${partitionName(at)}@${at.offset}`;

export type MutableLacking = Map<CustomerRef, Map<PartitionName, number>>;

export function addLacking(lacking: MutableLacking, { refold: refs, record }: TakenIn): void {
  for (const ref of refs) {
    const own = lacking.get(ref) ?? new Map<PartitionName, number>();
    lacking.set(ref, own);
    const name = partitionName(record);
    own.set(name, Math.min(own.get(name) ?? record.offset, record.offset));
  }
}

/** The result for each customer; those that are postponed are not in it. */
export async function refoldAll(
  healing: Healer,
  lacking: Lacking,
  unread: Refolding['unread'],
): Promise<ReadonlyMap<CustomerRef, Refolded>> {
  const { applier, source, stopping } = healing;
  const { store, settings, now, states, witness } = applier;
  const refolding: Refolding = {
    ...{ source, stopping, store, settings, now, unread },
    replaced: (ref, vector) => {
      states.drop(ref);
      witness.saw(ref, vector);
    },
  };
  const refolded = new Map<CustomerRef, Refolded>();
  const refs = [...lacking.keys()].filter((ref) => !healing.postponed.has(ref));
  for (let index = 0; index < refs.length; index += REFOLD_MAX) {
    const some = refs.slice(index, index + REFOLD_MAX);
    for (const [ref, result] of await refold(refolding, some)) refolded.set(ref, result);
    const trimmed = some.filter((ref) => refolded.get(ref) === 'trimmed');
    const theirs = new Map(trimmed.map((ref) => [ref, lacking.get(ref) ?? new Map()]));
    for (const [ref, result] of await refill(refolding, theirs)) refolded.set(ref, result);
  }
  tellOf(healing, refolded);
  return refolded;
}

/** One line for each kind of result: a storm concerns thousands of customers. */
function tellOf(healing: Healer, refolded: ReadonlyMap<CustomerRef, Refolded>): void {
  const { logger, trouble, postponed } = healing;
  const counts = new Map<Refolded, { customers: number; readonly customer: CustomerRef }>();
  for (const [customer, result] of refolded) {
    if (!isRight(result)) postponed.postpone(customer);
    const count = counts.get(result) ?? { customers: 0, customer };
    count.customers += 1;
    counts.set(result, count);
  }
  for (const [result, told] of counts) {
    if (result === 'incomplete') trouble.warn('refold: incomplete', told, INCOMPLETE);
    else if (!isRight(result)) trouble.warn(`refold: ${result}`, { result, ...told }, FAILED);
  }
  const customers = [...refolded.values()].filter(isRight).length;
  if (customers > 0) logger.info({ customers }, 'customers were folded anew from their log');
}

const FAILED = 'customers could not be folded anew from their log';
const INCOMPLETE = 'parked records of customers are lost: the log does not hold them any more';
