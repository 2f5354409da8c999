import { backoff, messageOf } from '@portal/async';
import { type PartitionName, partitionName, type Place } from '@portal/projection';
import { giveBatches } from '../guard.ts';
import { type Follower, type Following, type SourceBatch } from '../port.ts';
import { type Alarm, createAlarm } from '../wait.ts';
import { type MemoryLog } from './memory-log.ts';

export interface FollowParts {
  readonly log: MemoryLog;
  readonly partitions: number;
  readonly batchRecords: number;
  /** Offsets committed in this process; shared by all followings of one source. */
  readonly committed: Map<PartitionName, number>;
  /** Called after each commit. */
  readonly moved: () => void;
  readonly failed: (batch: SourceBatch, error: unknown) => void;
}

interface Turn extends Place {
  next: number;
  heldUntil: number;
  waits: number;
  held: { readonly why: 'follower_failed'; readonly detail: string; readonly since: number } | null;
  stopped: boolean;
}

const POLL_MS = 1_000;

/**
 * Gives the log to a follower, one lane for each partition number. `appended` must be called when the log
 * grew. There is one member and nothing that can fail, so `ended` never resolves.
 */
export async function followLog(
  parts: FollowParts,
  follower: Follower,
): Promise<Following & { appended(): void }> {
  const { log, committed } = parts;
  const stopping = new AbortController();
  const assigned = log.ranges().map(({ family, partition }) => {
    const at = { family, partition };
    return { ...at, committed: committed.get(partitionName(at)) ?? null };
  });
  const starts = await follower.assigned(assigned);
  const turns: Turn[] = assigned.map((at) => {
    const next = starts.get(partitionName(at))?.from ?? at.committed ?? 0;
    return { ...at, next, heldUntil: 0, waits: 0, held: null, stopped: false };
  });
  const alarms: Alarm[] = [];
  const lanes = Array.from({ length: parts.partitions }, (_, lane) => {
    const alarm = createAlarm();
    alarms.push(alarm);
    const own = turns.filter(({ partition }) => partition === lane);
    return runLane(parts, follower, own, alarm, stopping.signal);
  });
  parts.moved();
  return {
    ended: new Promise(() => undefined),
    held: () =>
      turns.flatMap(({ family, partition, held }) =>
        held === null ? [] : [{ family, partition, ...held }],
      ),
    appended: () => {
      for (const alarm of alarms) alarm.wake();
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(lanes);
      await follower.revoked(assigned.map(partitionName));
    },
  };
}

async function runLane(
  parts: FollowParts,
  follower: Follower,
  turns: readonly Turn[],
  alarm: Alarm,
  signal: AbortSignal,
): Promise<void> {
  const over = (): boolean => signal.aborted;
  while (!over()) {
    let given = false;
    for (const turn of turns) {
      if (over() || turn.stopped || turn.heldUntil > Date.now()) continue;
      const batch = parts.log.batch(turn, turn.next, Infinity, parts.batchRecords);
      if (batch === null) continue;
      given = true;
      await give(parts, follower, turn, batch);
    }
    if (!given) await alarm.wait(untilHeld(turns), signal);
  }
}

async function give(
  parts: FollowParts,
  follower: Follower,
  turn: Turn,
  batch: SourceBatch,
): Promise<void> {
  const name = partitionName(batch);
  let trouble = 'the batch could not be written yet';
  const outcome = await giveBatches(follower, [batch], (error) => {
    trouble = messageOf(error);
    parts.failed(batch, error);
  });
  switch (outcome) {
    case 'commit':
      turn.next = batch.next;
      turn.waits = 0;
      turn.held = null;
      parts.committed.set(name, Math.max(batch.next, parts.committed.get(name) ?? 0));
      parts.moved();
      return;
    case 'retry':
      turn.heldUntil = Date.now() + backoff(turn.waits);
      turn.waits += 1;
      turn.held = {
        why: 'follower_failed',
        detail: trouble,
        since: turn.held?.since ?? Date.now(),
      };
      return;
    case 'stop':
      turn.stopped = true;
      return;
    default:
      outcome satisfies never;
  }
}

/** How long until a held partition is due, POLL_MS at most. */
const untilHeld = (turns: readonly Turn[]): number =>
  turns.reduce((least, { heldUntil, stopped }) => {
    const untilFreeMs = heldUntil - Date.now();
    return untilFreeMs > 0 && !stopped ? Math.min(least, untilFreeMs) : least;
  }, POLL_MS);
