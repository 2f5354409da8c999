import { compareCoordinates } from '../coordinates.ts';

/**
 * One versioned entity. The highest version wins; inside one version the event with the lowest
 * coordinates wins, whichever arrived first, and the others stay visible in `seen`.
 *
 *    lower version ──► stale          same version ──► seen (winner = seen[0])
 *    higher version ─► replaced       same version, other content ─► conflict
 */
export interface Entity<S> {
  readonly version: number;
  readonly deleted: boolean;
  /** null once deleted. */
  readonly snapshot: S | null;
  /** Every event of this version, lowest coordinates first, at most SEEN_MAX. */
  readonly seen: readonly Sighting[];
}

export interface Sighting {
  readonly partition: number;
  readonly offset: number;
  /** Fingerprint of event type and payload. */
  readonly content: string;
}

/** More sightings of one version than anybody reads; the lowest ones are kept, so the winner never moves by the cap. */
export const SEEN_MAX = 8;

export type Incoming<S> = Sighting & {
  readonly version: number;
  readonly deleted: boolean;
  readonly snapshot: S;
};

export type Merged = 'applied' | 'stale' | 'duplicate' | 'conflict';

export function mergeEntity<S>(
  current: Entity<S> | null,
  incoming: Incoming<S>,
): { readonly entity: Entity<S>; readonly merged: Merged } {
  if (current !== null && incoming.version < current.version) {
    return { entity: current, merged: 'stale' };
  }
  const { version, deleted, partition, offset, content } = incoming;
  const snapshot = deleted ? null : incoming.snapshot;
  const sighting: Sighting = { partition, offset, content };
  if (current === null || version > current.version) {
    return { entity: { version, deleted, snapshot, seen: [sighting] }, merged: 'applied' };
  }
  const winner = current.seen[0];
  const seen = addSighting(current.seen, sighting);
  const wins = seen[0] === sighting;
  const merged = winner?.content === content ? 'duplicate' : 'conflict';
  return {
    entity: wins ? { version, deleted, snapshot, seen } : { ...current, seen },
    merged,
  };
}

/** Keeps the lowest SEEN_MAX: the smallest elements of a set do not depend on the order they came in. */
export function addSighting(seen: readonly Sighting[], sighting: Sighting): readonly Sighting[] {
  if (seen.some((other) => compareCoordinates(other, sighting) === 0)) return seen;
  return [...seen, sighting].sort(compareCoordinates).slice(0, SEEN_MAX);
}

/** Sightings whose content differs from the winner's. */
export function conflictsOf(seen: readonly Sighting[]): readonly Sighting[] {
  return seen.filter((sighting) => sighting.content !== seen[0]?.content);
}
