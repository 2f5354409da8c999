import { isShardField, liveRows, rowsOf } from './ids/rows.ts';
import { type Settings } from './settings.ts';
import { ledgerSince } from './state/retention.ts';
import { type State } from './state/state.ts';

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
  const { ids: _, ...usage } = state.usage;
  const since = ledgerSince(state.usage.newest_days, settings);
  const rows: string[] = [];
  const others = new Map<string, string>();
  for (const [name, value] of fields) {
    if (value === null) continue;
    if (isShardField(name)) rows.push(...rowsOf(liveRows(value, since)));
    else others.set(name, value);
  }
  return { state: JSON.stringify({ ...state, usage }), ids: rows.sort(), fields: others };
}
