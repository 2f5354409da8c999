import { type Micros } from '@portal/billing';
import { type UsagePeriod } from './usage-state.ts';

/** How its running totals are named. */
export const windowName = ({ from, end }: UsagePeriod): string => `${from}:${end}`;

export const isIn = ({ from, end }: UsagePeriod, at: Micros): boolean => from <= at && at < end;
