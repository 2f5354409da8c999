import { type Micros, toIso, toMillis } from '@portal/billing';
import { type Meta } from '@portal/contracts';
import { type Document, FAMILIES, type Family, type StatusReason } from '@portal/projection';
import { statusOf } from './status.ts';
import { type Stored } from './stored.ts';

/**
 * What `include=meta` adds: where the answer comes from and how far it goes. `now` is the clock's,
 * whatever instant the answer is for.
 */
export function metaOf(
  stored: Stored,
  reasons: readonly StatusReason[],
  now: Micros,
  topicPrefix: string,
): Meta {
  const { generation, stateId, document } = stored;
  return {
    generation,
    state_id: stateId,
    as_of: Object.fromEntries(
      FAMILIES.flatMap((family) => {
        const at = document.as_of[family];
        return at === undefined ? [] : [[family, toIso(at)] as const];
      }),
    ),
    positions: positionsOf(document.vector, topicPrefix),
    holes: document.holes.map(({ partition, offset }) => ({
      partition: `${topicPrefix}.${partition}`,
      offset,
    })),
    hole_ranges: document.hole_ranges.map((range) => ({
      ...range,
      partition: `${topicPrefix}.${range.partition}`,
    })),
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

/**
 * `billing.subscriptions/3@12,billing.usage/3@105`: what the answer includes, in the topic names a client
 * that wrote an event got back from Kafka.
 */
export function consistencyToken(vector: Document['vector'], topicPrefix: string): string {
  return Object.entries(positionsOf(vector, topicPrefix))
    .map(([partition, offset]) => `${partition}@${offset}`)
    .join(',');
}

const positionsOf = (vector: Document['vector'], topicPrefix: string): Record<string, number> =>
  Object.fromEntries(
    Object.entries(vector).map(([partition, offset]) => [`${topicPrefix}.${partition}`, offset]),
  );
