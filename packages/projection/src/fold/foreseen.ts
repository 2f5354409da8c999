import { dayOf } from '@portal/billing';
import { ASSUMED_ROWS_MAX } from '../ids/rows.ts';
import { type State } from '../state/state.ts';
import { idField, splitFields } from './usage/event-ids.ts';
import { type Entry } from './entry.ts';
import { fieldName } from './fields.ts';

/**
 * The side fields an entry will touch, as far as it and the state tell: loading them along with the state
 * spares a round trip. The fold asks for what else it needs. A fold that may assume needs no event ids but those of shards
 * that grow too long, unless there are more than one change may assume.
 */
export function foreseenFields(
  entries: readonly Entry[],
  state: State | null,
  mayAssume = false,
): readonly string[] {
  const names = new Set<string>();
  const ids = state?.usage.ids ?? NO_IDS;
  const usage = entries.filter((entry) => entry.kind === 'event' && entry.event.family === 'usage');
  const assumes = mayAssume && usage.length <= ASSUMED_ROWS_MAX;
  if (assumes) for (const name of splitFields(ids, usage.length)) names.add(name);
  for (const entry of entries) {
    if (entry.kind !== 'event') continue;
    const { event } = entry;
    if (event.family === 'invoices') names.add(fieldName.invoice(event.invoice.id));
    if (event.family !== 'usage') continue;
    const { timestamp, metric_code } = event.usage;
    if (!assumes) names.add(idField(event.event_id, ids.shards));
    names.add(fieldName.cells(dayOf(timestamp), metric_code));
  }
  return [...names];
}

const NO_IDS = { rows: 0, shards: 1 };
