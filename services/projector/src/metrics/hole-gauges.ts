import { FAMILIES } from '@portal/projection';
import { Gauge, type Registry } from '@portal/runtime';
import { type HolesNow, type StormsNow } from '../store/holes-now.ts';

/** What is parked now. null: the store did not tell; the gauges then say NaN, never 0. */
export function holeGauges(
  registers: Registry[],
): (now: HolesNow | null, storms: StormsNow) => void {
  const parked = new Gauge({
    name: 'portal_projector_parked_records',
    help: 'Parked records kept one by one now; NaN = unknown',
    labelNames: ['family'],
    registers,
  });
  const beyond = new Gauge({
    name: 'portal_projector_customers_beyond_holes',
    help: 'Customers with more parked records than are kept one by one; NaN = unknown',
    registers,
  });
  const storms = new Gauge({
    name: 'portal_projector_storms',
    help: 'Storms of parked records with one cause, each kept as one entry; NaN = unknown',
    registers,
  });
  const open = new Gauge({
    name: 'portal_projector_storms_open',
    help: 'Of these storms, those that nobody accepted; NaN = unknown',
    registers,
  });
  const incomplete = new Gauge({
    name: 'portal_projector_storms_lost',
    help: 'Of these storms, those of which the log does not hold all records any more; NaN = unknown',
    registers,
  });
  return (now, known) => {
    for (const family of FAMILIES) parked.set({ family }, now?.parked.get(family) ?? Number.NaN);
    beyond.set(now?.beyond ?? Number.NaN);
    storms.set(now?.storms.length ?? Number.NaN);
    open.set(known.open ?? Number.NaN);
    incomplete.set(known.incomplete ?? Number.NaN);
  };
}
