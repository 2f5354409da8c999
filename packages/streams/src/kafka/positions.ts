import { backoff } from '@portal/async';
import { type Family, type PartitionName, partitionName, type Place } from '@portal/projection';
import { type HistoryFound } from '../notice.ts';
import { type Held, type LastRead } from '../port.ts';
import { type AcceptedHistory } from './decisions.ts';

/** One partition of ours, and how far it is. Changed in place by the session that holds it. */
export interface Position extends Place {
  readonly name: PartitionName;
  readonly topic: string;
  /** The offset to fetch next. Only what the follower committed moves it. */
  next: number;
  /** What lies below is read again: the group's offset is past it already and must not go back. */
  readonly againTo: number;
  /** When `next` last moved, or the partition was taken over. */
  movedAt: number;
  /**
   * Whose turn it is. `ready`: to be fetched. `fetching`: a request is out. `follower`: a batch is in
   * its lane. `held`: waits until `heldUntil` and is fetched again. `stopped`: the follower wants no more.
   */
  turn: 'ready' | 'fetching' | 'follower' | 'held' | 'stopped';
  heldUntil: number;
  /** Waits in a row; sets the length of the next one. */
  waits: number;
  /** Why it waits; null while it moves. */
  reason: Reason | null;
  /** The last record the follower committed, to recognise the log by; null when it knows none. */
  last: LastRead | null;
  /** Whether the log is known to be the one that was folded. Nothing is fetched before. */
  isSure: boolean;
  /** Since when it seems to be another log; null: it does not. */
  doubtedAt: number | null;
  /** When a fetch was last asked for. */
  askedAt: number;
  /** What was decided about its history when the log was last checked. */
  judgedBy: AcceptedHistory | null;
}

type Reason =
  | { readonly why: Waiting; readonly detail: string; readonly since: number }
  | {
      readonly why: 'history_changed';
      readonly detail: string;
      readonly since: number;
      readonly found: HistoryFound;
    };

type HistoryOf = (name: PartitionName) => AcceptedHistory;

type Waiting = Exclude<Held['why'], 'history_changed'>;

/**
 * A topic can be deleted, made again and grown within little more than this time. While fetches follow each other
 * faster, one of them fails in between; one that finds nothing takes a quarter of a second.
 */
const QUIET_MS = 600;

/** Those whose log must be checked before they are fetched: this process was asleep, or something was decided. */
export const unsure = (
  positions: readonly Position[],
  now: number,
  historyOf: HistoryOf,
): readonly Position[] =>
  positions.filter(
    ({ isSure, askedAt, judgedBy, name }) =>
      !isSure || now - askedAt > QUIET_MS || judgedBy !== historyOf(name),
  );

export const startPosition = (
  at: { readonly topic: string; readonly family: Family; readonly partition: number },
  next: number,
  againTo: number = next,
  last: LastRead | null = null,
): Position => ({
  ...at,
  name: partitionName(at),
  next,
  againTo,
  movedAt: Date.now(),
  turn: 'ready',
  heldUntil: 0,
  waits: 0,
  reason: null,
  last,
  isSure: false,
  doubtedAt: null,
  askedAt: 0,
  judgedBy: null,
});

export const fetchable = (
  positions: Iterable<Position>,
  now: number,
  historyOf: HistoryOf,
): readonly Position[] =>
  [...positions].filter((position) => {
    const { turn, heldUntil } = position;
    return (
      turn === 'ready' || (turn === 'held' && (heldUntil <= now || isDecided(position, historyOf)))
    );
  });

/** The decision it waited for has been made. */
const isDecided = ({ reason, judgedBy, name }: Position, historyOf: HistoryOf): boolean =>
  reason?.why === 'history_changed' && judgedBy !== historyOf(name);

/** Lets the partition wait, longer each time in a row; the same offset is fetched again. Returns the wait in ms. */
export function pauseAt(position: Position): number {
  const pause = backoff(position.waits);
  position.waits += 1;
  position.turn = 'held';
  position.heldUntil = Date.now() + pause;
  return pause;
}

/** As `pauseAt`, and says why. */
export function hold(position: Position, why: Waiting, detail: string): number {
  position.reason = { why, detail, since: heldSince(position, why) };
  return pauseAt(position);
}

/** As `hold`, until a person decided. */
export function holdChanged(position: Position, detail: string, found: HistoryFound): void {
  const why = 'history_changed';
  position.reason = { why, detail, since: heldSince(position, why), found };
  pauseAt(position);
}

const heldSince = ({ reason }: Position, why: Held['why']): number =>
  reason?.why === why ? reason.since : Date.now();

export function moveTo(position: Position, next: number): void {
  position.next = next;
  position.movedAt = Date.now();
  position.waits = 0;
  position.turn = 'ready';
  position.reason = null;
}

export const heldOf = (positions: readonly Position[]): readonly Held[] =>
  positions.flatMap(({ family, partition, reason }) =>
    reason === null ? [] : [{ family, partition, ...reason }],
  );

export const positionOf = (
  group: readonly Position[],
  at: Pick<Position, 'topic' | 'partition'>,
): Position | undefined =>
  group.find(({ topic, partition }) => topic === at.topic && partition === at.partition);
