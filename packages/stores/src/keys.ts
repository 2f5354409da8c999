import { type Coordinates, type CustomerRef, PART_NAMES } from '@portal/projection';
import { type StormCause } from './port.ts';

/** Namespace of every key, so that one Redis can serve several portals. */
export const DEFAULT_PREFIX = 'portal';

/**
 * Every Redis key there is.
 *
 *   <prefix>:<generation>:{<organization>:<customer>}:record     hash: `v` vector, `c` `s` `w` `n` `u` parts, `f:<name>` side
 *                                                                fields; those named `f:d:…` are bytes: shards of event ids
 *   <prefix>:<generation>:{<organization>:<customer>}:document   string: what readers get
 *   <prefix>:{<organization>:<customer>}:erased                  string: the tombstone, for all generations
 *   <prefix>:<generation>:watermarks                             hash: partition name → `next occurredAt from nextFrom since @offset:fingerprint <trimmed`
 *   <prefix>:<generation>:fresh                                  hash: partition name → `asOf isAtEnd seenAt`
 *   <prefix>:{<generation>}:parked                               hash: place → `firstSeen lastSeen customer json`
 *   <prefix>:{<generation>}:parked-order                         sorted set of places, for listing in order
 *   <prefix>:{<generation>}:parked-customers                     sorted set of `customer|place`, for erasure
 *   <prefix>:history                                             hash: `generation partition` → what was found there, JSON
 *   <prefix>:{<generation>}:storms                               hash: cause → `first last count firstSeen lastSeen json`
 *   <prefix>:{<generation>}:beyond                               set of customers with more holes than are kept one by one
 *   <prefix>:live                                                string: the generation readers are pointed at
 *   <prefix>:store                                               string: the store's identity
 *   <prefix>:writers                                             hash: writer → `seen json`
 *   <prefix>:generations                                         hash: generation → `first last topics cluster`
 *
 * Braces are Redis Cluster's hash tags: what one script touches must lie in one slot.
 */
export interface Keys {
  readonly record: (ref: CustomerRef) => string;
  readonly document: (ref: CustomerRef) => string;
  readonly tombstone: (ref: CustomerRef) => string;
  readonly checkpoints: string;
  readonly freshness: string;
  readonly history: string;
  /** The three parked keys, in the order in which the scripts take them. */
  readonly parked: readonly [entries: string, order: string, customers: string];
  readonly storms: string;
  readonly beyond: string;
}

/** Throws when a name holds a brace or a space: it would move keys out of their slot. */
export function keysOf(prefix: string, generation: string): Keys {
  checkName('prefix', prefix);
  checkName('generation', generation);
  const own = `${prefix}:${generation}`;
  const tagged = `${prefix}:{${generation}}`;
  const parked = `${tagged}:parked`;
  return {
    record: (ref) => `${own}:{${ref}}:record`,
    document: (ref) => `${own}:{${ref}}:document`,
    tombstone: (ref) => `${prefix}:{${ref}}:erased`,
    // An older name of checkpoints, which stays: other versions find their generations by it, and prune ours.
    checkpoints: `${own}:watermarks`,
    freshness: `${own}:fresh`,
    history: historyKey(prefix),
    parked: [parked, `${parked}-order`, `${parked}-customers`],
    storms: `${tagged}:storms`,
    beyond: `${tagged}:beyond`,
  };
}

/** Throws as `keysOf` does. */
export function liveKey(prefix: string): string {
  checkName('prefix', prefix);
  return `${prefix}:live`;
}

/** What the store says of itself. Throws as `keysOf` does. */
export function directoryKeys(prefix: string) {
  checkName('prefix', prefix);
  return {
    identity: `${prefix}:store`,
    writers: `${prefix}:writers`,
    generations: `${prefix}:generations`,
  };
}

/** Which generation a key belongs to, null: to none of this prefix (a tombstone, the pointer, another portal's). */
export function generationOfKey(prefix: string, key: string): string | null {
  const rest = key.startsWith(`${prefix}:`) ? key.slice(prefix.length + 1) : '';
  // Generations come before a customer's braces, or stand in braces of their own: `{g}:parked`, `g:{a:b}:record`.
  const [, inBraces, plain] = /^(?:\{([^{}:\s]+)\}|([^{}:\s]+)):./.exec(rest) ?? [];
  return inBraces ?? plain ?? null;
}

/** One for all generations: a person wants to see everything that waits. Throws as `keysOf` does. */
export function historyKey(prefix: string): string {
  checkName('prefix', prefix);
  return `${prefix}:history`;
}

/**
 * Names a parked record so that the order of texts is the order of family, partition, offset:
 * `usage/0000000003@0000000000000105`.
 */
export function sortableName(at: Coordinates): string {
  const partition = String(at.partition).padStart(10, '0');
  return `${at.family}/${partition}@${String(at.offset).padStart(16, '0')}`;
}

/** Names a storm; as with `sortableName`, the order of texts is that of family and partition. */
export function stormName({ code, field, schema_id, ...at }: StormCause): string {
  const [partition = ''] = sortableName({ ...at, offset: 0 }).split('@');
  return `${partition} ${code} ${schema_id ?? ''} ${field ?? ''}`;
}

/** Fields of a record. Vector and parts have names of one letter, so no side field can meet them. */
export const VECTOR_FIELD = 'v';
export const RECORD_FIELDS: readonly string[] = [VECTOR_FIELD, ...PART_NAMES];
export const sideField = (name: string): string => `f:${name}`;

export function checkName(what: string, name: string): void {
  if (!/^[^{}\s]+$/.test(name)) {
    throw new TypeError(
      `${what} must be text without braces and spaces, got ${JSON.stringify(name)}`,
    );
  }
}
