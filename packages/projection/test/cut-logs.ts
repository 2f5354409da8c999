import { type Charge, type Micros } from '@portal/billing';
import {
  type BillingEvent,
  customerRef,
  DEFAULT_SETTINGS,
  type Entry,
  type Settings,
} from '@portal/projection';
import { aCharge, type Log } from '@portal/testkit';

/** Usage lies in two partitions, as that of a customer whose key was moved; all else in one. */
export function logIn(events: readonly BillingEvent[], movedAt: number): Log {
  const partitions = new Map<string, Entry[]>();
  events.forEach((event, index) => {
    const partition = event.family === 'usage' && index >= movedAt ? 1 : 0;
    const entries = partitions.get(`${event.family}/${partition}`) ?? [];
    partitions.set(`${event.family}/${partition}`, entries);
    const place = { family: event.family, partition, offset: entries.length };
    entries.push({ kind: 'event', at: place, event });
  });
  return [...partitions.values()];
}

/** What is left of a log of which each usage partition begins at one of these offsets. */
export const cutAt = (log: Log, begins: readonly number[]): Log =>
  log
    .map((entries) =>
      entries.filter(
        ({ at: { family, partition, offset } }) =>
          family !== 'usage' || offset >= (begins[partition] ?? 0),
      ),
    )
    .filter((entries) => entries.length > 0);

export const settingsOf = (trimmed: readonly (readonly [number, Micros])[]): Settings => ({
  ...DEFAULT_SETTINGS,
  trimmed: new Map(trimmed),
});

export const refOf = ({ organization_id, customer_id }: BillingEvent) =>
  customerRef(organization_id, customer_id);

/** Charges that look at all usage since the subscription began, one cent a unit. */
export const standing = (metric_code: string, ...aggregations: readonly Charge['aggregation'][]) =>
  aggregations.map((aggregation) =>
    aCharge({
      ...{ id: `${metric_code} ${aggregation}`, metric_code, aggregation, recurring: true },
      properties: { amount: '1' },
    }),
  );
