import { type Coordinates, type CustomerRef } from '@portal/projection';
import { type Logger, type QuietLog } from '@portal/runtime';
import { type Applier } from './apply-batch.ts';
import { type TakenIn } from './heal-records.ts';
import { type Reading } from './reading.ts';
import { placeName, refold, type Refolded } from './refold.ts';

export interface Healer extends Reading {
  readonly applier: Applier;
  readonly logger: Logger;
  /** For what may be so of many customers, and round after round. */
  readonly trouble: QuietLog;
  /** Customers that could not be folded anew, and until when they are left alone; oldest first. */
  readonly leftAlone: Map<CustomerRef, number>;
}

/** Customers folded anew in one pass; all their records are in memory then, some 100 KB each. */
const REFOLD_MAX = 500;
/** How long a customer that could not be folded anew is left alone: each try reads its whole log. */
const LEFT_ALONE_MS = 600_000;
const LEFT_ALONE_MAX = 10_000;

/** Folds anew who has to be, and takes off the list what nothing waits for any more. */
export async function settle(healing: Healer, taken: readonly TakenIn[]): Promise<void> {
  const { applier, logger } = healing;
  const wanting = taken.filter(({ refold: refs }) => refs.length > 0);
  const { refolded, parkedAt } = await refoldAll(
    healing,
    wanting.flatMap((each) => each.refold),
  );
  const closed = taken.filter(
    ({ refold: refs, record }) =>
      refs.every((ref) => isRight(refolded.get(ref))) && !parkedAt.has(placeName(record)),
  );
  if (closed.length === 0) return;
  await applier.store.unpark(closed.map(({ record }) => record));
  logger.info({ records: closed.length }, 'parked records were taken in: their cause is gone');
}

export const isRight = (result: Refolded | undefined): boolean =>
  result === 'replaced' || result === 'erased';

export async function refoldAll(healing: Healer, refs: readonly CustomerRef[]) {
  const { applier, logger, trouble, source, stopping } = healing;
  const { store, settings, now, heads, witness } = applier;
  const refolded = new Map<CustomerRef, Refolded>();
  const parkedAt = new Map<string, Coordinates>();
  const unique = [...new Set(refs)].filter((ref) => !isLeftAlone(healing, ref));
  const failed = new Map<
    Refolded,
    { readonly customers: number; readonly customer: CustomerRef }
  >();
  for (let index = 0; index < unique.length; index += REFOLD_MAX) {
    const done = await refold(
      {
        ...{ source, stopping, store, settings, now },
        replaced: (ref, vector) => {
          heads.drop(ref);
          witness.saw(ref, vector);
        },
      },
      unique.slice(index, index + REFOLD_MAX),
    );
    for (const [name, place] of done.parkedAt) parkedAt.set(name, place);
    for (const [ref, result] of done.results) {
      refolded.set(ref, result);
      if (isRight(result)) continue;
      leaveAlone(healing, ref);
      const { customers = 0, customer = ref } = failed.get(result) ?? {};
      failed.set(result, { customers: customers + 1, customer });
    }
  }
  // One line a result: a storm meets thousands.
  for (const [result, told] of failed) {
    const what = 'customers could not be folded anew from their log';
    trouble.warn(`refold: ${result}`, { result, ...told }, what);
  }
  const customers = [...refolded.values()].filter(isRight).length;
  if (customers > 0) logger.info({ customers }, 'customers were folded anew from their log');
  return { refolded, parkedAt };
}

export function isLeftAlone(healing: Healer, ref: CustomerRef | null): boolean {
  const until = ref === null ? undefined : healing.leftAlone.get(ref);
  return until !== undefined && until > healing.applier.now();
}

function leaveAlone({ leftAlone, applier }: Healer, ref: CustomerRef): void {
  leftAlone.delete(ref);
  leftAlone.set(ref, applier.now() + LEFT_ALONE_MS);
  const [oldest] = leftAlone.keys();
  if (leftAlone.size > LEFT_ALONE_MAX && oldest !== undefined) leftAlone.delete(oldest);
}
