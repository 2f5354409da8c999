import { type PartitionName } from '@portal/projection';

/**
 * What a store says of itself, beside the documents: which store it is, who writes to it, which generations it
 * holds and of which log. None of it belongs to one generation.
 */
export interface StoreDirectory {
  /** The store's identity: a random name, made on first use and the same for all who ask. */
  identity(): Promise<string>;
  /** Gives the store another identity, so that it shares no consumer group with the store it is a copy of. */
  adopt(): Promise<string>;
  snapshot(): Promise<StoreSnapshot>;
  /**
   * Says that the writer is here and feeds its generation; to be repeated, at least every few seconds. A store
   * holds one log: `other_log` when one of its generations was folded from another one; then nothing was written.
   */
  register(writer: Writer): Promise<Registered>;
  /** What waits for a person's decision, of all generations, in order of generation and partition. */
  historyNotes(): Promise<readonly KeptNote[]>;
  /** The writer is gone: nobody has to wait until it counts as gone by itself. */
  leave(writer: Pick<Writer, 'id'>): Promise<void>;
  /** Counts keys by generation, and guesses their bytes from a sample. Ends after `withinMs` with what it has. */
  measure(withinMs: number): Promise<Measured>;
  /**
   * Removes the keys of one generation, its checkpoints first: whoever feeds it later begins at the start. Safe to
   * repeat, and to be killed. The generation stays known until `forget`.
   */
  prune(generation: string, options?: PruneOptions): Promise<Pruned>;
  /** Removes its name, and what it waits for a person to decide, from the lists. */
  forget(generation: string): Promise<void>;
  close(): Promise<void>;
}

/** The log that generations are folded from. */
export interface LogName {
  readonly topicPrefix: string;
  /** The id that Kafka gives its cluster. */
  readonly clusterId: string;
}

/** A process that folds into the store. */
export interface Writer extends LogName {
  /** Random; another one at each start of the process. */
  readonly id: string;
  readonly generation: string;
  readonly group: string;
  readonly host: string;
  readonly pid: number;
  /** Epoch milliseconds, by its own clock. */
  readonly startedAt: number;
}

export interface SeenWriter extends Writer {
  /** Milliseconds since its last beat, by the store's clock. */
  readonly ageMs: number;
}

export interface KnownGeneration extends LogName {
  readonly generation: string;
  /** When it was first and last fed, epoch milliseconds by the store's clock. */
  readonly firstFedAt: number;
  readonly lastFedAt: number;
}

export interface StoreSnapshot {
  /** null: the store has none, as after it was emptied. */
  readonly identity: string | null;
  /** The generation readers are pointed at. */
  readonly live: string | null;
  /** Those with a beat in the last `WRITER_BELIEVED_MS`. */
  readonly writers: readonly SeenWriter[];
  readonly generations: readonly KnownGeneration[];
}

/** A note on a partition that a generation does not fold further until a person has decided. */
export interface KeptNote {
  readonly generation: string;
  readonly partition: PartitionName;
  /** The text that the generation's store got by `noteHistory`. */
  readonly note: string;
}

export type Registered =
  | { readonly kind: 'registered'; readonly snapshot: StoreSnapshot }
  | { readonly kind: 'other_log'; readonly of: KnownGeneration; readonly snapshot: StoreSnapshot };

export interface Measured {
  readonly generations: ReadonlyMap<string, Size>;
  /** False when time ran out before every key was seen. */
  readonly complete: boolean;
}

export interface Size {
  readonly keys: number;
  /** About; null when the store cannot tell. */
  readonly bytes: number | null;
}

export interface PruneOptions {
  /** Counts, and removes nothing. */
  readonly dryRun?: boolean;
  /** Between two steps of at most `PRUNE_STEP_KEYS` keys, so that reads and writes have the store meanwhile. */
  readonly pauseMs?: number;
  /** Keys scanned so far, of about how many there are; keys of others count too. */
  readonly onProgress?: (scanned: number, total: number) => void;
}

export type Pruned =
  | { readonly kind: 'pruned'; readonly keys: number }
  /** Readers are pointed at it. */
  | { readonly kind: 'live' }
  | { readonly kind: 'fed'; readonly by: SeenWriter };

/** How long a writer counts as running after its last beat: several times the pause between two beats. */
export const WRITER_BELIEVED_MS = 15_000;

export const PRUNE_STEP_KEYS = 200;
export const PRUNE_PAUSE_MS = 10;

/** Whoever feeds that generation now. */
export const feederOf = (snapshot: StoreSnapshot, generation: string): SeenWriter | undefined =>
  snapshot.writers.find((writer) => writer.generation === generation);
