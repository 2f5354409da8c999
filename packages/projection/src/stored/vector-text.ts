import { type PartitionName } from '../coordinates.ts';
import { fromEntries } from '../dict.ts';
import { type HoleRange, type State } from '../state/state.ts';
import { isWithin } from '../state/vector.ts';

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
