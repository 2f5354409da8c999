import { type Decimal } from '../decimal.ts';
import { type Usage } from './usage.ts';

/** What a price is applied to: the units of an aggregation, and the events they come from. */
export interface Measured {
  readonly aggregation: string;
  readonly recurring: boolean;
  /** Rounded as the charge says. */
  readonly units: Decimal;
  readonly usage: Usage;
}
