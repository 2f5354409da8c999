import { fitsCents, type Micros, MICROS_PER_DAY, toIso } from '@portal/billing';
import { type StatusReason } from '../answer.ts';
import { END_OF_TIME } from '../range.ts';

/**
 * Valid events can add up to what no field can hold. The field then shows the end of its range, and one
 * of these reasons says so; see docs/decisions/0008.
 */
export const beyondCents = (field: string, exact: bigint): readonly string[] =>
  fitsCents(exact) ? [] : [`${field} is ${exact}, more than an amount can hold`];

export const beyondRange = (detail: string): StatusReason => ({ code: 'beyond_range', detail });

export const beyondClock = (now: Micros, shown: Micros): readonly StatusReason[] =>
  now === shown
    ? []
    : [beyondRange(`no calendar is kept at ${toIso(now)}: answered for ${toIso(shown)}`)];

/** With a day to spare: a day of a zone may be longer than 24 hours. */
export const isBeyondTime = (base: Micros, days: number): boolean =>
  base + (days + 1) * MICROS_PER_DAY > END_OF_TIME;
