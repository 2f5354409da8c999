import { atMost, sleep } from '@portal/async';
import { type PartitionName, partitionName } from '@portal/projection';
import { type Kafka } from 'kafkajs';
import { brokerOffset, offsetText } from '../logical.ts';
import { type Follower, type Held } from '../port.ts';
import { type KafkaLog } from './log.ts';
import { joinGroup, type Membership } from './membership.ts';
import { heldOf, type Position } from './positions.ts';
import { type Pump, startPump } from './pump.ts';
import { type Assignment, takeOver } from './take-over.ts';
import { messageOf, unlessAborted } from '../wait.ts';
import { stallOf } from './watchdog.ts';

/** Why a session is over. `failed` is worth another try, `impossible` is not; `regrown`: partitions were added. */
export interface SessionEnd {
  readonly kind: 'failed' | 'impossible' | 'regrown';
  readonly reason: string;
}

export interface Session {
  /** Resolves when the session cannot go on. Stays open when it is stopped. */
  readonly ended: Promise<SessionEnd>;
  /**
   * Ends running batches, commits, tells the follower and leaves the group. A broker that is away does not
   * keep it waiting. Never rejects.
   */
  stop(): Promise<void>;
  /** Whether any batch was committed. */
  moved(): boolean;
  held(): readonly Held[];
}

const COMMIT_EVERY_MS = 200;
const WATCH_EVERY_MS = 10_000;
const COUNTS_EVERY_MS = 2_000;
/** How long a stop waits for the group: what is not committed is read again, who does not leave is missed. */
const LEAVE_MS = 2_000;

interface SessionState {
  readonly log: KafkaLog;
  readonly groupId: string;
  readonly follower: Follower;
  readonly stopping: AbortController;
  readonly end: (end: SessionEnd) => void;
  positions: readonly Position[];
  /** What the follower was told it owns and was not yet told it lost. */
  owned: readonly PartitionName[];
  /** Committed by the follower, not yet by the group. */
  readonly uncommitted: Map<PartitionName, Position>;
  moved: boolean;
  /** Counts joins: a takeover that was overtaken by another join stops. */
  joins: number;
  takeover: Promise<void>;
  pump: Pump | null;
  membership: Membership | null;
  /** Settles when it is known whether there is a membership. */
  joining: Promise<unknown>;
  /** How many partitions the topics had before the join; null when that is not known. */
  counts: readonly number[] | null;
}

/** One stay in the consumer group: joins, takes partitions over, pumps, commits and watches. */
export function openSession(
  kafka: Kafka,
  log: KafkaLog,
  groupId: string,
  follower: Follower,
): Session {
  let end: (end: SessionEnd) => void = () => undefined;
  const ended = new Promise<SessionEnd>((resolve) => {
    end = resolve;
  });
  const state: SessionState = {
    ...{ log, groupId, follower, end, stopping: new AbortController() },
    ...{ positions: [], owned: [], uncommitted: new Map<PartitionName, Position>() },
    ...{ moved: false, joins: 0, takeover: Promise.resolve(), pump: null, membership: null },
    joining: Promise.resolve(),
    counts: null,
  };
  const started = start(state, kafka).catch((error: unknown) => {
    end({ kind: 'failed', reason: messageOf(error) });
  });
  const running = [started, watch(state), watchCounts(state)];
  const commits = commitAgainAndAgain(state);
  return {
    ended,
    moved: () => state.moved,
    held: () => heldOf(state.positions),
    stop: async () => {
      state.stopping.abort();
      await Promise.all(running);
      await state.takeover;
      await state.pump?.idle();
      const joinedAndIdle = Promise.all([state.joining, commits]);
      await atMost(
        LEAVE_MS,
        joinedAndIdle.then(() => commit(state)),
      );
      await release(state);
      await atMost(
        LEAVE_MS,
        state.joining.then(() => state.membership?.leave()),
      );
    },
  };
}

async function start(state: SessionState, kafka: Kafka): Promise<void> {
  const { log, follower } = state;
  const { signal } = state.stopping;
  const cluster = await unlessAborted(log.cluster(), signal);
  state.pump = startPump({
    ...{ log, cluster, follower },
    signal,
    events: {
      moved: (position) => {
        state.moved = true;
        if (position.next > position.againTo) state.uncommitted.set(position.name, position);
      },
    },
  });
  // Before the join: what is added afterwards is seen as added.
  state.counts = await unlessAborted(log.counts(), signal).catch(() => null);
  const joining = joinGroup(kafka, state.groupId, [...log.topics.keys()], {
    assigned: (assignment) => {
      state.joins += 1;
      const join = state.joins;
      state.pump?.set([]);
      state.takeover = state.takeover.then(() => handOver(state, join, assignment));
    },
    lost: (reason) => {
      state.end({ kind: 'failed', reason });
    },
  });
  state.joining = joining.then((membership) => {
    state.membership = membership;
  });
  await unlessAborted(state.joining, signal);
}

/** Gives back what the last join brought and takes what this one brings. Never rejects. */
async function handOver(state: SessionState, join: number, assignment: Assignment): Promise<void> {
  const { log, groupId, follower, stopping } = state;
  const overtaken = (): boolean => stopping.signal.aborted || join !== state.joins;
  try {
    await state.pump?.idle();
    await release(state);
    if (overtaken()) return;
    state.owned = namesOf(log, assignment);
    const taken = await takeOver(log, groupId, follower, assignment, stopping.signal);
    if (overtaken()) return;
    state.positions = taken;
    state.pump?.set(taken);
  } catch (error) {
    state.end({ kind: 'failed', reason: messageOf(error) });
  }
}

/** Tells the follower that nothing is ours any more. Offsets not committed by now are dropped: they are hints. */
async function release(state: SessionState): Promise<void> {
  const { owned } = state;
  state.owned = [];
  state.positions = [];
  state.uncommitted.clear();
  if (owned.length > 0) await state.follower.revoked(owned);
}

const namesOf = (log: KafkaLog, assignment: Assignment): readonly PartitionName[] =>
  [...assignment].flatMap(([topic, numbers]) => {
    const family = log.topics.get(topic);
    return family === undefined
      ? []
      : numbers.map((partition) => partitionName({ family, partition }));
  });

async function commitAgainAndAgain(state: SessionState): Promise<void> {
  while (!state.stopping.signal.aborted) {
    await sleep(COMMIT_EVERY_MS, state.stopping.signal);
    await commit(state);
  }
}

/** Writes the group's offsets of everything that moved since the last time. */
async function commit(state: SessionState): Promise<void> {
  const moved = [...state.uncommitted.values()];
  if (moved.length === 0 || state.membership === null) return;
  state.uncommitted.clear();
  const reason = await state.membership.commit(
    moved.map(({ topic, partition, next }) => ({ topic, partition, next: brokerOffset(next) })),
  );
  if (reason !== null) state.log.notice({ kind: 'not_committed', reason });
}

async function watch(state: SessionState): Promise<void> {
  const { signal } = state.stopping;
  for (;;) {
    await sleep(WATCH_EVERY_MS, signal);
    if (signal.aborted) return;
    // An end that cannot be fetched now is fetched the next time.
    await look(state).catch(() => undefined);
  }
}

/** kafkajs looks at its topics every five minutes, and nobody may go unread as long as that. */
async function watchCounts(state: SessionState): Promise<void> {
  const { log, stopping } = state;
  for (;;) {
    await sleep(COUNTS_EVERY_MS, stopping.signal);
    if (stopping.signal.aborted) return;
    // A topic that is not there now is no reason to give up the other ones.
    const counts = await unlessAborted(log.counts(), stopping.signal).catch(() => null);
    if (counts === null) continue;
    state.counts ??= counts;
    const before = state.counts;
    if (counts.every((count, index) => count === before[index])) continue;
    const reason = `the topics have ${counts.join(', ')} partitions, they had ${before.join(', ')}`;
    state.end({ kind: 'regrown', reason });
    return;
  }
}

async function look(state: SessionState): Promise<void> {
  for (const family of new Set(state.positions.map((position) => position.family))) {
    const ranges = await state.log.ranges(family, state.stopping.signal);
    for (const position of state.positions) {
      const range = ranges.find(({ partition }) => partition === position.partition);
      if (position.family !== family || range === undefined) continue;
      const stall = stallOf(position, range, Date.now());
      if (stall === null) continue;
      const { partition } = position;
      state.log.notice({ kind: 'stalled', family, partition, ...stall });
      const reason = `${position.name} is stalled at ${offsetText(stall.next)} of ${offsetText(stall.end)} (${stall.waits_for})`;
      state.end({ kind: stall.waits_for === 'source' ? 'failed' : 'impossible', reason });
    }
  }
}
