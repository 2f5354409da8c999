import type * as z from 'zod';
import { details } from './details.ts';
import { meta } from './meta.ts';
import { dashboardSummary } from './summary.ts';

/** The 200 body: the default fields, then what `include` asked for. */
export const dashboardBody = dashboardSummary.extend({
  meta: meta.optional(),
  details: details.optional(),
});
export type DashboardBody = z.infer<typeof dashboardBody>;

/** What `include` may name. */
export const INCLUDES = ['meta', 'details'] as const;
export type Include = (typeof INCLUDES)[number];
