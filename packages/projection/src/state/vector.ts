import {
  compareCoordinates,
  type Coordinates,
  partitionName,
  type PartitionName,
  readPartitionName,
} from '../coordinates.ts';
import { type Dict, fromEntries, get, put, without } from '../dict.ts';
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

export function placeOf(state: State, at: Coordinates): Placement {
  const last = get(state.vector, partitionName(at));
  if (last === undefined || at.offset > last) return 'new';
  if (holeAt(state, at) !== undefined) return 'hole';
  const range = get(state.hole_ranges, partitionName(at));
  return range !== undefined && isWithin(range, at.offset) ? 'in_range' : 'folded';
}

const isWithin = (range: Omit<HoleRange, 'count'>, offset: number): boolean =>
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
  if (placeOf(state, at) !== 'new') return state;
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
 * range, of which `left` are parked again then: as many less lie before it.
 */
export function rewound(state: State, from: ReadonlyMap<string, Rewind>): State {
  let { vector, hole_ranges: ranges, holes } = state;
  for (const [name, { offset, left }] of from) {
    vector = offset === 0 ? without(vector, name) : put(vector, name, offset - 1);
    holes = holes.filter((hole) => hole.partition !== name || hole.offset < offset);
    const range = get(ranges, name);
    if (range === undefined || range.last < offset) continue;
    const { first, count } = range;
    // How many of the others lie there nobody knows: so many at most.
    const atMost = Math.max(1, Math.min(count - left, offset - first));
    ranges =
      first < offset
        ? put(ranges, name, { count: atMost, first, last: offset - 1 })
        : without(ranges, name);
  }
  return { ...state, vector, holes, hole_ranges: ranges };
}

export interface Rewind {
  readonly offset: number;
  readonly left: number;
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

/**
 * The canonical text of vector and holes: what compare-and-apply compares, and what names a state.
 * `usage/3@105 wallets/3@7 !usage/3@99`, or `!usage/3@5-99#101` for 101 holes from 5 to 99; with ` ~2` after the
 * second fold that dropped old usage and did not finish.
 */
export function vectorText(
  state: Pick<State, 'vector' | 'holes' | 'hole_ranges' | 'usage'>,
): string {
  const positions = Object.entries(state.vector).map(([name, offset]) => `${name}@${offset}`);
  const holes = state.holes.map((hole) => `!${hole.partition}@${hole.offset}`);
  const ranges = Object.entries(state.hole_ranges).map(
    ([name, { count, first, last }]) => `!${name}@${first}-${last}#${count}`,
  );
  const { purge_step } = state.usage;
  return [...positions, ...holes, ...ranges, ...(purge_step > 0 ? [`~${purge_step}`] : [])].join(
    ' ',
  );
}

/** What the text of a vector says. */
export interface ReadVector {
  readonly positions: ReadonlyMap<string, number>;
  readonly holes: readonly { readonly partition: string; readonly offset: number }[];
  /** By partition name. */
  readonly ranges: ReadonlyMap<string, HoleRange>;
}

/** Reads what `vectorText` wrote; a word that names no place (`~2`) is passed by. */
export function readVector(text: string): ReadVector {
  const positions = new Map<string, number>();
  const holes: ReadVector['holes'][number][] = [];
  const ranges = new Map<string, HoleRange>();
  for (const word of text.split(' ')) {
    const [name = '', place] = word.split('@');
    if (place === undefined) continue;
    const [first = 0, last, count] = place.split(/[-#]/, 3).map(Number);
    if (!name.startsWith('!')) positions.set(name, first);
    else if (last === undefined) holes.push({ partition: name.slice(1), offset: first });
    else ranges.set(name.slice(1), { count: count ?? 0, first, last });
  }
  return { positions, holes, ranges };
}

/** What a state keeps of it. */
export function placesIn(text: string): Pick<State, 'vector' | 'holes' | 'hole_ranges'> {
  const { positions, holes, ranges } = readVector(text);
  return {
    vector: fromEntries([...positions]),
    holes: holes.map(({ partition, offset }) => ({
      partition: partition as PartitionName,
      offset,
    })),
    hole_ranges: fromEntries([...ranges]),
  };
}

/** Whether the record at this place is parked, or may be. */
export const isOpenIn = (vector: ReadVector, partition: string, offset: number): boolean => {
  const range = vector.ranges.get(partition);
  if (range !== undefined && isWithin(range, offset)) return true;
  return vector.holes.some((hole) => hole.partition === partition && hole.offset === offset);
};

function compareHoles(a: Hole, b: Hole): number {
  const [atA, atB] = [readPartitionName(a.partition), readPartitionName(b.partition)];
  if (atA.family !== atB.family) return atA.family < atB.family ? -1 : 1;
  return compareCoordinates({ ...atA, offset: a.offset }, { ...atB, offset: b.offset });
}
