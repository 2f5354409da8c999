import { type Coordinates, partitionName } from '../coordinates.ts';
import { get, put, without } from '../dict.ts';
import { type Hole, type HoleRange, type State } from './state.ts';

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
