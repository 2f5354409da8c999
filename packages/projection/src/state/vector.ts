import {
  compareCoordinates,
  type Coordinates,
  partitionName,
  readPartitionName,
} from '../coordinates.ts';
import { type Dict, get, put, without } from '../dict.ts';
import { type Hole, type HoleRange, HOLES_MAX, type State } from './state.ts';

/**
 * Where a record stands to what was folded already.
 *
 *    offset:   … 4   5   6   7   8 …        vector = 7, hole at 5
 *              done hole done done new
 *
 * `in_range`: among parked records that are kept as a range; whether it was parked or folded is not known.
 */
export type Placement = 'new' | 'hole' | 'in_range' | 'folded';

export function placementOf(state: State, at: Coordinates): Placement {
  const last = get(state.vector, partitionName(at));
  if (last === undefined || at.offset > last) return 'new';
  if (holeAt(state, at) !== undefined) return 'hole';
  const range = get(state.hole_ranges, partitionName(at));
  return range !== undefined && isWithin(range, at.offset) ? 'in_range' : 'folded';
}

export const isWithin = (range: Omit<HoleRange, 'count'>, offset: number): boolean =>
  offset >= range.first && offset <= range.last;

export function holeAt(state: State, at: Coordinates): Hole | undefined {
  const partition = partitionName(at);
  return state.holes.find((hole) => hole.partition === partition && hole.offset === at.offset);
}

/** The record was folded (or found to have no effect): the vector passes it, an open hole closes. */
export function passed(state: State, at: Coordinates): State {
  const partition = partitionName(at);
  const holes = state.holes.filter(
    (hole) => hole.partition !== partition || hole.offset !== at.offset,
  );
  const last = get(state.vector, partition);
  return {
    ...state,
    vector:
      last !== undefined && last > at.offset
        ? state.vector
        : put(state.vector, partition, at.offset),
    holes: holes.length === state.holes.length ? state.holes : holes,
  };
}

/**
 * The record could not be applied: the vector passes it and a hole stays. One more than HOLES_MAX, and all are kept
 * as ranges. So what is kept depends on which records were parked, not on the order of partitions.
 */
export function parked(state: State, at: Coordinates): State {
  if (placementOf(state, at) !== 'new') return state;
  const hole: Hole = {
    partition: partitionName(at),
    offset: at.offset,
  };
  const holes = [...state.holes, hole];
  const asRanges = holes.length > HOLES_MAX || Object.keys(state.hole_ranges).length > 0;
  return {
    ...state,
    vector: put(state.vector, hole.partition, at.offset),
    holes: asRanges ? [] : holes.sort(compareHoles),
    hole_ranges: asRanges ? holes.reduce(widened, state.hole_ranges) : state.hole_ranges,
  };
}

/**
 * The state as it is to fold these partitions once more, each from its offset on: what was folded of them meanwhile is
 * recognised by event id and version, so that only what was parked is new. Holes from that offset on go, also those of a
 * range, of which `remaining` are parked again then: as many less lie before it.
 */
export function rewound(state: State, from: ReadonlyMap<string, Rewind>): State {
  let { vector, hole_ranges: ranges, holes } = state;
  for (const [name, { offset, remaining: remaining }] of from) {
    vector = offset === 0 ? without(vector, name) : put(vector, name, offset - 1);
    holes = holes.filter((hole) => hole.partition !== name || hole.offset < offset);
    const range = get(ranges, name);
    if (range === undefined || range.last < offset) continue;
    const { first, count } = range;
    // How many of the others lie there nobody knows: so many at most.
    const atMost = Math.max(1, Math.min(count - remaining, offset - first));
    ranges =
      first < offset
        ? put(ranges, name, { count: atMost, first, last: offset - 1 })
        : without(ranges, name);
  }
  return { ...state, vector, holes, hole_ranges: ranges };
}

export interface Rewind {
  readonly offset: number;
  readonly remaining: number;
}

function widened(ranges: Dict<HoleRange>, { partition, offset }: Hole): Dict<HoleRange> {
  const { count, first, last } = get(ranges, partition) ?? {
    count: 0,
    first: offset,
    last: offset,
  };
  return put(ranges, partition, {
    count: count + 1,
    first: Math.min(first, offset),
    last: Math.max(last, offset),
  });
}

function compareHoles(a: Hole, b: Hole): number {
  const [atA, atB] = [readPartitionName(a.partition), readPartitionName(b.partition)];
  if (atA.family !== atB.family) return atA.family < atB.family ? -1 : 1;
  return compareCoordinates({ ...atA, offset: a.offset }, { ...atB, offset: b.offset });
}
