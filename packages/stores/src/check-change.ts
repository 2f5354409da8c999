import { ASSUMED_ROWS_MAX, type AssumedIds, ROW_BYTES, shardField } from '@portal/projection';
import { holdsBytes, isBytes } from './bytes.ts';
import { type RecordChange } from './port.ts';

/** Throws TypeError for what no store may be asked to write: see the port. Before anything of the batch is written. */
export function checkChange(change: RecordChange): void {
  for (const [name, text] of change.set) {
    if (holdsBytes(name) && !isBytes(text)) {
      throw new TypeError(`side field ${name} holds a char that is no byte`);
    }
  }
  if (change.assumed !== undefined) checkAssumed(change, change.assumed);
}

function checkAssumed({ set, remove, replace }: RecordChange, assumed: AssumedIds): void {
  if (replace === true) throw new TypeError('a record written anew cannot assume what lies in it');
  const count = [...assumed.values()].reduce((sum, added) => sum + added.length, 0);
  if (count > ASSUMED_ROWS_MAX) throw new TypeError(`${count} ids are too many to assume at once`);
  for (const [shard, added] of assumed) {
    const name = shardField(shard);
    if (!Number.isSafeInteger(shard) || shard < 0) throw new TypeError(`${shard} is no shard`);
    if (set.has(name) || remove.includes(name)) {
      throw new TypeError(`${name} is changed and assumed at once`);
    }
    if (!added.every((row) => row.length === ROW_BYTES && isBytes(row))) {
      throw new TypeError(`${name} was to get a row that is none`);
    }
  }
}
