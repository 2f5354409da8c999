import { type Decision, type Decoded } from '@portal/contracts';
import { type Coordinates, type Family, type PartitionName, type Place } from '@portal/projection';
import { type HistoryFound } from './notice.ts';

/**
 * One record of the log, decoded. Offsets fit a JS number (2^53) and never mean two records of a partition: a log
 * that was made again has higher ones than the one before (logical.ts).
 */
export interface SourceRecord extends Coordinates {
  readonly key: string | null;
  /** The log's own time of the record, in milliseconds; null when the source has none. */
  readonly timestamp: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly decoded: Decoded;
}

/**
 * A run of one partition, as it was fetched. `next` is the first offset NOT covered: it counts
 * offsets that hold no record (transaction markers), so completeness is proved by ranges, never by +1.
 */
export interface SourceBatch extends Place {
  readonly from: number;
  readonly next: number;
  readonly records: readonly SourceRecord[];
  /**
   * What the record at an offset of this batch is recognised by when it is read again; null when the batch has none
   * there. Absent where a log cannot become another one.
   */
  readonly fingerprintOf?: (offset: number) => string | null;
  /** What was sent, for people who look at a record; null when the batch has none there. Absent where records are no bytes. */
  readonly bytesOf?: (offset: number) => RecordBytes | null;
}

/** null: the record has no key, no value. */
export interface RecordBytes {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

export interface PartitionRange extends Place {
  /** First offset that still exists. Above 0: history was lost or trimmed. */
  readonly begin: number;
  /** Offset the next record will get. */
  readonly end: number;
}

/** What a log holds at one moment. */
export interface LogRanges {
  readonly ranges: readonly PartitionRange[];
  /** Families whose topic is not there: nothing can be said of them, least of all that they are folded to their end. */
  readonly missing: readonly Family[];
}

export interface AssignedPartition extends Place {
  /** The group's committed offset: a hint, never the truth. null when nothing was committed. */
  readonly committed: number | null;
}

/** Where to start a partition. */
export interface Start {
  /** The first offset that was not folded. A log that does not hold it is another one, or lost history. */
  readonly next: number;
  /** Read again from here, or from where the log begins when that is later. Not above `next`. */
  readonly from: number;
  /** The last record folded: the log is read on only while it holds this one there, or has trimmed it away. */
  readonly last?: LastRead;
}

export interface LastRead {
  readonly offset: number;
  /** As `fingerprintOf` gave it. */
  readonly fingerprint: string;
}

/** What a follower does with what it is given. No method may throw or reject: see the port's laws. */
export interface Follower {
  /**
   * Called when partitions were assigned, before any of their batches; those of a topic that is not there are among
   * them. Returns where to start each one; a partition left out starts at its committed offset, else at 0.
   */
  assigned(partitions: readonly AssignedPartition[]): Promise<ReadonlyMap<PartitionName, Start>>;
  /**
   * Called with one batch each of one or more partitions that have the same number; batches of one partition arrive in
   * order, and of one number never at the same time.
   * Resolves `commit` when everything in them is durable (the source then commits each `next`), `retry` when they
   * must be given again (after a pause the source chooses, and then one by one), `stop` when the follower is shutting
   * down. `alive` must be called between chunks of long work; it keeps the ownership of the partitions.
   */
  take(
    batches: readonly SourceBatch[],
    alive: () => Promise<void>,
  ): Promise<'commit' | 'retry' | 'stop'>;
  /** The partitions are no longer ours; caches of them must go. */
  revoked(partitions: readonly PartitionName[]): Promise<void>;
}

/** A partition of ours that waits: not stuck, and nothing of it is skipped. */
export type Held = {
  readonly family: Family;
  readonly partition: number;
  /** For people: what was answered, and by whom. */
  readonly detail: string;
  /** Since when it waits without having moved, epoch milliseconds. */
  readonly since: number;
} & (
  | {
      /**
       * registry_away:   a schema is needed and the registry does not answer, or does not know our own schemas.
       * unreadable:      the next batch is compressed in a way this process cannot read.
       * follower_failed: the follower asked for the batch again, or threw.
       * topic_missing:   its topic is not there, and nothing of it was folded. It is read once it is made.
       */
      readonly why: 'registry_away' | 'unreadable' | 'follower_failed' | 'topic_missing';
    }
  /** The log is not the one that was folded: it waits for a person. */
  | { readonly why: 'history_changed'; readonly found: HistoryFound }
);

export interface Following {
  /** Partitions of ours that wait now, and why; empty when all move or stand at their end. */
  held(): readonly Held[];
  /** Resolves after the running batches ended and their offsets were committed. */
  stop(): Promise<void>;
  /** Resolves with the reason when following ended by itself and cannot go on; never rejects. */
  readonly ended: Promise<{ readonly reason: string }>;
}

/**
 * Where events come from. Laws (the contract suite runs on every implementation):
 *  1. Records of one partition come in offset order, each offset once per read.
 *  2. A record is never dropped: what cannot be decoded comes as `undecodable`, a tombstone as `null`.
 *  3. Trouble of the source itself (broker or registry away) is waited out; it never becomes a record.
 *  4. A log that is not the one that was folded is never read on in silence: `Held` says so until a person decided.
 *  5. `read` ends at `to`; `follow` goes on until stopped and sees every record produced later.
 *  6. A topic that is not there keeps no other one waiting: `partitions` names it, `follow` holds its partitions and
 *     reads them once it is there, and `read` of it rejects.
 */
export interface EventSource {
  /**
   * Every partition of the families that are there, with its begin and end offsets, fetched now, and which families are
   * not there. A source that is away is waited for, `patienceMs` at most when that is given: then it rejects with an
   * error that is `retriable`.
   */
  partitions(patienceMs?: number): Promise<LogRanges>;
  /**
   * When the oldest record that each of these partitions still holds came, by the log's own time in epoch milliseconds;
   * null: it holds none, or the log has no times. One that is not there is left out. Asked once: rejects with an error that
   * is `retriable` while the source is away.
   */
  oldest(of: readonly Place[]): Promise<ReadonlyMap<PartitionName, number | null>>;
  /** Reads `[from, to)` of one partition, outside any group. */
  read(at: Place, from: number, to: number): AsyncIterable<SourceBatch>;
  follow(follower: Follower): Promise<Following>;
  /**
   * What people decided so far: the first call reads all of it and waits for that, later ones are a few seconds
   * behind at most. Empty where nobody can decide.
   */
  decisions(): Promise<readonly Decision[]>;
  close(): Promise<void>;
}
