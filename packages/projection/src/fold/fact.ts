import { type Micros, seriesText } from '@portal/billing';
import { type UsageEvent } from '../events.ts';
import { contentOfUsage } from '../fingerprint.ts';

/** A usage event as the ledger takes it. */
export interface Fact {
  readonly id: string;
  readonly at: Micros;
  readonly metric: string;
  readonly series: string;
  readonly value: string;
  readonly amount: string | null;
  /** What a unique event counts. */
  readonly key: string | null;
  /** What a unique event does with its key. */
  readonly operation: 'add' | 'remove' | null;
  /** Fingerprint of its payload. */
  readonly content: number;
}

export function factOf({ event_id: id, usage }: UsageEvent): Fact {
  return {
    id,
    at: usage.timestamp,
    metric: usage.metric_code,
    series: seriesText({
      kind: usage.kind,
      scope: usage.subscription_external_id,
      dimensions: usage.dimensions,
    }),
    value: usage.value,
    amount: usage.amount_cents,
    // A point may carry one too, and is no member for that.
    key: usage.kind === 'unique' ? usage.unique_key : null,
    operation: usage.operation,
    content: contentOfUsage(usage),
  };
}
