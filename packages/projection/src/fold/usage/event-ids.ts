import { dayOf, type Micros } from '@portal/billing';
import { idHash, lowHashBits } from '../../ids/hash.ts';
import {
  ASSUMED_ROWS_MAX,
  type AssumedIds,
  contentBits,
  countRows,
  findRow,
  idRow,
  insertRow,
  liveRows,
  rowsOf,
  shardField,
  shardNumber,
} from '../../ids/rows.ts';
import { type EventIds } from '../../state/usage-state.ts';
import { type TextCodec } from '../../stored/codec.ts';
import { type Fields } from '../fields.ts';
import { addressOf, sourceOf } from '../linear-hash.ts';

/**
 * Which usage event ids counted: a linear hash table of rows over side fields. Putting a row opens one shard, and one
 * time in SHARD_ROWS splits another, whatever the table holds.
 *
 *     hash ──low bits──► shard 0 … n-1, n grows with the rows: the rows of one older shard are dealt to it and the new one
 *
 * A row lives as long as the cells of its day. Dead rows count for nothing; they go when their shard is split, and a
 * sweep comes by each shard once in SWEEP_DAYS days. So how many rows and shards there are depends on when that
 * was, and on nothing that is ever answered.
 */
export const SHARD_ROWS = 64;
export const SWEEP_DAYS = 64;

export type Seen = 'new' | 'duplicate' | 'conflict';

/** A usage event as the table knows it. */
export interface SeenEvent {
  readonly id: string;
  readonly at: Micros;
  /** As `contentOf` gives it. */
  readonly content: number;
}

/**
 * Puts the id into the table unless a live row of it is there. `firstKeptDay` is the first UTC day that is kept. A shard that is
 * not loaded may be taken for one that holds none of the batch's ids: see `assumedIds`.
 */
export function seeEvent(
  ids: EventIds,
  fields: Fields,
  { id, at, content }: SeenEvent,
  firstKeptDay: number,
): { readonly ids: EventIds; readonly seen: Seen } {
  const hash = idHash(id);
  const name = shardField(shardOf(hash, ids.shards));
  const shard = fields.openOrAssume(name, bytesCodec) ?? '';
  const bits = contentBits(content);
  const known = findRow(shard, hash);
  if (known !== null && known.day >= firstKeptDay) {
    return { ids, seen: known.content === bits ? 'duplicate' : 'conflict' };
  }
  const longer = insertRow(shard, idRow(hash, dayOf(at), bits));
  fields.put(name, bytesCodec, longer);
  const grown = { ...ids, rows: ids.rows + countRows(longer) - countRows(shard) };
  return {
    ids: grown.rows > ids.shards * SHARD_ROWS ? split(grown, fields, firstKeptDay) : grown,
    seen: 'new',
  };
}

/**
 * What was taken for absent; null when nothing was. Whoever writes it must see that no row of these hashes is there, not even a
 * dead one: the count of rows would grow by each that took another's place unseen, and nothing would ever bring it down.
 * More rows than one change may assume make their shards missing.
 */
export function assumedIds(fields: Fields): AssumedIds | null {
  const shards = fields.assumed();
  if (shards.size === 0) return null;
  const rows = new Map([...shards].map(([name, text]) => [shardNumber(name), rowsOf(text)]));
  const count = [...rows.values()].reduce((sum, added) => sum + added.length, 0);
  if (count > ASSUMED_ROWS_MAX) for (const name of shards.keys()) fields.open(name, bytesCodec);
  return rows;
}

/** Drops dead rows of the shards whose turn it is: one day's share in a fold, so that no fold opens many. */
export function sweep(ids: EventIds, fields: Fields, firstKeptDay: number): EventIds {
  if (firstKeptDay === -Infinity || ids.swept >= firstKeptDay) return ids;
  const day = Math.max(ids.swept + 1, firstKeptDay - SWEEP_DAYS + 1);
  let { rows } = ids;
  for (let number = mod(day, SWEEP_DAYS); number < ids.shards; number += SWEEP_DAYS) {
    const name = shardField(number);
    const shard = fields.open(name, bytesCodec) ?? '';
    const live = liveRows(shard, firstKeptDay);
    if (live === shard) continue;
    rows += countRows(live) - countRows(shard);
    if (live === '') fields.remove(name);
    else fields.put(name, bytesCodec, live);
  }
  return { ...ids, rows, swept: day };
}

/** One shard more: it takes its rows from the one whose address has a bit less. */
function split(ids: EventIds, fields: Fields, firstKeptDay: number): EventIds {
  const added = ids.shards;
  const source = sourceOf(added);
  const shard = fields.open(shardField(source), bytesCodec) ?? '';
  const rows = rowsOf(liveRows(shard, firstKeptDay));
  const shards = added + 1;
  for (const number of [source, added]) {
    const own = rows.filter((row) => shardOf(row, shards) === number).join('');
    if (own === '') fields.remove(shardField(number));
    else fields.put(shardField(number), bytesCodec, own);
  }
  return { ...ids, shards, rows: ids.rows + rows.length - countRows(shard) };
}

const shardOf = (hash: string, shards: number): number => addressOf(lowHashBits(hash), shards);

/** The side field that an id is in, in a table of so many shards. */
export const idField = (id: string, shards: number): string =>
  shardField(shardOf(idHash(id), shards));

/** The side fields that are split when so many new ids come. */
export function splitFields(
  { rows, shards }: Pick<EventIds, 'rows' | 'shards'>,
  more: number,
): readonly string[] {
  const after = Math.max(shards, Math.ceil((rows + more) / SHARD_ROWS));
  const sources = Array.from({ length: after - shards }, (_, index) => sourceOf(shards + index));
  return sources.filter((source) => source < shards).map(shardField);
}

const mod = (value: number, by: number): number => ((value % by) + by) % by;

const bytesCodec: TextCodec<string> = {
  decode: (bytes) => {
    countRows(bytes);
    return bytes;
  },
  encode: (bytes) => bytes,
};
