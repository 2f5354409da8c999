import { type Micros, MICROS_PER_MILLI, toIso } from '@portal/billing';
import { at } from '@portal/testkit';

/** The millisecond before an instant, the instant, and the millisecond after. */
export const around = (iso: string): readonly [before: string, at: string, after: string] => {
  const instant = at(iso);
  const shifted = (millis: number): string =>
    toIso((instant + millis * MICROS_PER_MILLI) as Micros);
  return [shifted(-1), iso, shifted(1)];
};
