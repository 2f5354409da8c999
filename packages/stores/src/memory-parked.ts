/* eslint-disable @typescript-eslint/require-await -- the port waits, memory never has to */
import { type CustomerRef } from '@portal/projection';
import { sortableName, stormName } from './keys.ts';
import { type DocumentStore, type ParkedRecord, type Storm, type StormCause } from './port.ts';

/** What a generation keeps of records that could not be applied. */
export interface ParkedPart {
  /** By place. */
  readonly parked: Map<string, ParkedRecord>;
  /** By name. */
  readonly storms: Map<string, Storm>;
  readonly beyond: Set<CustomerRef>;
}

type OfParked =
  | 'park'
  | 'unpark'
  | 'parked'
  | 'parkedPage'
  | 'parkedCount'
  | 'addToStorm'
  | 'storms'
  | 'removeStorm'
  | 'markBeyond'
  | 'beyondCount'
  | 'beyond';

/** The part of the store that is about parked records. */
export function parkedIn(own: ParkedPart): Pick<DocumentStore, OfParked> {
  return {
    async park(entries) {
      return entries.map(({ seenAt, ...entry }) => {
        const before = own.parked.get(sortableName(entry));
        own.parked.set(sortableName(entry), {
          ...entry,
          firstSeen: Math.min(seenAt, before?.firstSeen ?? seenAt),
          lastSeen: Math.max(seenAt, before?.lastSeen ?? seenAt),
        });
        return before === undefined;
      });
    },
    async unpark(at) {
      for (const each of at) own.parked.delete(sortableName(each));
    },
    async parked(limit, after) {
      const place = after === undefined ? '' : sortableName(after);
      const inOrder = [...own.parked]
        .filter(([name]) => name > place)
        .sort(([a], [b]) => (a < b ? -1 : 1));
      return inOrder.slice(0, Math.max(0, limit)).map(([, entry]) => entry);
    },
    async parkedPage({ family, partition }, from, limit) {
      const inOrder = [...own.parked.values()]
        .filter((entry) => entry.family === family && entry.partition === partition)
        .filter(({ offset }) => offset >= from)
        .sort((a, b) => a.offset - b.offset);
      return inOrder.slice(0, limit);
    },
    parkedCount: async (family) =>
      [...own.parked.values()].filter((entry) => entry.family === (family ?? entry.family)).length,
    addToStorm: async (cause, offsets, seenAt) => addToStorm(own.storms, cause, offsets, seenAt),
    async storms() {
      const inOrder = [...own.storms].sort(([a], [b]) => (a < b ? -1 : 1));
      return inOrder.map(([, storm]) => storm);
    },
    async removeStorm(storm, from = 0) {
      const name = stormName(storm);
      const stored = own.storms.get(name);
      if (stored === undefined) return true;
      if (stored.last !== storm.last) return false;
      if (stored.first < from) own.storms.set(name, { ...stored, last: from - 1 });
      else own.storms.delete(name);
      return true;
    },
    async markBeyond(refs, isBeyond) {
      for (const ref of refs) own.beyond[isBeyond ? 'add' : 'delete'](ref);
    },
    beyondCount: async () => own.beyond.size,
    beyond: async (limit) => [...own.beyond].sort().slice(0, limit),
  };
}

function addToStorm(
  storms: Map<string, Storm>,
  cause: StormCause,
  offsets: readonly number[],
  seenAt: number,
): boolean {
  const [begin] = offsets;
  if (begin === undefined) return false;
  const before = storms.get(stormName(cause));
  const further = offsets.filter((offset) => offset > (before?.last ?? -1));
  storms.set(stormName(cause), {
    ...cause,
    first: before?.first ?? begin,
    last: further.at(-1) ?? before?.last ?? begin,
    count: (before?.count ?? 0) + further.length,
    firstSeen: before?.firstSeen ?? seenAt,
    lastSeen: seenAt,
  });
  return before === undefined;
}
