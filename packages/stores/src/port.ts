import { type ParkedCode } from '@portal/contracts';
import {
  type AssumedIds,
  type Coordinates,
  type CustomerRef,
  type Family,
  type PartitionName,
  type PartName,
  type Parts,
  type StoredRecord,
} from '@portal/projection';

/** Whose record is loaded, and what of it besides vector and parts. */
export interface LoadRequest {
  readonly ref: CustomerRef;
  /** Side fields to bring along with vector and parts; names that do not exist are simply absent. */
  readonly fields: readonly string[];
}

/**
 * A customer's record: the position vector it was folded from, its parts (texts by the names that projection gives
 * them) and side fields (texts by name). Side fields whose name begins with `d:` hold bytes: texts of the chars 0…255.
 * The store reads no text itself, but for shards of event ids of which a change assumes something. All parts that are
 * stored are there, none when there is no record; `vector` is '' then.
 */
export interface LoadedRecord extends StoredRecord {
  readonly ref: CustomerRef;
  readonly fields: ReadonlyMap<string, string>;
  /** True once the customer was erased: final, nothing applies any more. */
  readonly erased: boolean;
}

/** All-or-nothing change of one customer, valid only on top of `expected`. */
export interface RecordChange extends StoredRecord {
  readonly ref: CustomerRef;
  /** The vector this change was folded from; '' when there was no record. */
  readonly expected: string;
  /** Only those to be written: the others stay as they are. */
  readonly parts: Parts;
  /** What readers get; null while the customer is not known yet (no document is kept then). */
  readonly document: string | null;
  readonly set: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
  /** The record is written anew: parts that are not in `parts` go, and side fields that are not in `set`. */
  readonly replace?: true;
  /**
   * Event ids that the fold took for absent without having loaded their shards: the store checks that, and adds the rows to what
   * lies there. ASSUMED_ROWS_MAX at most, not with `replace`, and of no shard whose field is in `set` or `remove`.
   */
  readonly assumed?: AssumedIds;
}

/**
 * applied:  parts, fields, document, assumed rows and vector were written together.
 * conflict: the stored vector is not `expected`; nothing was written. Reload and fold again.
 * known:    the vector is the expected one, but a row of an assumed id's hash is there (or twice among the rows), or its
 *           shard would hold more than SHARD_ROWS_MAX rows or is none; nothing was written. Fold again with the shards loaded.
 * erased:   the customer is erased; nothing was written and nothing ever will be.
 */
export type ApplyResult = 'applied' | 'conflict' | 'known' | 'erased';

/** How far one partition was folded. `next` is the first offset not yet folded. */
export interface Checkpoint {
  readonly next: number;
  /** Highest event time folded in this partition, epoch microseconds; null before the first event. */
  readonly occurredAt: number | null;
  /** Absent in what `advance` is given: those that are stored stay. */
  readonly replay?: ReplayWindow;
  /** Absent in what `advance` is given: that which is stored stays. */
  readonly last?: LastFolded;
  /**
   * Usage of an instant before may be missing, as the log did not hold all of it when it was read: epoch microseconds. Of
   * what is stored and what `advance` is given the later one stays. Absent: nothing is missing, or nobody checked yet.
   */
  readonly trimmed?: number;
}

/** The last record folded of a partition, to recognise the log by. The store only keeps it. */
export interface LastFolded {
  readonly offset: number;
  /** Of key, value and log time: letters and digits. */
  readonly fingerprint: string;
}

/** Where a partition is read again from, in case a failover lost the last writes. The store only keeps it. */
export interface ReplayWindow {
  readonly from: number;
  /** Becomes `from` when the window moves next. */
  readonly nextFrom: number;
  /** When the window last moved, epoch milliseconds. */
  readonly since: number;
}

/** How current the documents of one partition are. */
export interface Freshness {
  /** Everything that had arrived by then is folded, epoch milliseconds; null when that is not known. */
  readonly asOf: number | null;
  /** Whether no record waited at `seenAt`. */
  readonly isAtEnd: boolean;
  /** When this was checked, epoch milliseconds. */
  readonly seenAt: number;
}

/** A record of the log that could not be applied. Its bytes stay in the topic. */
export interface ParkedEntry extends Coordinates {
  /** The message key as it was; null when there was none. */
  readonly key: string | null;
  /** The customer whose vector holds the hole; null when the customer could not be read. */
  readonly ref: CustomerRef | null;
  readonly code: ParkedCode;
  readonly field: string | null;
  readonly reason: string;
  /** The schema that the value names, where it names one. */
  readonly schema_id?: number;
  /** Wall clock of the process that saw it, epoch milliseconds. */
  readonly seenAt: number;
}

/** As kept: first and last time it was seen. Parking the same coordinates again updates `lastSeen`. */
export type ParkedRecord = Omit<ParkedEntry, 'seenAt'> & {
  readonly firstSeen: number;
  readonly lastSeen: number;
};

/** What a storm of parked records of one partition has in common. */
export type StormCause = Pick<ParkedEntry, 'family' | 'partition' | 'code' | 'field' | 'schema_id'>;

/** Parked records that are kept as one entry: how many, and the offsets of the first and the last. */
export type Storm = StormCause & {
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
};

/**
 * One generation of the read model. Laws (the contract suite runs on every implementation):
 *  1. `apply` compares and writes atomically per customer; results come in the order of the changes.
 *  2. Applying the same change twice writes once: the second time is a `conflict`.
 *  3. A lost connection rejects; a rejected `apply` may or may not have been written, and applying again is safe.
 *  4. `document` never returns another customer's document.
 *  5. Checkpoints never go back by `advance`; the replay window and the last record stay with the highest `next` they came
 *     with, `trimmed` is the latest.
 *  6. Freshness never goes back by `refresh`: the later `asOf` stays, and what was seen last is what is told.
 *  7. `apply` rejects with a TypeError, and has written nothing of the batch, when a field of bytes or an assumed row holds
 *     anything else, or when a change and what it assumes exclude each other.
 *  8. A part that is in no change stays as it was written last, until a change with `replace` or an erasure.
 *  9. Parking the same entries, or adding the same records to a storm, twice changes nothing but when they were seen.
 */
export interface DocumentStore {
  readonly generation: string;
  load(requests: readonly LoadRequest[]): Promise<readonly LoadedRecord[]>;
  apply(changes: readonly RecordChange[]): Promise<readonly ApplyResult[]>;
  /** Removes record, document, parked entries and what `markBeyond` set, and leaves the tombstone. */
  erase(refs: readonly CustomerRef[]): Promise<void>;
  checkpoints(): Promise<ReadonlyMap<PartitionName, Checkpoint>>;
  /**
   * Names of the servers that hold the data now, all of them: rejects while one is away. One that was restarted, or a replica that took over, has
   * another name: what was written last may be lost then.
   */
  servers(): Promise<ReadonlySet<string>>;
  advance(checkpoints: ReadonlyMap<PartitionName, Checkpoint>): Promise<void>;
  /** Tells readers how current these partitions are; resolves with what is stored of them now. */
  refresh(
    told: ReadonlyMap<PartitionName, Freshness>,
  ): Promise<ReadonlyMap<PartitionName, Freshness>>;
  /** Answers of each entry whether it is new. */
  park(entries: readonly ParkedEntry[]): Promise<readonly boolean[]>;
  unpark(at: readonly Pick<ParkedEntry, 'family' | 'partition' | 'offset'>[]): Promise<void>;
  /** In order of family, partition, offset; only those behind `after`, when that is given. */
  parked(limit: number, after?: Coordinates): Promise<readonly ParkedRecord[]>;
  /** Those of one partition from an offset on, in order of offsets; nothing when there are no more. */
  parkedPage(
    at: Pick<ParkedEntry, 'family' | 'partition'>,
    from: number,
    limit: number,
  ): Promise<readonly ParkedRecord[]>;
  /** Of all families, or of one; storms are not among them. */
  parkedCount(family?: Family): Promise<number>;
  /** Offsets rise, also from call to call. True when the storm is new. */
  addToStorm(cause: StormCause, offsets: readonly number[], seenAt: number): Promise<boolean>;
  /** In order of family, partition and cause. */
  storms(): Promise<readonly Storm[]>;
  /**
   * Unless records were added to it since it was read: false then, and it stays. With `from` only what lies at that
   * offset and behind goes; how many records are left nobody knows then, and `count` stays: so many at most.
   */
  removeStorm(storm: StormCause & Pick<Storm, 'last'>, from?: number): Promise<boolean>;
  /** Remembers which customers have more holes than are kept one by one. */
  markBeyond(refs: readonly CustomerRef[], isBeyond: boolean): Promise<void>;
  beyondCount(): Promise<number>;
  /** In order of their names, the first ones. */
  beyond(limit: number): Promise<readonly CustomerRef[]>;
  /** Writes, or with null removes, what this generation waits for a person to decide, by partition. */
  noteHistory(notes: ReadonlyMap<PartitionName, string | null>): Promise<void>;
  close(): Promise<void>;
}

/**
 * found:   the stored text, of the generation that was read.
 * missing: no event of that customer was ever folded, or the customer was erased.
 * down:    the store did not answer within its budget, or no generation is live yet.
 */
export type DocumentLookup =
  | {
      readonly kind: 'found';
      readonly generation: string;
      readonly document: string;
      /** What the document was made from: the vector and, as far as they are stored, the parts asked for; null without such. */
      readonly record: StoredRecord | null;
      /**
       * Whether the store says that nothing of it changed since, without being asked: it is the answer of now as well. Left
       * out where the store does not watch.
       */
      readonly isUnchanged?: () => boolean;
    }
  | { readonly kind: 'missing'; readonly generation: string }
  | { readonly kind: 'down'; readonly reason: string };

/** The reader's side: one round trip, a deadline, never throws. */
export interface DocumentReader {
  /** The parts named in `withRecord` come along, of the moment of the document. */
  document(
    ref: CustomerRef,
    options?: { readonly withRecord: readonly PartName[] },
  ): Promise<DocumentLookup>;
  /** Of all partitions of the live generation. Never rejects: null when the store does not answer in time. */
  freshness(): Promise<ReadonlyMap<PartitionName, Freshness> | null>;
  /** Whether the store tells now, unasked, what changes: `isUnchanged` of what is found. */
  isWatching(): boolean;
  close(): Promise<void>;
}

/** Which generation readers are pointed at. The pointer carries no generation itself. */
export interface GenerationPointer {
  live(): Promise<string | null>;
  /** Points readers at `generation` only if `expected` is live now (null: nothing is). */
  switch(expected: string | null, generation: string): Promise<boolean>;
}
