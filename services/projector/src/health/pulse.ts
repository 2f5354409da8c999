import { type Decision } from '@portal/contracts';
import { inTime, singleFlight } from '@portal/async';
import { type PartitionName } from '@portal/projection';
import { type Readiness } from '@portal/runtime';
import { type DocumentStore, type Freshness, type GenerationPointer } from '@portal/stores';
import { type Held } from '@portal/streams';
import { unaccepted } from '../store/accepted.ts';
import { type FreshnessWatch } from '../follow/freshness.ts';
import { type HolesNow, holesIn } from '../store/holes-now.ts';
import { type ProjectorMetrics } from '../metrics/metrics.ts';
import { missingOf } from './missing-of-storm.ts';
import { type Presence } from '../store/presence.ts';
import { type Progress } from '../follow/stalls.ts';

/** An answer, or why there is none. */
export type Told<Value> =
  | { readonly kind: 'told'; readonly value: Value }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** No answer yet. */
  | { readonly kind: 'late' };

/**
 * What becomes of the generation: `building`, it goes live when it is caught up and none is; `taking_over`, then also from another
 * one; `settled`, that is decided.
 */
export type Goal = 'building' | 'taking_over' | 'settled';

/** The state of everything the projector needs, checked at one time. */
export interface Beat {
  readonly progress: Told<Progress>;
  /** Whether the store took the writing of the freshness. */
  readonly written: Told<unknown>;
  /** What is parked. */
  readonly holes: Told<HolesNow>;
  readonly decisions: Told<readonly Decision[]>;
  /** Read before the pointer, so that a generation that goes live meanwhile is not taken for one that nobody reads. */
  readonly goal: Goal;
  /** The generation readers are pointed at. */
  readonly live: Told<string | null>;
}

export interface PulseOptions {
  readonly progress: () => Promise<Progress>;
  /** What people decided so far. */
  readonly decisions: () => Promise<readonly Decision[]>;
  readonly store: DocumentStore;
  readonly pointer: GenerationPointer;
  readonly goal: () => Goal;
  readonly freshness: FreshnessWatch;
  readonly held: () => readonly Held[];
  /** Keeps what people must decide of topics that changed. Never rejects. */
  readonly noteHistory: () => Promise<void>;
  readonly metrics: ProjectorMetrics;
  /** The readers' clock, epoch milliseconds. */
  readonly now: () => number;
  /** Says whether the process is ready; called at every check. */
  readonly judge: (beat: Beat) => Readiness;
  /** null where nobody else can write to the store. */
  readonly presence: Pick<Presence, 'beat'> | null;
  /** Called with the reason when the process must end. */
  readonly end: (reason: string) => void;
}

export interface Pulse {
  /** Checks now, once for all who ask meanwhile. Never rejects; what takes too long is `late`. */
  readiness(): Promise<Readiness>;
  stop(): void;
}

const EVERY_MS = 2_000;
/** For each of two steps: a readiness probe gives up after three seconds, as in docker-compose.yml. */
const LATE_MS = 1_250;

/**
 * What the process does about itself every two seconds: it says that it is still here, checks source, store and
 * pointer, writes how current its partitions are, and sets the gauges. Readers compute `lag_ms` from what is written,
 * and it proves that the store takes writes. The beat and the check do not wait for each other.
 */
export function startPulse(options: PulseOptions): Pulse {
  const { presence, end } = options;
  const readiness = singleFlight(() => check(options));
  const beat = singleFlight(async () => {
    const reason = (await presence?.beat()) ?? null;
    if (reason !== null) end(reason);
  });
  const timer = setInterval(() => {
    void readiness();
    void beat();
  }, EVERY_MS);
  timer.unref();
  return {
    readiness,
    stop: () => {
      clearInterval(timer);
    },
  };
}

async function check(options: PulseOptions): Promise<Readiness> {
  const { progress: ask, store, pointer, freshness, held, metrics, now } = options;
  const askedAt = now();
  const goal = options.goal();
  const [progress, live, holes, decisions] = await Promise.all([
    told(ask()),
    told(pointer.live()),
    told(holesIn(store)),
    told(options.decisions()),
  ]);
  tellHoles(metrics, { holes, decisions, progress });
  const ends = progress.kind === 'told' ? progress.value.partitions : null;
  const fresh = freshness.tell(ends, askedAt);
  const [written] = await Promise.all([
    told(store.refresh(fresh ?? new Map<PartitionName, Freshness>())),
    told(options.noteHistory()),
  ]);
  if (written.kind === 'told') freshness.told(written.value);
  metrics.generation(store.generation, live.kind === 'told' ? { live: live.value } : null);
  metrics.partitions(fresh?.size ?? null, held());
  metrics.behind(freshness.tell(ends, askedAt), now());
  return options.judge({ progress, written, holes, decisions, goal, live });
}

function tellHoles(
  metrics: ProjectorMetrics,
  { holes, decisions, progress }: Pick<Beat, 'holes' | 'decisions' | 'progress'>,
): void {
  const now = holes.kind === 'told' ? holes.value : null;
  const open =
    now === null || decisions.kind !== 'told'
      ? null
      : unaccepted(now.storms, decisions.value).length;
  const incomplete =
    now === null || progress.kind !== 'told'
      ? null
      : now.storms.filter((storm) => missingOf(storm, progress.value).kind !== 'none').length;
  metrics.holes(now, { open, incomplete });
}

async function told<Value>(work: Promise<Value>): Promise<Told<Value>> {
  try {
    const ended = await inTime(work, LATE_MS);
    return ended.kind === 'late' ? ended : { kind: 'told', value: ended.value };
  } catch (error) {
    return { kind: 'failed', error };
  }
}
