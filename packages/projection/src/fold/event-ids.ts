import { fieldName, type Fields } from './fields.ts';
import { putRow, rowsOf, type ShardedTable } from './sharded.ts';

/** Files an event id under a UTC day; `elsewhere` says that it is filed under another day as well. */
export function fileId(fields: Fields, day: number, id: string, elsewhere: boolean): void {
  putRow(fields, idsOfDay(day), id, (before) => elsewhere || before === true);
}

export const filedIds = (fields: Fields, day: number): readonly string[] =>
  rowsOf(fields, idsOfDay(day)).map(([id]) => id);

/**
 * Which event ids belong to a day, so that they can be forgotten with it. An id seen with several
 * contents on different days is filed under each: its value is true then.
 */
export const idsOfDay = (day: number): ShardedTable<boolean> => ({
  field: (shard) => fieldName.ids(day, shard),
  shardRows: 32,
  toJson: (id, elsewhere) => (elsewhere ? [id] : id),
  fromJson: (row) => {
    const stored = row as string | readonly [string];
    return typeof stored === 'string' ? [stored, false] : [stored[0], true];
  },
});
