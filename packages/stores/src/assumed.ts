import {
  countRows,
  findRow,
  HASH_BYTES,
  insertRow,
  isShard,
  SHARD_ROWS_MAX,
  shardField,
} from '@portal/projection';
import { type AssumedIds } from './port.ts';

/** The shards with the assumed rows, by field; null when the assumption does not hold: apply then says `known`. */
export function withAssumed(
  fields: ReadonlyMap<string, string> | undefined,
  { since, rows }: AssumedIds,
): ReadonlyMap<string, string> | null {
  const shards = new Map<string, string>();
  for (const [number, added] of rows) {
    const name = shardField(number);
    const before = fields?.get(name) ?? '';
    const shard = isShard(before) ? withRows(before, added, since) : null;
    if (shard === null || countRows(shard) > SHARD_ROWS_MAX) return null;
    shards.set(name, shard);
  }
  return shards;
}

function withRows(before: string, rows: readonly string[], since: number): string | null {
  let shard = before;
  for (const row of rows) {
    const seen = findRow(shard, row.slice(0, HASH_BYTES));
    if (seen !== null && seen.day >= since) return null;
    shard = insertRow(shard, row);
  }
  return shard;
}
