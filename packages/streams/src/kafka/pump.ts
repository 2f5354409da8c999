import { backoff, sleep } from '@portal/async';
import { type Lanes, createLanes } from '../lanes.ts';
import { type Follower } from '../port.ts';
import { brokerOffset } from '../logical.ts';
import { deliver, type DeliveryEvents, holdUnreadable } from './deliver.ts';
import { type Fetched, fetchFailure, fetchFrom } from './fetch.ts';
import { byLeader, type Layout, NO_LEADER } from './layout.ts';
import { type KafkaLog } from './log.ts';
import { fetchable, pauseAt, type Position, positionOf, unsure } from './positions.ts';
import { type FetchedRange, NEWS, NEWS_SOON } from './request.ts';
import { verify } from './verify.ts';
import { type Alarm, createAlarm } from '../wait.ts';

export interface Pump {
  /** Replaces what is fetched. A batch under way of what is no longer there is finished, then forgotten. */
  set(positions: readonly Position[]): void;
  /** Resolves when no batch is under way. */
  drained(): Promise<void>;
}

interface PumpState {
  readonly log: KafkaLog;
  readonly layout: Layout;
  readonly follower: Follower;
  readonly signal: AbortSignal;
  readonly events: DeliveryEvents;
  readonly lanes: Lanes;
  positions: readonly Position[];
  /** Brokers with a request out, and failures in a row of each. */
  readonly asked: Set<string>;
  readonly failures: Map<string, number>;
  readonly alarm: Alarm;
  /** Of the ranges that were fetched and are not folded yet. */
  bytes: number;
}

/** How long the next request waits for a quick follower, so that its partition is in it, too. */
const LINGER_MS = 20;
/** How often held partitions are checked when nothing else happens. */
const POLL_MS = 50;
/** While more than this waits in the lanes nothing is fetched: what a process holds is bounded, however many partitions it has. */
const BYTES_MAX = 128 * 1_048_576;

/**
 * Fetches the positions it is given, one request per broker at a time, and gives the batches to the
 * follower in lanes. A partition whose batch is under way or held is left out of the requests, so a slow
 * one keeps nobody waiting. Runs until the signal aborts.
 */
export function startPump(
  parts: Pick<PumpState, 'log' | 'layout' | 'follower' | 'signal' | 'events'>,
): Pump {
  const state: PumpState = {
    ...parts,
    lanes: createLanes(),
    positions: [],
    asked: new Set(),
    failures: new Map(),
    alarm: createAlarm(),
    bytes: 0,
  };
  void run(state);
  return {
    set: (positions) => {
      state.positions = positions;
      state.alarm.wake();
    },
    drained: () => state.lanes.drained(),
  };
}

async function run(state: PumpState): Promise<void> {
  while (!state.signal.aborted) {
    for (const [node, group] of state.bytes > BYTES_MAX ? [] : groups(state)) {
      if (!state.asked.has(node)) void ask(state, node, group);
    }
    await state.alarm.wait(POLL_MS, state.signal);
  }
}

/** What can be fetched now, by broker. Those without a known leader are only verified: their topic may be gone. */
function groups({ log, layout, positions }: PumpState): ReadonlyMap<string, readonly Position[]> {
  return byLeader(layout, fetchable(positions, Date.now(), log.decisions.historyOf));
}

async function ask(state: PumpState, node: string, group: readonly Position[]): Promise<void> {
  state.asked.add(node);
  for (const position of group) position.turn = 'fetching';
  const fetched = await fetchSure(state, node, group);
  for (const position of group) {
    if (position.turn === 'fetching') position.turn = 'ready';
    if (fetched.kind !== 'ranges') position.isSure = false;
  }
  await answer(state, node, group, fetched);
  state.asked.delete(node);
  state.alarm.wake();
}

/** Fetches those whose log is known to be the one that was folded. Those that are not sure are verified first. */
async function fetchSure(
  state: PumpState,
  node: string,
  group: readonly Position[],
): Promise<Fetched> {
  const { layout } = state;
  // Taken before the check: this process may be suspended after it.
  const askedAt = Date.now();
  const failure = await verifyUnsure(state, group);
  if (failure !== null) return failure;
  if (node === NO_LEADER) return NOTHING;
  const sure = group.filter(({ turn, isSure }) => turn !== 'held' && isSure);
  for (const position of sure) Object.assign(position, { askedAt, turn: 'fetching' });
  if (sure.length === 0) return NOTHING;
  const fetched = await fetchFrom(
    layout,
    node,
    sure.map(({ topic, partition, next }) => ({ topic, partition, offset: brokerOffset(next) })),
    // A busy partition must not wait for the quiet ones.
    state.positions.some(({ turn }) => turn === 'follower') ? NEWS_SOON : NEWS,
  );
  if (fetched.kind !== 'ranges' || fetched.ranges.length === 0) return fetched;
  // An answer that took long may come from a log that was made after the check.
  const since = await verifyUnsure(state, sure);
  if (since !== null) return since;
  const ranges = fetched.ranges.filter((range) => {
    const position = positionOf(sure, range);
    return position?.isSure === true && brokerOffset(position.next) === range.from;
  });
  return { ...fetched, ranges };
}

const NOTHING: Fetched = { kind: 'ranges', ranges: [], unreadable: [] };

/** null: those that were checked are sure now, or wait. */
async function verifyUnsure(
  { log, layout }: PumpState,
  group: readonly Position[],
): Promise<Fetched | null> {
  const doubtful = unsure(group, Date.now(), log.decisions.historyOf);
  if (doubtful.length === 0) return null;
  for (const position of doubtful) position.isSure = false;
  const verified = await verify(log, doubtful);
  return verified.kind === 'away' ? await fetchFailure(layout, verified.error) : null;
}

async function answer(
  state: PumpState,
  node: string,
  group: readonly Position[],
  fetched: Fetched,
): Promise<void> {
  if (fetched.kind !== 'away') state.failures.delete(node);
  switch (fetched.kind) {
    case 'ranges':
      holdUnreadable(state.log, group, fetched.unreadable);
      await give(state, group, fetched.ranges);
      return;
    case 'out_of_range': {
      // Verified before it is fetched again. It may also be an end that is not replicated yet: that is fetched later.
      const position = positionOf(group, fetched);
      if (position !== undefined) pauseAt(position);
      return;
    }
    case 'away': {
      const failed = state.failures.get(node) ?? 0;
      state.failures.set(node, failed + 1);
      const retry_in_ms = backoff(failed);
      state.log.notice({ kind: 'broker_away', reason: fetched.reason, retry_in_ms });
      await sleep(retry_in_ms, state.signal);
      return;
    }
    default:
      fetched satisfies never;
  }
}

async function give(
  state: PumpState,
  group: readonly Position[],
  ranges: readonly FetchedRange[],
): Promise<void> {
  const given = ranges.flatMap((range) => {
    const position = positionOf(group, range);
    if (position === undefined) return [];
    position.turn = 'follower';
    const ours = (): boolean => state.positions.includes(position) && !state.signal.aborted;
    state.bytes += range.bytes;
    const task = async (): Promise<void> => {
      await deliver(state.log, state.follower, position, range, ours, state.events);
      state.bytes -= range.bytes;
      state.alarm.wake();
    };
    return [state.lanes.run(position.partition, task)];
  });
  if (given.length > 0) await Promise.race([Promise.all(given), sleep(LINGER_MS, state.signal)]);
}
