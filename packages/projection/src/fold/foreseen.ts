import { dayOf } from '@portal/billing';
import { type Entry } from './fold.ts';
import { fieldName } from './fields.ts';

/**
 * The side fields an entry will touch, as far as it tells by itself: loading them along with the head
 * spares a round trip. The fold asks for what else it needs.
 */
export function foreseenFields(entries: readonly Entry[]): readonly string[] {
  const names = new Set<string>();
  for (const entry of entries) {
    if (entry.kind !== 'event') continue;
    const { event } = entry;
    if (event.family === 'invoices') names.add(fieldName.invoice(event.invoice.id));
    if (event.family !== 'usage') continue;
    const { timestamp, metric_code } = event.usage;
    names.add(fieldName.event(event.event_id));
    names.add(fieldName.ids(dayOf(timestamp), 0));
    names.add(fieldName.cells(dayOf(timestamp), metric_code));
  }
  return [...names];
}
