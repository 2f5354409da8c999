import { isShardField, liveRows, rowsOf } from './ids/rows.ts';
import { type Settings } from './settings.ts';
import { firstKeptDayOf } from './state/retention.ts';
import { type State } from './state/state.ts';
import { type EventIds } from './state/usage-state.ts';
import { encodeRecord } from './stored/record.ts';

/**
 * A record without what says nothing: equal logs give equal texts here, byte for byte. Of the event ids it has
 * the live rows, in order; in which shards they lie, and which dead ones are still there, depends on when the
 * table was swept.
 */
export function comparableRecord(
  state: State,
  fields: Iterable<readonly [name: string, value: string | null]>,
  settings: Settings,
): {
  readonly state: string;
  readonly ids: readonly string[];
  readonly fields: ReadonlyMap<string, string>;
} {
  const usage = { ...state.usage, ids: NO_IDS };
  const since = firstKeptDayOf(state.usage.newest_days, settings);
  const rows: string[] = [];
  const others = new Map<string, string>();
  for (const [name, value] of fields) {
    if (value === null) continue;
    if (isShardField(name)) rows.push(...rowsOf(liveRows(value, since)));
    else others.set(name, value);
  }
  const { vector, parts } = encodeRecord({ ...state, usage }, null);
  return { state: [vector, ...parts.values()].join('\n'), ids: rows.sort(), fields: others };
}

const NO_IDS: EventIds = { rows: 0, shards: 0, swept: 0 };
