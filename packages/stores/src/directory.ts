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
  look(): Promise<StoreLook>;
  /**
   * Says that the writer is here and feeds its generation; to be repeated, at least every few seconds. A store
   * holds one log: `other_log` when one of its generations was folded from another one; then nothing was written.
   */
  register(writer: Writer): Promise<Registered>;
  /** What all generations wait for a person to look at, in order of generation and partition. */
  historyNotes(): Promise<readonly KeptNote[]>;
  /** The writer is gone: nobody needs to wait until it is not believed any more. */
  leave(writer: Pick<Writer, 'id'>): Promise<void>;
  /** Counts keys by generation, and guesses their bytes from a sample. Ends after `withinMs` with what it has. */
  measure(withinMs: number): Promise<Measured>;
  /**
   * Removes the keys of one generation, its checkpoints first: whoever feeds it later begins at the start. Safe to
   * repeat, and to be killed. The generation stays known until `forget`.
   */
  prune(generation: string, options?: PruneOptions): Promise<Pruned>;
  /** Takes its name, and what it waited for a person to look at, out of the lists. */
  forget(generation: string): Promise<void>;
  close(): Promise<void>;
}

/** The log that generations are folded from. */
export interface LogName {
  readonly topicPrefix: string;
  /** Kafka's own name of its cluster. */
  readonly clusterId: string;
}

/** A process that folds into the store. */
export interface Writer extends LogName {
  /** Random, of this run of the process. */
  readonly id: string;
  readonly generation: string;
  readonly group: string;
  readonly host: string;
  readonly pid: number;
  /** Epoch milliseconds, by its own clock. */
  readonly startedAt: number;
}

export interface SeenWriter extends Writer {
  /** Since it was last heard of, milliseconds by the store's clock. */
  readonly ageMs: number;
}

export interface KnownGeneration extends LogName {
  readonly generation: string;
  /** When it was first and last fed, epoch milliseconds by the store's clock. */
  readonly firstFedAt: number;
  readonly lastFedAt: number;
}

export interface StoreLook {
  /** null: the store has none, as after it was emptied. */
  readonly identity: string | null;
  /** The generation readers are pointed at. */
  readonly live: string | null;
  /** Those heard of in the last `WRITER_BELIEVED_MS`. */
  readonly writers: readonly SeenWriter[];
  readonly generations: readonly KnownGeneration[];
}

/** Of a partition that a generation does not fold on with until a person decided. */
export interface KeptNote {
  readonly generation: string;
  readonly partition: PartitionName;
  /** As `noteHistory` of the generation's store got it. */
  readonly note: string;
}

export type Registered =
  | { readonly kind: 'registered'; readonly look: StoreLook }
  | { readonly kind: 'other_log'; readonly of: KnownGeneration; readonly look: StoreLook };

export interface Measured {
  readonly generations: ReadonlyMap<string, Size>;
  /** False: the time was over before every key was seen. */
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
  /** Keys looked at, of about how many there are, whoever's they are. */
  readonly onProgress?: (looked: number, total: number) => void;
}

export type Pruned =
  | { readonly kind: 'pruned'; readonly keys: number }
  /** Readers are pointed at it. */
  | { readonly kind: 'live' }
  | { readonly kind: 'fed'; readonly by: SeenWriter };

/** How long a writer that is not heard of is believed to be there: several times its beat. */
export const WRITER_BELIEVED_MS = 15_000;

export const PRUNE_STEP_KEYS = 200;
export const PRUNE_PAUSE_MS = 10;

/** Whoever feeds that generation now. */
export const feederOf = (look: StoreLook, generation: string): SeenWriter | undefined =>
  look.writers.find((writer) => writer.generation === generation);
