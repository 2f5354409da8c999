import { compareCoordinates, type Coordinates, partitionName } from '../coordinates.ts';
import { get, put } from '../dict.ts';
import { HOLES_MAX, type Hole, type State } from './state.ts';

/**
 * Where a record stands to what was folded already.
 *
 *    offset:   … 4   5   6   7   8 …        vector = 7, hole at 5
 *              done hole done done new
 */
export type Placement = 'new' | 'hole' | 'folded';

export function placeOf(state: State, at: Coordinates): Placement {
  const last = get(state.vector, partitionName(at));
  if (last === undefined || at.offset > last) return 'new';
  return holeAt(state, at) === undefined ? 'folded' : 'hole';
}

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

/** The record could not be applied: the vector passes it and a hole stays. Above HOLES_MAX the customer freezes. */
export function parked(state: State, at: Coordinates): State {
  if (placeOf(state, at) !== 'new') return state;
  if (state.holes.length >= HOLES_MAX) return { ...state, frozen: true };
  const hole: Hole = {
    partition: partitionName(at),
    offset: at.offset,
    mark: at.family === 'usage' ? state.usage.mark : null,
  };
  return {
    ...state,
    vector: put(state.vector, hole.partition, at.offset),
    holes: [...state.holes, hole].sort(compareHoles),
  };
}

/**
 * The canonical text of vector and holes: what compare-and-apply compares, and what names a state.
 * `usage/3@105 wallets/3@7 !usage/3@99`, with ` ~2` after the second fold that dropped old usage and did
 * not finish.
 */
export function vectorText(state: Pick<State, 'vector' | 'holes' | 'frozen' | 'usage'>): string {
  const positions = Object.entries(state.vector).map(([name, offset]) => `${name}@${offset}`);
  const holes = state.holes.map((hole) => `!${hole.partition}@${hole.offset}`);
  const { purging } = state.usage;
  const marks = [...(state.frozen ? ['frozen'] : []), ...(purging > 0 ? [`~${purging}`] : [])];
  return [...positions, ...holes, ...marks].join(' ');
}

/** What the text of a vector says; a hole by its partition's name and its offset. */
export interface ReadVector {
  readonly positions: ReadonlyMap<string, number>;
  /** By its word, such as `!usage/3@99`. */
  readonly holes: ReadonlyMap<string, { readonly partition: string; readonly offset: number }>;
}

/** Reads what `vectorText` wrote; words that name no place (`frozen`, `~2`) are passed by. */
export function readVector(text: string): ReadVector {
  const positions = new Map<string, number>();
  const holes = new Map<string, { readonly partition: string; readonly offset: number }>();
  for (const word of text.split(' ')) {
    const [name = '', offset] = word.split('@');
    if (offset === undefined) continue;
    if (!name.startsWith('!')) positions.set(name, Number(offset));
    else holes.set(word, { partition: name.slice(1), offset: Number(offset) });
  }
  return { positions, holes };
}

function compareHoles(a: Hole, b: Hole): number {
  const [familyA = '', partitionA] = a.partition.split('/');
  const [familyB = '', partitionB] = b.partition.split('/');
  if (familyA !== familyB) return familyA < familyB ? -1 : 1;
  return compareCoordinates(
    { partition: Number(partitionA), offset: a.offset },
    { partition: Number(partitionB), offset: b.offset },
  );
}
