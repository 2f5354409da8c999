import { type Micros, toIso, toMillis } from '@portal/billing';
import { type Meta } from '@portal/contracts';
import { type Document, FAMILIES, type Family, type StatusReason } from '@portal/projection';
import { statusOf } from './status.ts';
import { type Stored } from './stored.ts';

/**
 * What `include=meta` adds: where the answer comes from and how far it goes. `now` is the clock's,
 * whatever instant the answer is for.
 */
export function metaOf(stored: Stored, reasons: readonly StatusReason[], now: Micros): Meta {
  const { generation, stateId, document } = stored;
  return {
    generation,
    state_id: stateId,
    as_of: Object.fromEntries(
      Object.entries(document.as_of).map(([family, at]) => [family, toIso(at)]),
    ),
    positions: document.vector,
    holes: document.holes.map(({ partition, offset }) => ({ partition, offset })),
    lag_ms: Object.fromEntries(FAMILIES.map((family) => [family, lagOf(family, stored, now)])),
    status: statusOf(reasons),
    reasons: reasons.map(({ code, detail }) => ({ code, detail })),
  };
}

/**
 * Milliseconds since the newest event folded in this customer's partitions of one source: an upper
 * bound, as a quiet partition grows old without being behind. null when nothing tells.
 */
function lagOf(family: Family, { document, watermarks }: Stored, now: Micros): number | null {
  const newest = Object.keys(document.vector)
    .filter((partition) => partition.startsWith(`${family}/`))
    .map((partition) => watermarks?.get(partition)?.occurredAt ?? null)
    .filter((at) => at !== null);
  if (newest.length === 0) return null;
  return Math.max(0, toMillis(now) - toMillis(Math.min(...newest) as Micros));
}

/** `subscriptions/3@12,usage/3@105`: what the answer includes, for a client that wrote an event. */
export function consistencyToken(vector: Document['vector']): string {
  return Object.entries(vector)
    .map(([partition, offset]) => `${partition}@${offset}`)
    .join(',');
}
