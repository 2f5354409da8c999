import { type Micros } from '@portal/billing';
import {
  type BillingEvent,
  DEFAULT_SETTINGS,
  type Entry,
  fold,
  foreseenFields,
  type State,
} from '@portal/projection';
import { aCharge, aSubscription, at, aUsage } from '@portal/testkit';

let offset = 0;
/** The event at the next offset. */
export const entry = (event: BillingEvent): Entry => ({
  kind: 'event',
  at: { family: event.family, partition: 0, offset: (offset += 1) },
  event,
});

/** A point of a metric that is a level. */
export const level = (id: string, instant: Micros, value = '1', dimensions = {}) =>
  aUsage(
    { kind: 'point', metric_code: 'disk', timestamp: instant, value, dimensions },
    { event_id: id },
  );

export const gauge = aSubscription({
  started_at: at('2025-01-01T00:00:00Z'),
  created_at: at('2025-01-01T00:00:00Z'),
  charges: [
    aCharge({
      metric_code: 'disk',
      aggregation: 'latest',
      recurring: true,
      properties: { amount: '1' },
    }),
  ],
});

/** One fold, and the names of the side fields it had to see. */
export function foldSeeing(
  state: State,
  fields: ReadonlyMap<string, string>,
  entries: readonly Entry[],
) {
  const loaded = new Map<string, string | null>();
  let wanted = foreseenFields(entries, state);
  for (;;) {
    for (const name of wanted) loaded.set(name, fields.get(name) ?? null);
    const folded = fold(state, loaded, entries, DEFAULT_SETTINGS);
    if (folded.kind === 'folded') return { folded, seen: [...loaded.keys()] };
    if (folded.kind === 'erased') throw new Error('nobody asked for that');
    wanted = folded.fields;
  }
}
