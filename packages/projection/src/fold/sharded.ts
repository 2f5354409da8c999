import { type FieldCodec, type Fields } from './fields.ts';

/**
 * A linear hash table over side fields: putting a row opens one shard and at times splits another,
 * whatever the table holds.
 *
 *     field(0)   count, rows of shard 0       key ──hash──► shard 0 … n-1,  n = ⌈count / shardRows⌉
 *     field(1)   rows of shard 1              one more shard: the rows of one older shard are dealt
 *     field(2)   …                            to it and the new one
 *
 * The number of shards follows from the number of rows alone, and a row's shard from both: equal tables
 * are equal texts, whatever order the rows came in. Rows are never taken out one by one.
 */
export interface ShardedTable<V> {
  readonly field: (shard: number) => string;
  readonly shardRows: number;
  /** One row as a JSON value and back. */
  readonly toJson: (key: string, value: V) => unknown;
  readonly fromJson: (row: unknown) => readonly [key: string, value: V];
}

type Shard<V> = Map<string, V>;

interface Header<V> {
  readonly count: number;
  readonly first: Shard<V>;
}

/** Puts a row, whose value `change` makes from the one before (undefined: there was none). */
export function putRow<V>(
  fields: Fields,
  table: ShardedTable<V>,
  key: string,
  change: (before: V | undefined) => V,
): void {
  const header = openHeader(fields, table);
  const shards = shardsFor(table, header.count);
  const number = addressOf(key, shards);
  const shard = openShard(fields, table, header, number);
  const before = shard.get(key);
  const after = change(before);
  if (before === after) return;
  const grown = shard.has(key) ? header : { ...header, count: header.count + 1 };
  shard.set(key, after);
  putShard(fields, table, grown, number, shard);
  if (shardsFor(table, grown.count) > shards) split(fields, table, grown, shards);
}

export const countOf = <V>(fields: Fields, table: ShardedTable<V>): number =>
  openHeader(fields, table).count;

/** Every row: walks all shards. */
export function rowsOf<V>(
  fields: Fields,
  table: ShardedTable<V>,
): readonly (readonly [key: string, value: V])[] {
  const header = openHeader(fields, table);
  return Array.from({ length: shardsFor(table, header.count) }, (_, number) => [
    ...openShard(fields, table, header, number),
  ]).flat();
}

/**
 * Drops at most `max` shards, the last first, and hands over their rows. `shards` says how many were
 * dropped, `left` how many remain; at 0 the table is gone. A table being dropped takes no more rows.
 */
export function dropShards<V>(fields: Fields, table: ShardedTable<V>, max: number) {
  const header = openHeader(fields, table);
  const before = shardsFor(table, header.count);
  const left = Math.max(0, before - max);
  const dropped: (readonly [key: string, value: V])[] = [];
  for (let number = before - 1; number >= left; number -= 1) {
    dropped.push(...openShard(fields, table, header, number));
    if (number > 0 || left === 0) fields.remove(table.field(number));
  }
  // The count only has to say how many shards are left.
  const rest = { ...header, count: left * table.shardRows };
  if (left > 0 && left < before) fields.put(table.field(0), headerCodec(table), rest);
  return { dropped, shards: before - left, left };
}

const shardsFor = <V>({ shardRows }: ShardedTable<V>, count: number): number =>
  Math.max(1, Math.ceil(count / shardRows));

/** The lowest bits of the key's hash, one bit fewer where that shard is not split off yet. */
function addressOf(key: string, shards: number): number {
  const bits = 32 - Math.clz32(shards - 1);
  const hash = hashOf(key);
  const address = hash % 2 ** bits;
  return address < shards ? address : hash % 2 ** (bits - 1);
}

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

function split<V>(fields: Fields, table: ShardedTable<V>, header: Header<V>, shards: number): void {
  const source = shards - 2 ** (31 - Math.clz32(shards));
  const old = openShard(fields, table, header, source);
  const added: Shard<V> = new Map();
  for (const [key, value] of old) {
    if (addressOf(key, shards + 1) === source) continue;
    old.delete(key);
    added.set(key, value);
  }
  putShard(fields, table, header, source, old);
  putShard(fields, table, header, shards, added);
}

const openHeader = <V>(fields: Fields, table: ShardedTable<V>): Header<V> =>
  fields.open(table.field(0), headerCodec(table)) ?? { count: 0, first: new Map() };

const openShard = <V>(
  fields: Fields,
  table: ShardedTable<V>,
  header: Header<V>,
  number: number,
): Shard<V> =>
  number === 0
    ? header.first
    : (fields.open(table.field(number), shardCodec(table)) ?? new Map<string, V>());

function putShard<V>(
  fields: Fields,
  table: ShardedTable<V>,
  { count, first }: Header<V>,
  number: number,
  shard: Shard<V>,
): void {
  if (number > 0) fields.put(table.field(number), shardCodec(table), shard);
  const header = { count, first: number === 0 ? shard : first };
  fields.put(table.field(0), headerCodec(table), header);
}

const storedRows = <V>(table: ShardedTable<V>, shard: Shard<V>): readonly unknown[] =>
  [...shard].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => table.toJson(key, value));

const shardCodec = <V>(table: ShardedTable<V>): FieldCodec<Shard<V>> => ({
  decode: (text) => new Map((JSON.parse(text) as unknown[]).map(table.fromJson)),
  encode: (shard) => JSON.stringify(storedRows(table, shard)),
});

const headerCodec = <V>(table: ShardedTable<V>): FieldCodec<Header<V>> => ({
  decode: (text) => {
    const [count, ...rows] = JSON.parse(text) as [number, ...unknown[]];
    return { count, first: new Map(rows.map(table.fromJson)) };
  },
  encode: ({ count, first }) => JSON.stringify([count, ...storedRows(table, first)]),
});
