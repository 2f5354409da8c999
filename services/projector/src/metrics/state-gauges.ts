import { type PartitionName, readPartitionName } from '@portal/projection';
import { Gauge, type NotReadyReason, type Readiness, type Registry } from '@portal/runtime';
import { type Freshness } from '@portal/stores';
import { type Held } from '@portal/streams';

export interface StateGauges {
  readiness(now: Readiness): void;
  /** `pointer` null: it could not be read. */
  generation(own: string, pointer: { readonly live: string | null } | null): void;
  /** `owned` null: no place among the members. */
  partitions(owned: number | null, held: readonly Held[]): void;
  /** How current the own partitions are; null as above. */
  behind(told: ReadonlyMap<PartitionName, Freshness> | null, now: number): void;
}

/** Every reason has its series, so that a rule sees 0 and not nothing. */
const WHYS = {
  registry_away: 0,
  unreadable: 0,
  follower_failed: 0,
  topic_missing: 0,
  history_changed: 0,
} as const satisfies Record<Held['why'], 0>;

const REASONS = {
  ...{ store_unavailable: 0, store_refuses_writes: 0, source_unavailable: 0 },
  ...{ history_changed: 0, storm: 0 },
  ...{ joining: 0, held: 0, stalled: 0, not_live: 0, ended: 0, check_failed: 0 },
} as const satisfies Record<NotReadyReason, 0>;

/** How things stand, set with each pulse. What is not known is NaN, never 0. */
export function createStateGauges(registry: Registry): StateGauges {
  const gauge = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
  ) => new Gauge({ name, help, labelNames, registers: [registry] });
  const info = gauge(
    'portal_projector_generation_info',
    'The generation this process feeds (own) and the one readers are pointed at (live); 1',
    ['generation', 'role'],
  );
  const owned = gauge(
    'portal_projector_partitions_owned',
    'Partitions of this process; NaN while it has no place in its group',
  );
  const heldBy = gauge(
    'portal_projector_partitions_held',
    'Own partitions that wait and cannot go on, by reason',
    ['why'],
  );
  const behind = gauge(
    'portal_projector_behind_seconds',
    'For how long the oldest record that is not folded may have waited; 0 at the end, NaN = unknown',
    ['family', 'partition'],
  );
  const oldest = gauge(
    'portal_projector_oldest_unfolded_seconds',
    'The largest portal_projector_behind_seconds of this process; NaN = unknown',
  );
  const notReady = gauge(
    'portal_projector_not_ready',
    'Whether this process is not ready for this reason: 1 or 0',
    ['reason'],
  );
  owned.set(Number.NaN);
  oldest.set(Number.NaN);
  return {
    readiness: (now) => {
      for (const reason of Object.keys(REASONS)) {
        notReady.set({ reason }, !now.ready && now.reason === reason ? 1 : 0);
      }
    },
    generation: (own, pointer) => {
      info.reset();
      info.set({ generation: own, role: 'own' }, 1);
      if (pointer === null) info.set({ generation: 'unknown', role: 'live' }, Number.NaN);
      else if (pointer.live !== null) info.set({ generation: pointer.live, role: 'live' }, 1);
    },
    partitions: (count, held) => {
      owned.set(count ?? Number.NaN);
      for (const why of Object.keys(WHYS)) {
        heldBy.set({ why }, held.filter((each) => each.why === why).length);
      }
    },
    behind: (told, now) => {
      behind.reset();
      const all: number[] = [];
      for (const [name, fresh] of told ?? []) {
        const { family, partition } = readPartitionName(name);
        const seconds = secondsBehind(fresh, now);
        behind.set({ family, partition: String(partition) }, seconds);
        all.push(seconds);
      }
      // Math.max is NaN when one of them is.
      oldest.set(told === null ? Number.NaN : Math.max(0, ...all));
    },
  };
}

function secondsBehind({ asOf, isAtEnd }: Freshness, now: number): number {
  if (isAtEnd) return 0;
  return asOf === null ? Number.NaN : Math.max(0, now - asOf) / 1_000;
}
