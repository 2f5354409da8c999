import { type Position } from './positions.ts';
import { type FetchedRange } from './request.ts';

/** A part of what was fetched of one partition. */
export interface Piece {
  readonly position: Position;
  readonly range: FetchedRange;
}

/**
 * What was fetched waits in the lane of its partition number, where one delivery follows another; lanes do not wait for
 * each other. The families of a customer share a number, so no two batches of one customer are worked on at the same
 * time and its document is not fought over.
 */
export interface Lanes {
  /** Resolves when the range was delivered to its end, or given up. */
  add(piece: Piece): Promise<void>;
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>;
}

/**
 * Records decoded and folded at once: a customer's records of one delivery meet in one write, whatever their families,
 * and one decoded record takes about a kilobyte of memory.
 */
export const DELIVERY_RECORDS = 20_000;

interface Waiting {
  readonly position: Position;
  /** What of it was not delivered yet. */
  rest: FetchedRange;
  readonly ended: () => void;
}

/** `deliver` must not throw; it answers with the positions that go on. */
export function createLanes(
  deliver: (pieces: readonly Piece[]) => Promise<ReadonlySet<Position>>,
): Lanes {
  const lanes = new Map<number, { waiting: Waiting[]; running: Promise<void> }>();

  const run = async (lane: { waiting: Waiting[] }): Promise<void> => {
    // So that all that came with one answer is there.
    await Promise.resolve();
    while (lane.waiting.length > 0) {
      const taken = nextPieces(lane.waiting);
      const goOn = await deliver(taken.map(({ piece }) => piece));
      for (const { waiting, rest } of taken) {
        if (rest !== null && goOn.has(waiting.position)) waiting.rest = rest;
        else {
          lane.waiting = lane.waiting.filter((one) => one !== waiting);
          waiting.ended();
        }
      }
    }
  };

  return {
    add: ({ position, range }) =>
      new Promise((resolve) => {
        const lane = lanes.get(position.partition) ?? { waiting: [], running: Promise.resolve() };
        lanes.set(position.partition, lane);
        lane.waiting.push({ position, rest: range, ended: resolve });
        if (lane.waiting.length === 1) lane.running = run(lane);
      }),
    drained: async () => {
      await Promise.all([...lanes.values()].map(({ running }) => running));
    },
  };
}

interface Taken {
  readonly waiting: Waiting;
  readonly piece: Piece;
  /** What is left of the range behind the piece; null: nothing. */
  readonly rest: FetchedRange | null;
}

/** One that failed comes alone the next time, so that it holds up nobody else. */
function nextPieces(waiting: readonly Waiting[]): readonly Taken[] {
  const [first] = waiting;
  const together =
    first !== undefined && first.position.waits > 0
      ? [first]
      : waiting.filter(({ position }) => position.waits === 0);
  const taken: Taken[] = [];
  let room = DELIVERY_RECORDS;
  for (const one of together) {
    if (room <= 0) break;
    const [range, rest] = cut(one.rest, room);
    room -= range.messages.length;
    taken.push({ waiting: one, piece: { position: one.position, range }, rest });
  }
  return taken;
}

/** The last piece carries the range's own end, which may lie behind its last record. */
function cut(range: FetchedRange, count: number): [FetchedRange, FetchedRange | null] {
  const { messages } = range;
  if (messages.length <= count) return [range, null];
  const next = Number(messages[count - 1]?.offset) + 1;
  return [
    { ...range, next, messages: messages.slice(0, count) },
    { ...range, from: next, messages: messages.slice(count) },
  ];
}
