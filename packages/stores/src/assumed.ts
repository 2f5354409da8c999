import {
  type AssumedIds,
  countRows,
  findRow,
  HASH_BYTES,
  insertRow,
  isShard,
  SHARD_ROWS_MAX,
  shardField,
} from '@portal/projection';

/** The shards with the assumed rows, by field; null when the assumption does not hold: apply then says `known`. */
export function withAssumed(
  fields: ReadonlyMap<string, string> | undefined,
  assumed: AssumedIds,
): ReadonlyMap<string, string> | null {
  const shards = new Map<string, string>();
  for (const [number, rows] of assumed) {
    const name = shardField(number);
    const before = fields?.get(name) ?? '';
    const shard = isShard(before) ? withRows(before, rows) : null;
    if (shard === null || countRows(shard) > SHARD_ROWS_MAX) return null;
    shards.set(name, shard);
  }
  return shards;
}

function withRows(before: string, rows: readonly string[]): string | null {
  let shard = before;
  for (const row of rows) {
    if (findRow(shard, row.slice(0, HASH_BYTES)) !== null) return null;
    shard = insertRow(shard, row);
  }
  return shard;
}
