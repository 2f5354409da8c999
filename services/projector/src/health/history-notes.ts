import { type PartitionName, partitionName } from '@portal/projection';
import { type DocumentStore, type StoreDirectory } from '@portal/stores';
import { type Following, type HistoryFound } from '@portal/streams';
import { type Owned } from '../follow/owned.ts';

export interface HistoryNotesParts {
  readonly following: Pick<Following, 'held'>;
  readonly owned: Pick<Owned, 'positions'>;
  readonly store: Pick<DocumentStore, 'noteHistory'>;
  readonly now: () => number;
}

/** Why one partition waits for a person: JSON in the store. Times are epoch milliseconds. */
interface HistoryNote {
  readonly found: HistoryFound;
  readonly detail: string;
  readonly since: number;
  /** When it was last seen to be so. */
  readonly seen: number;
}

/** A partition of one generation that waits for a person. */
export interface WaitingPartition extends HistoryNote {
  readonly generation: string;
  readonly partition: PartitionName;
}

/** All that is noted in a store, as `createHistoryNotes` writes it. Rejects as the directory does. */
export async function waitingPartitions(
  directory: Pick<StoreDirectory, 'historyNotes'>,
): Promise<readonly WaitingPartition[]> {
  const notes = await directory.historyNotes();
  return notes.map(({ generation, partition, note }) => ({
    ...{ generation, partition },
    ...(JSON.parse(note) as HistoryNote),
  }));
}

/** A note is written again this often, so that one nobody renews shows its age. */
const RENEW_MS = 60_000;

/**
 * Keeps the store's notes of this process's own partitions as they are now. A process may have written some before
 * it ended, so each partition's note is taken away once after it was taken over. A store that is away is asked the
 * next time.
 */
export function createHistoryNotes(parts: HistoryNotesParts): () => Promise<void> {
  const { following, owned, store, now } = parts;
  /** When it was last written; null: it was taken away. Of own partitions. */
  let noted = new Map<PartitionName, { readonly detail: string; readonly at: number } | null>();
  return async () => {
    const changed = new Map(
      following
        .held()
        .flatMap((each) =>
          each.why === 'history_changed' ? [[partitionName(each), each] as const] : [],
        ),
    );
    const own = [...(owned.positions()?.keys() ?? [])];
    const next = new Map<PartitionName, { readonly detail: string; readonly at: number } | null>();
    const writes = new Map<PartitionName, string | null>();
    for (const name of own) {
      const before = noted.get(name);
      const held = changed.get(name);
      if (held === undefined) {
        next.set(name, null);
        if (before !== null) writes.set(name, null);
        continue;
      }
      const { found, detail, since } = held;
      const isFresh = before?.detail === detail && now() - before.at < RENEW_MS;
      next.set(name, isFresh ? before : { detail, at: now() });
      const note: HistoryNote = { found, detail, since, seen: now() };
      if (!isFresh) writes.set(name, JSON.stringify(note));
    }
    try {
      if (writes.size > 0) await store.noteHistory(writes);
      noted = next;
    } catch {
      // They are written the next time: nothing of them is remembered as written.
    }
  };
}
