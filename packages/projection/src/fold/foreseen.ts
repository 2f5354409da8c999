import { dayOf } from '@portal/billing';
import { type State } from '../state/state.ts';
import { idField } from './usage/event-ids.ts';
import { type Entry } from './fold.ts';
import { fieldName } from './fields.ts';

/**
 * The side fields an entry will touch, as far as it and the state tell: loading them along with the state
 * spares a round trip. The fold asks for what else it needs.
 */
export function foreseenFields(entries: readonly Entry[], state: State | null): readonly string[] {
  const names = new Set<string>();
  for (const entry of entries) {
    if (entry.kind !== 'event') continue;
    const { event } = entry;
    if (event.family === 'invoices') names.add(fieldName.invoice(event.invoice.id));
    if (event.family !== 'usage') continue;
    const { timestamp, metric_code } = event.usage;
    names.add(idField(event.event_id, state?.usage.ids.shards ?? 1));
    names.add(fieldName.cells(dayOf(timestamp), metric_code));
  }
  return [...names];
}
