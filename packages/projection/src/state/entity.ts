import { type Micros } from '@portal/billing';
import { compareCoordinates, type Coordinates } from '../coordinates.ts';
import { type Envelope } from '../events.ts';

/**
 * One versioned entity. The highest version wins; inside one version the event with the lowest
 * coordinates wins, whichever arrived first, and other contents stay visible in `seen`.
 *
 *    lower version ──► stale          same version, same content ──► duplicate
 *    higher version ─► replaced       same version, other content ─► conflict (winner = seen[0])
 */
export interface Entity<S> {
  readonly version: number;
  readonly deleted: boolean;
  /** null once deleted. */
  readonly snapshot: S | null;
  /** Of each content of this version the event with the lowest coordinates, the winner first; see `addSighting`. */
  readonly seen: readonly EntityEvent[];
}

/** An event of an entity: what it said, where it lies, and its own id and time. */
export interface EntityEvent extends Sighting {
  readonly event_id: string;
  readonly occurred_at: Micros;
}

export interface Sighting {
  readonly partition: number;
  readonly offset: number;
  /** Fingerprint of what the event says: its payload, and whether it deletes. */
  readonly content: number;
}

/** More contents of one version than anybody compares. */
const CONTENTS_MAX = 8;

export interface Incoming<S> {
  readonly version: number;
  readonly deleted: boolean;
  readonly snapshot: S;
  readonly event: EntityEvent;
}

export const entityEvent = (
  { partition, offset }: Coordinates,
  { event_id, occurred_at }: Envelope,
  content: number,
): EntityEvent => ({ partition, offset, content, event_id, occurred_at });

export type Merged = 'applied' | 'stale' | 'duplicate' | 'conflict';

export function mergeEntity<S>(
  current: Entity<S> | null,
  incoming: Incoming<S>,
): { readonly entity: Entity<S>; readonly merged: Merged } {
  if (current !== null && incoming.version < current.version) {
    return { entity: current, merged: 'stale' };
  }
  const { version, deleted, event } = incoming;
  const snapshot = deleted ? null : incoming.snapshot;
  if (current === null || version > current.version) {
    return { entity: { version, deleted, snapshot, seen: [event] }, merged: 'applied' };
  }
  const winner = current.seen[0];
  const seen = addSighting(current.seen, event);
  const wins = seen[0] === event;
  const merged = winner?.content === event.content ? 'duplicate' : 'conflict';
  if (wins) return { entity: { version, deleted, snapshot, seen }, merged };
  return { entity: seen === current.seen ? current : { ...current, seen }, merged };
}

/**
 * Keeps of each content the lowest coordinates, and of those the lowest CONTENTS_MAX, in order: neither
 * depends on the order they came in, and however often an event is sent again, a conflict stays visible.
 */
export function addSighting<S extends Sighting>(seen: readonly S[], sighting: S): readonly S[] {
  const twin = seen.find(({ content }) => content === sighting.content);
  if (twin !== undefined && compareCoordinates(twin, sighting) <= 0) return seen;
  return [...seen.filter((other) => other !== twin), sighting]
    .sort(compareCoordinates)
    .slice(0, CONTENTS_MAX);
}

/** One version was sent with several contents. */
export const isConflict = ({ seen }: Pick<Entity<unknown>, 'seen'>): boolean => seen.length > 1;
