import {
  compareCoordinates,
  type Coordinates,
  partitionName,
  readPartitionName,
} from '../coordinates.ts';
import { type Dict, get } from '../dict.ts';
import { type Hole, type HoleRange, HOLES_MAX } from '../state/state.ts';
import { type Placement } from '../state/vector.ts';
import { type Draft } from './draft.ts';
import { type Owned } from './owned.ts';

/** The record was folded (or found to have no effect): the vector passes it, or its hole closes. */
export function pass(draft: Draft, at: Coordinates, placement: Placement): void {
  const { state, owned } = draft;
  const partition = partitionName(at);
  draft.isChanged = true;
  if (placement === 'new') state.vector = owned.put(state.vector, partition, at.offset);
  else {
    state.holes = state.holes.filter(
      (hole) => hole.partition !== partition || hole.offset !== at.offset,
    );
  }
}

/**
 * The record could not be applied: the vector passes it and a hole stays. One more than HOLES_MAX, and all are kept
 * as ranges. So what is kept depends on which records were parked, not on the order of partitions.
 */
export function park(draft: Draft, at: Coordinates): void {
  const { state, owned } = draft;
  const hole: Hole = { partition: partitionName(at), offset: at.offset };
  const holes = [...state.holes, hole];
  const asRanges = holes.length > HOLES_MAX || owned.size(state.hole_ranges) > 0;
  draft.isChanged = true;
  state.vector = owned.put(state.vector, hole.partition, at.offset);
  state.holes = asRanges ? [] : holes.sort(compareHoles);
  if (!asRanges) return;
  for (const each of holes) state.hole_ranges = widened(state.hole_ranges, each, owned);
}

function widened(
  ranges: Dict<HoleRange>,
  { partition, offset }: Hole,
  owned: Owned,
): Dict<HoleRange> {
  const { count, first, last } = get(ranges, partition) ?? {
    count: 0,
    first: offset,
    last: offset,
  };
  return owned.put(ranges, partition, {
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
