import { type Micros } from '../micros.ts';
import { addLocalDays } from './zone.ts';

/**
 * When a trial of that many local days ends: the same wall time as it began. The end is exclusive.
 * null when there is no trial.
 */
export const trialEnd = (base: Micros, days: number, zone: string): Micros | null =>
  days === 0 ? null : addLocalDays(base, days, zone);
