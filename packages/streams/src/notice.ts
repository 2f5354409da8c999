import { type Family } from '@portal/projection';

/**
 * What a source wants a person, a log or a metric to know. Nothing here loses a record: the source
 * waits or goes on by itself, except where the text says otherwise.
 */
export type StreamNotice =
  /**
   * The broker could not be used; tried again after `retry_in_ms`. `refused`: it is there and says no, to our
   * certificate, our user or what it asks for; it goes on saying so until somebody changes something.
   */
  | {
      readonly kind: 'broker_away';
      readonly reason: string;
      readonly retry_in_ms: number;
      readonly refused?: boolean;
    }
  /** A schema was needed and the registry did not answer: the partition is held. */
  | (AtPartition & {
      readonly kind: 'registry_away';
      readonly reason: string;
      readonly retry_in_ms: number;
    })
  /** The batch at `offset` is compressed in a way this process cannot read: the partition is held. */
  | (AtPartition & {
      readonly kind: 'unreadable';
      readonly offset: number;
      readonly reason: string;
      readonly retry_in_ms: number;
    })
  /** Something threw that must not, most likely the follower; the batch is given again. */
  | (AtPartition & { readonly kind: 'batch_failed'; readonly reason: string })
  /** A partition has records and does not move. */
  | (AtPartition & {
      readonly kind: 'stalled';
      readonly next: number;
      readonly end: number;
      readonly waits_for: 'source' | 'follower';
    })
  /** The consumer left its group and joins again. */
  | {
      readonly kind: 'restarting';
      readonly reason: string;
      readonly attempt: number;
      readonly in_ms: number;
    }
  /** The group's offset was not written; it is a hint, and is written again with the next batch. */
  | { readonly kind: 'not_committed'; readonly reason: string };

interface AtPartition {
  readonly family: Family;
  readonly partition: number;
}

export interface HistoryLost extends AtPartition {
  /** The offset that was wanted. */
  readonly wanted: number;
  /** What the log holds now. Above `wanted`: trimmed. `end` below `wanted`: the topic was made anew. */
  readonly begin: number;
  readonly end: number;
}

/** `go_on` continues at `begin`; `stop` ends the reading with the reason. */
export type HistoryVerdict = 'go_on' | 'stop';

export const historyLostText = (lost: HistoryLost): string =>
  `history lost: offset ${lost.wanted} of ${lost.family}/${lost.partition} is gone, ` +
  `the log holds ${lost.begin} to ${lost.end}`;
