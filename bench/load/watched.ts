import { type Micros } from '@portal/billing';
import { type Family } from '@portal/projection';

/** What `visible.ts` reads on its standard input. */
export interface VisibleJob {
  readonly brokers: readonly string[];
  readonly prefix: string;
  /** Of the five topics' schemas. */
  readonly schemaIds: Readonly<Record<Family, number>>;
  /** Of the reader. */
  readonly port: number;
  /** What is asked of the reader for each watched customer; those are the customers 0, 2, 4 and so on. */
  readonly paths: readonly string[];
  /** Customers that have their facts; who is not watched gets the load. */
  readonly customers: number;
  /** When the facts began. */
  readonly began: Micros;
  /** Index of the first event: above all that were sent before. */
  readonly firstIndex: number;
  /** Events per second beside those that are watched. */
  readonly load: number;
  /** Watched events, and the mean time between two of them. */
  readonly watched: number;
  readonly everyMs: number;
  /** Watched events before those that count. */
  readonly warmup: number;
}

/** Milliseconds from the moment an event is handed to the producer to the answer that includes it. */
export interface VisibleResult {
  readonly p50: number;
  readonly p99: number;
  /** Events sent in all. */
  readonly sent: number;
  readonly perSecond: number;
}
