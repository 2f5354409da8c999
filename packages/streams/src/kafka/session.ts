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
import { type Counts, countsChanged, countsOf, withMissing } from './topic-counts.ts';
import { kafkaMessageOf } from './trouble.ts';
import { unlessAborted } from '../wait.ts';
import { stallOf } from './watchdog.ts';

/**
 * Why a session is over. `failed` is worth another try, `impossible` is not; `topics_changed`: there are other topics or
 * partitions than it joined with.
 */
export interface SessionEnd {
  readonly kind: 'failed' | 'impossible' | 'topics_changed';
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
/** How long a stop waits for the group: what is not committed is read again, who does not leave is missed. */
const LEAVE_MS = 2_000;

interface SessionState {
  readonly log: KafkaLog;
  readonly groupId: string;
  readonly follower: Follower;
  readonly stopping: AbortController;
  readonly end: (end: SessionEnd) => void;
  positions: readonly Position[];
  /** What the follower was assigned and not yet told that it is revoked. */
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
  /** How many partitions each topic had before the join; one that was not there is missing. */
  counts: Counts;
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
    counts: new Map(),
  };
  const started = start(state, kafka).catch((error: unknown) => {
    end({ kind: 'failed', reason: kafkaMessageOf(error) });
  });
  const running = [started, watch(state)];
  const commits = commitAgainAndAgain(state);
  return {
    ended,
    moved: () => state.moved,
    held: () => heldOf(state.positions),
    stop: async () => {
      state.stopping.abort();
      await Promise.all(running);
      await state.takeover;
      await state.pump?.drained();
      const joinedAndCommitted = Promise.all([state.joining, commits]);
      await atMost(
        LEAVE_MS,
        joinedAndCommitted.then(() => commit(state)),
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
  const layout = await unlessAborted(log.layout(), signal);
  state.pump = startPump({
    ...{ log, layout, follower },
    signal,
    events: {
      moved: (position) => {
        state.moved = true;
        if (position.next > position.againTo) state.uncommitted.set(position.name, position);
      },
    },
  });
  // Before the join: what is added afterwards is seen as added.
  await unlessAborted(layout.refresh(), signal);
  state.counts = countsOf(log, layout);
  void countsChanged(log, layout, state.counts, signal).then((reason) => {
    if (reason !== null) state.end({ kind: 'topics_changed', reason });
  });
  // One topic that is not there would keep kafkajs from joining with the others.
  if (state.counts.size === 0) return;
  const joining = joinGroup(kafka, state.groupId, [...state.counts.keys()], {
    assigned: (assignment) => {
      state.joins += 1;
      const join = state.joins;
      state.pump?.set([]);
      const all = withMissing(log, state.counts, assignment);
      state.takeover = state.takeover.then(() => handOver(state, join, all));
    },
    crashed: (reason) => {
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
    await state.pump?.drained();
    await release(state);
    if (overtaken()) return;
    state.owned = namesOf(log, assignment);
    const taken = await takeOver(log, groupId, follower, assignment, stopping.signal);
    if (overtaken()) return;
    state.positions = taken;
    state.pump?.set(taken);
  } catch (error) {
    state.end({ kind: 'failed', reason: kafkaMessageOf(error) });
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
    await checkStalls(state).catch(() => undefined);
  }
}

async function checkStalls(state: SessionState): Promise<void> {
  if (state.positions.length === 0) return;
  const ranges = await state.log.ranges(state.stopping.signal, state.positions);
  for (const position of state.positions) {
    const range = ranges.find(
      ({ family, partition }) => family === position.family && partition === position.partition,
    );
    if (range === undefined) continue;
    const stall = stallOf(position, range, Date.now());
    if (stall === null) continue;
    const { family, partition } = position;
    state.log.notice({ kind: 'stalled', family, partition, ...stall });
    const reason = `${position.name} is stalled at ${offsetText(stall.next)} of ${offsetText(stall.end)} (${stall.waits_for})`;
    state.end({ kind: stall.waits_for === 'source' ? 'failed' : 'impossible', reason });
  }
}
