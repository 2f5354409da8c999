import {
  firstShardCodec,
  type FirstShard,
  type Shard,
  shardCodec,
  type SeriesEvent,
} from '../../stored/single-events.ts';
import { fieldName, type Fields, openWhere } from '../fields.ts';
import { addressOf, sourceOf } from '../linear-hash.ts';

/**
 * The single events of one metric and UTC day, by event id: a linear hash table over side fields. Putting an event opens
 * one shard and at times splits another, whatever the table holds.
 *
 *     field(0)   count, events of shard 0     id ──hash──► shard 0 … n-1,  n = ⌈count / SHARD_EVENTS⌉
 *     field(1)   events of shard 1            one more shard: the events of one older shard are dealt
 *     field(2)   …                            to it and the new one
 *
 * The number of shards follows from the number of events alone, and an event's shard from both: equal tables
 * are equal texts, whatever order the events came in. Events are never taken out one by one.
 */
export interface EventTable {
  readonly day: number;
  readonly metric: string;
}

const SHARD_EVENTS = 64;

/** `isThere`: the table holds events already. */
export function putEvent(
  fields: Fields,
  table: EventTable,
  event: SeriesEvent,
  isThere: boolean,
): void {
  const { id } = event.event;
  const header = openWhere(isThere, fields, fieldOf(table, 0), firstShardCodec) ?? newTable();
  const shards = shardsFor(header.count);
  const number = addressOf(hashOf(id), shards);
  const shard = openShard(fields, table, header, number);
  const grown = shard.has(id) ? header : { ...header, count: header.count + 1 };
  shard.set(id, event);
  putShard(fields, table, grown, number, shard);
  if (shardsFor(grown.count) > shards) split(fields, table, grown, shards);
}

export const countOf = (fields: Fields, table: EventTable): number =>
  openFirstShard(fields, table).count;

/** All of them: walks every shard. */
export function eventsOf(fields: Fields, table: EventTable): readonly SeriesEvent[] {
  const header = openFirstShard(fields, table);
  return Array.from({ length: shardsFor(header.count) }, (_, number) => [
    ...openShard(fields, table, header, number).values(),
  ]).flat();
}

/**
 * Drops at most `max` shards, the last first, and hands over their events. `shards` says how many were
 * dropped, `remaining` how many remain; at 0 the table is gone. A table being dropped takes no more events.
 */
export function dropShards(fields: Fields, table: EventTable, max: number) {
  const header = openFirstShard(fields, table);
  const before = shardsFor(header.count);
  const remaining = Math.max(0, before - max);
  const dropped: SeriesEvent[] = [];
  for (let number = before - 1; number >= remaining; number -= 1) {
    dropped.push(...openShard(fields, table, header, number).values());
    if (number > 0 || remaining === 0) fields.remove(fieldOf(table, number));
  }
  // The count only has to say how many shards are left.
  const rest = { ...header, count: remaining * SHARD_EVENTS };
  if (remaining > 0 && remaining < before) fields.put(fieldOf(table, 0), firstShardCodec, rest);
  return { dropped, shards: before - remaining, remaining };
}

const fieldOf = ({ day, metric }: EventTable, shard: number): string =>
  fieldName.singleEvents(day, shard, metric);

const shardsFor = (count: number): number => Math.max(1, Math.ceil(count / SHARD_EVENTS));

/** Taken once: where tests run, each look-up of a global is a call. */
const { imul } = Math;

/** FNV-1a over UTF-16 code units, finished so that its low bits depend on all of them. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

function split(fields: Fields, table: EventTable, header: FirstShard, shards: number): void {
  const source = sourceOf(shards);
  const old = openShard(fields, table, header, source);
  const added: Shard = new Map();
  for (const [id, event] of old) {
    if (addressOf(hashOf(id), shards + 1) === source) continue;
    old.delete(id);
    added.set(id, event);
  }
  putShard(fields, table, header, source, old);
  putShard(fields, table, header, shards, added);
}

const newTable = (): FirstShard => ({ count: 0, first: new Map() });

const openFirstShard = (fields: Fields, table: EventTable): FirstShard =>
  fields.openKnown(fieldOf(table, 0), firstShardCodec) ?? newTable();

const openShard = (fields: Fields, table: EventTable, header: FirstShard, number: number): Shard =>
  number === 0
    ? header.first
    : (fields.openKnown(fieldOf(table, number), shardCodec) ?? new Map<string, SeriesEvent>());

function putShard(
  fields: Fields,
  table: EventTable,
  { count, first }: FirstShard,
  number: number,
  shard: Shard,
): void {
  if (number > 0) fields.put(fieldOf(table, number), shardCodec, shard);
  const header = { count, first: number === 0 ? shard : first };
  fields.put(fieldOf(table, 0), firstShardCodec, header);
}
