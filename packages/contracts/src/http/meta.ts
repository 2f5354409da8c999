import { type Family, type StatusReason } from '@portal/projection';
import * as z from 'zod';
import { count, instant, text } from './fields.ts';

/**
 * How good an answer is. `rebuilding` is not given so far; it is named so that clients can be written for it.
 */
export const DASHBOARD_STATUSES = ['fresh', 'stale', 'partial', 'degraded', 'rebuilding'] as const;
export type DashboardStatus = (typeof DASHBOARD_STATUSES)[number];

const REASON_CODES = [
  'unavailable_charge',
  'unavailable_feature',
  'partial_currency',
  'period_not_kept',
  'beyond_range',
  'hole',
  'many_holes',
  'conflict',
  'time_zone_data',
] as const satisfies readonly StatusReason['code'][];

export const statusReason = z.object({
  code: z
    .enum(REASON_CODES)
    .describe(
      'beyond_range: a field could not hold its value and shows the end of its range; time_zone_data: the ' +
        'figures were folded by other time zone rules than those of the reader',
    ),
  detail: text.describe('what it is about'),
});

/** A source the customer has no event of may be left out. */
const bySource = <Value extends z.ZodType>(value: Value) =>
  z.object({
    customers: value.optional(),
    subscriptions: value.optional(),
    invoices: value.optional(),
    usage: value.optional(),
    wallets: value.optional(),
  } satisfies Record<Family, z.ZodOptional<Value>>);

/** `include=meta`: where the answer comes from and how far it goes. */
export const meta = z.object({
  generation: text.describe('generation of the read model that answered'),
  state_id: text.describe('names the state: the same events folded give the same id'),
  as_of: bySource(instant).describe('newest event time folded for this customer, per source'),
  positions: z
    .record(text, count)
    .describe(
      'last offset folded for this customer, per topic and partition: billing.usage/3. Offsets of a topic that was ' +
        'made again n times have n times 2^40 added, here and in holes',
    ),
  holes: z
    .array(z.object({ partition: text, offset: count }))
    .describe('events of this customer that could not be applied'),
  hole_ranges: z
    .array(z.object({ partition: text, count, first: count, last: count }))
    .describe(
      'instead of holes when there are over 100: how many events of a topic and partition at most could not be ' +
        'applied, and the offsets of the first and the last',
    ),
  lag_ms: bySource(count.nullable()).describe(
    'milliseconds for which the oldest record may have waited that this answer does not include, per source; ' +
      '0 when none waits. It grows while nobody folds. null when it is not known',
  ),
  status: z.enum(DASHBOARD_STATUSES),
  reasons: z.array(statusReason),
});

/** The shape of `meta`, as the reader fills it. */
export type Meta = z.infer<typeof meta>;
