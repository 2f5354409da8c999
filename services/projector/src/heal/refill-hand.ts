import {
  type CustomerRef,
  type Entry,
  type PartitionName,
  readPartitionName,
} from '@portal/projection';
import { concernsOf } from '../batch/group.ts';
import { readBeside } from './reading.ts';
import { type Refolding } from './refold.ts';

/** What is to be read of a partition for a customer: `[from, to)`. */
export interface LogSlice {
  readonly ref: CustomerRef;
  readonly name: PartitionName;
  readonly from: number;
  readonly to: number;
}

/** Records that were read for some customers and wait to be folded. */
export interface Hand {
  /** Reads what was not read yet. */
  read(slices: readonly LogSlice[]): Promise<void>;
  entries(ref: CustomerRef, name: PartitionName): readonly Entry[];
  /** There was no room for it beside the others. */
  isPutOff(ref: CustomerRef): boolean;
  /** There is no room for it, even alone. */
  isTooMany(ref: CustomerRef): boolean;
  letGo(ref: CustomerRef): void;
}

/** Records in hand at once, of all customers; one takes some 2 KB. */
const ENTRIES_MAX = 50_000;

interface Part {
  readonly from: number;
  /** First offset not read. */
  to: number;
  readonly entries: Entry[];
}

export function createHand(refolding: Refolding, entriesMax = ENTRIES_MAX): Hand {
  const held = new Map<CustomerRef, Map<PartitionName, Part>>();
  const [putOff, tooMany] = [new Set<CustomerRef>(), new Set<CustomerRef>()];
  let count = 0;

  const partOf = ({ ref, name, from }: LogSlice): Part => {
    const parts = held.get(ref) ?? new Map<PartitionName, Part>();
    held.set(ref, parts);
    const known = parts.get(name);
    if (known !== undefined && known.from <= from) return known;
    // Single holes became a range, which begins before what was read.
    count -= known?.entries.length ?? 0;
    const part = { from, to: from, entries: [] };
    parts.set(name, part);
    return part;
  };
  const letGo = (ref: CustomerRef): void => {
    for (const { entries } of held.get(ref)?.values() ?? []) count -= entries.length;
    held.delete(ref);
  };
  /** Drops the customers that came last. */
  const makeRoom = (): void => {
    while (count > entriesMax) {
      const last = [...held.keys()].at(-1);
      if (last === undefined) return;
      (held.size === 1 ? tooMany : putOff).add(last);
      letGo(last);
    }
  };
  const isHeld = ({ ref }: LogSlice): boolean => !putOff.has(ref) && !tooMany.has(ref);

  const readPartition = async (name: PartitionName, slices: readonly LogSlice[]): Promise<void> => {
    const parts = new Map(slices.filter(isHeld).map((slice) => [slice.ref, partOf(slice)]));
    const missing = slices.filter(({ ref, to }) => (parts.get(ref)?.to ?? to) < to);
    if (missing.length === 0) return;
    const from = Math.min(...missing.map(({ ref }) => parts.get(ref)?.to ?? Infinity));
    const to = Math.max(...missing.map((slice) => slice.to));
    await readBeside(refolding, readPartitionName(name), from, to, ({ records }) => {
      for (const [ref, entry] of records.flatMap(concernsOf)) {
        const part = parts.get(ref);
        if (part === undefined || entry.at.offset < part.to || !held.has(ref)) continue;
        part.entries.push(entry);
        count += 1;
      }
      makeRoom();
      return Promise.resolve();
    });
    for (const part of parts.values()) part.to = Math.max(part.to, to);
  };

  return {
    read: async (slices) => {
      for (const name of new Set(slices.map((slice) => slice.name))) {
        await readPartition(
          name,
          slices.filter((slice) => slice.name === name),
        );
      }
    },
    entries: (ref, name) => held.get(ref)?.get(name)?.entries ?? [],
    isPutOff: (ref) => putOff.has(ref),
    isTooMany: (ref) => tooMany.has(ref),
    letGo,
  };
}
