import {
  type CustomerRef,
  type Entry,
  isOpenIn,
  partitionName,
  readVector,
  type ReadVector,
} from '@portal/projection';
import { type SourceRecord } from '@portal/streams';
import { applyBatch, type Applier } from '../batch/apply-batch.ts';
import { addEntry, concernsOf, holderOf, ownerOf } from '../batch/group.ts';

/** A record that was parked and can be read now, and the customers that it concerns. */
export interface Readable {
  readonly record: SourceRecord;
  /** The customer its value names; null when it turned out to mean nothing. */
  readonly owner: CustomerRef | null;
  /** Whose vector holds the hole: the customer its key names. */
  readonly holder: CustomerRef | null;
}

/** Nothing waits for it once these customers are folded anew: for none, most often. */
export type TakenIn = Readable & { readonly refold: readonly CustomerRef[] };

/**
 * Gives records that were parked to their customers. Each must lie below what was folded of its partition: an event
 * must not move a customer's vector past others that are still to come. What fills a single hole is applied; what lies
 * in a range of holes, or under a customer that is past it already, needs that customer to be folded anew.
 */
export async function takeIn(
  applier: Applier,
  records: readonly SourceRecord[],
): Promise<readonly TakenIn[]> {
  const readable = records.flatMap(readableOf);
  if (readable.length === 0) return [];
  const { store } = applier;
  const strangers = readable.filter(isMisplaced).flatMap(({ owner }) => owner ?? []);
  const before = await vectorsOf(store, strangers);
  await applyBatch(applier, entriesOf(readable), []);
  const after = await vectorsOf(
    store,
    readable.flatMap(({ owner, holder }) => [owner, holder].filter((ref) => ref !== null)),
  );
  // Also of those that a process folded anew and died before it said so.
  await store.markBeyond(
    [...after].flatMap(([ref, vector]) => (vector?.ranges.size === 0 ? [ref] : [])),
    false,
  );
  return readable.flatMap((one): TakenIn[] => {
    const { owner, holder, record } = one;
    const refs = [owner, holder].filter((ref) => ref !== null);
    const open = refs.map((ref) => standing(after.get(ref), record));
    // The fold did not take it this time either: it stays parked.
    if (open.includes('hole')) return [];
    const passed = isMisplaced(one) && owner !== null && isPast(before.get(owner), record);
    const refold = refs.filter(
      (ref, index) => open[index] === 'in_range' || (ref === owner && passed),
    );
    return [{ ...one, refold: [...new Set(refold)] }];
  });
}

const readableOf = (record: SourceRecord): readonly Readable[] =>
  record.decoded.kind === 'undecodable'
    ? []
    : [{ record, owner: ownerOf(record), holder: holderOf(record) }];

const isMisplaced = ({ owner, holder }: Readable): boolean => owner !== null && owner !== holder;

function entriesOf(readable: readonly Readable[]): ReadonlyMap<CustomerRef, readonly Entry[]> {
  const entries = new Map<CustomerRef, Entry[]>();
  for (const [ref, entry] of readable.flatMap(({ record }) => concernsOf(record))) {
    addEntry(entries, ref, entry);
  }
  return entries;
}

/** null: erased, nothing is missing from it any more. */
async function vectorsOf(
  store: Applier['store'],
  refs: readonly CustomerRef[],
): Promise<ReadonlyMap<CustomerRef, ReadVector | null>> {
  const unique = [...new Set(refs)];
  if (unique.length === 0) return new Map();
  const records = await store.load(unique.map((ref) => ({ ref, fields: [] })));
  return new Map(
    records.map(({ ref, vector, erased }) => [ref, erased ? null : readVector(vector)]),
  );
}

function standing(
  vector: ReadVector | null | undefined,
  { family, partition, offset }: SourceRecord,
): 'closed' | 'hole' | 'in_range' {
  const name = partitionName({ family, partition });
  if (!vector || !isOpenIn(vector, name, offset)) return 'closed';
  return vector.ranges.has(name) ? 'in_range' : 'hole';
}

const isPast = (vector: ReadVector | null | undefined, record: SourceRecord): boolean =>
  (vector?.positions.get(partitionName(record)) ?? -1) >= record.offset;
