import { type Micros, toIso, toMillis } from '@portal/billing';
import { type Meta } from '@portal/contracts';
import { type Document, FAMILIES, type Family, type StatusReason } from '@portal/projection';
import { type Freshness } from '@portal/stores';
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
 * How old the oldest record is that may wait in this customer's partitions of one source, milliseconds. A customer's
 * sources share their partition numbers. 0 while the projector says that nothing waits; once it says nothing any
 * more, it is counted from what it said last. null when nothing tells.
 */
function lagOf(family: Family, { document, freshness }: Stored, now: Micros): number | null {
  const partitions = new Set(Object.keys(document.vector).map((name) => name.split('/').at(-1)));
  const ages = [...partitions].map((partition) =>
    ageOf(freshness?.get(`${family}/${partition}`), toMillis(now)),
  );
  const known = ages.filter((age) => age !== null);
  return known.length < ages.length || known.length === 0 ? null : Math.max(...known);
}

/** The projector tells every two seconds; what is older than a few times that is no longer so. */
const TOLD_NOW_MS = 10_000;

function ageOf(told: Freshness | undefined, now: number): number | null {
  if (told === undefined) return null;
  if (told.isAtEnd && now - told.seenAt <= TOLD_NOW_MS) return 0;
  return told.asOf === null ? null : Math.max(0, now - told.asOf);
}

/**
 * `billing.subscriptions/3@12,billing.usage/3@105`: what the answer includes, in the topic names a client
 * that wrote an event got back from Kafka.
 */
export function consistencyToken(vector: Document['vector'], topicPrefix: string): string {
  return Object.entries(vector)
    .map(([partition, offset]) => `${topicPrefix}.${partition}@${offset}`)
    .join(',');
}

const positionsOf = (vector: Document['vector'], topicPrefix: string): Record<string, number> =>
  Object.fromEntries(
    Object.entries(vector).map(([partition, offset]) => [`${topicPrefix}.${partition}`, offset]),
  );
