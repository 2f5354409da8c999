import { type Place } from '@portal/projection';
import { offsetText } from './logical.ts';

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
  | (Place & {
      readonly kind: 'registry_away';
      readonly reason: string;
      readonly retry_in_ms: number;
    })
  /** The batch at `offset` is compressed in a way this process cannot read: the partition is held. */
  | (Place & {
      readonly kind: 'unreadable';
      readonly offset: number;
      readonly reason: string;
      readonly retry_in_ms: number;
    })
  /** Something threw that must not, most likely the follower; the batch is given again. */
  | (Place & { readonly kind: 'batch_failed'; readonly reason: string })
  /** A partition has records and does not move. */
  | (Place & {
      readonly kind: 'stalled';
      readonly next: number;
      readonly end: number;
      readonly waits_for: 'source' | 'follower';
    })
  /** The log of a partition is not the one that was folded: it is held until a person decides. Said once each time. */
  | (Place & {
      readonly kind: 'history_changed';
      readonly found: HistoryFound;
      readonly reason: string;
    })
  /** The topic is not there, and nothing of it was folded: its partitions are held until it is made. */
  | (Place & { readonly kind: 'topic_missing'; readonly reason: string })
  /** It is the one that was folded after all, or another one was accepted: the partition goes on. */
  | (Place & { readonly kind: 'history_goes_on'; readonly next: number })
  /** A record of `<prefix>.decisions` that cannot be read: it decides nothing. */
  | { readonly kind: 'decision_unreadable'; readonly offset: number; readonly reason: string }
  /** The consumer left its group and joins again. */
  | {
      readonly kind: 'restarting';
      readonly reason: string;
      readonly attempt: number;
      readonly in_ms: number;
    }
  /** The group's offset was not written; it is a hint, and is written again with the next batch. */
  | { readonly kind: 'not_committed'; readonly reason: string };

/**
 * How a log differs from the one that was folded. Offsets are the broker's own, but `wanted` and `offset`, which
 * are those of the source.
 */
export type HistoryFound =
  /** The topic is not there, or has no such partition. */
  | { readonly kind: 'gone'; readonly history: number; readonly wanted: number }
  /** It ends below what was folded: made again, or cut by an election that lost records. */
  | (FoundLog & { readonly kind: 'shorter' })
  /** The record that was folded last is another one now: made again. */
  | (FoundLog & { readonly kind: 'other_record'; readonly offset: number })
  /** It begins above what was folded: what lies between is gone. */
  | (FoundLog & { readonly kind: 'trimmed' })
  /** Something was folded of a history that no decision tells of: decisions were lost. */
  | (FoundLog & { readonly kind: 'undecided' });

interface FoundLog {
  /** The number of the log that was folded. */
  readonly history: number;
  /** First offset that was not folded. */
  readonly wanted: number;
  readonly begin: number;
  readonly end: number;
}

export interface MissingHistory extends Place {
  /** The offset that was wanted. */
  readonly wanted: number;
  /** Whether anything of the partition was folded (or read) before. */
  readonly isStarted: boolean;
  /** What the log holds now. Above `wanted`: trimmed. `end` below `wanted`: the topic was made anew. */
  readonly begin: number;
  readonly end: number;
}

/** `go_on` continues at `begin`; `stop` holds the partition until a person decides, and ends a `read` with the reason. */
export type HistoryVerdict = 'go_on' | 'stop';

export const missingHistoryText = (missing: MissingHistory): string =>
  `history lost: offset ${offsetText(missing.wanted)} of ${missing.family}/${missing.partition} is gone, ` +
  `the log holds ${offsetText(missing.begin)} to ${offsetText(missing.end)}`;
