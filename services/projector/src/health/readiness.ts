import {
  createQuietLog,
  type Logger,
  notReadyFields,
  type NotReadyReason,
  type Readiness,
} from '@portal/runtime';
import { type Storm, StoreRefused, StoreUnavailable } from '@portal/stores';
import { type PartitionName, partitionName } from '@portal/projection';
import { type Held, kafkaMessageOf, offsetText, topicsMissingText } from '@portal/streams';
import { unaccepted } from '../store/accepted.ts';
import { type Beat, type Goal, type Told } from './pulse.ts';
import { type MissingOfStorm, missingOf } from './missing-of-storm.ts';
import { StoreWentBack } from '../store/store-check.ts';
import { type PartitionProgress, type Stall } from '../follow/stalls.ts';

/** What readiness is judged by, all of it as it is now. */
export interface Facts {
  /** Why the projector ended; null while it follows. */
  readonly over: string | null;
  readonly beat: Beat;
  /** How far this process is in its own partitions; null while it has no place in its group. */
  readonly positions: ReadonlyMap<PartitionName, number> | null;
  readonly held: readonly Held[];
  readonly stalls: readonly Stall[];
  readonly own: string;
}

/** The truth about now: the first of these reasons that holds, or ready. */
export function judge(facts: Facts): Readiness {
  const { over, beat, held, stalls } = facts;
  if (over !== null) return not('ended', over);
  // Before what the source says: a topic that is gone cannot be asked.
  const changed = held.filter(({ why }) => why === 'history_changed');
  if (changed.length > 0) {
    return not('history_changed', changed.map(({ detail }) => detail).join('; '));
  }
  if (beat.progress.kind !== 'told') return notAnswered(beat.progress, beat.live);
  if (beat.live.kind !== 'told') return notTold('store_unavailable', beat.live);
  if (beat.written.kind !== 'told') return notTold('store_refuses_writes', beat.written);
  // What is held says it in more words.
  const { missing } = beat.progress.value;
  if (missing.length > 0 && held.length === 0) {
    return not('source_unavailable', topicsMissingText(missing));
  }
  if (facts.positions === null) return not('joining', 'this process has no place in its group yet');
  if (held.length > 0) return not('held', heldText(held));
  const [stall] = stalls;
  if (stall !== undefined) return not('stalled', stallText(stall));
  const { value: progress } = beat.progress;
  const [storm] = openStorms(beat).filter((one) => isOurs(facts, one, progress.partitions));
  if (storm !== undefined) return not('storm', stormText(storm, missingOf(storm, progress)));
  return ofGeneration(facts.own, beat.live.value, beat.goal);
}

/** Says that the process is not ready, and why, also when nobody asks; and that it is again. */
export function readinessLog(logger: Logger): (now: Readiness) => void {
  const log = createQuietLog(logger);
  let told = true;
  return (now) => {
    // As at every start, and whenever a member comes or goes.
    if (!now.ready && now.reason === 'joining') return;
    if (!now.ready) log.warn(now.reason, notReadyFields(now), 'not ready');
    else if (!told) log.info('ready again', {}, 'ready again');
    told = now.ready;
  };
}

/** What was not answered is judged at the next check. */
const openStorms = ({ holes, decisions }: Beat): readonly Storm[] =>
  holes.kind === 'told' && decisions.kind === 'told'
    ? unaccepted(holes.value.storms, decisions.value)
    : [];

/** Its partition is ours, or nobody can own it because it is not there: then every process says it. */
const isOurs = (
  { positions }: Facts,
  storm: Storm,
  progress: readonly PartitionProgress[],
): boolean =>
  positions?.has(partitionName(storm)) === true ||
  !progress.some((each) => partitionName(each) === partitionName(storm));

const not = (reason: NotReadyReason, detail: string): Readiness => ({
  ...{ ready: false, reason, detail },
});

function ofGeneration(own: string, live: string | null, goal: Goal): Readiness {
  if (live === own || goal === 'taking_over' || (goal === 'building' && live === null)) {
    return { ready: true };
  }
  return not(
    'not_live',
    live === null
      ? `no generation is live, though ${own} was: readers answer 503 until a projector starts that goes live`
      : `readers stay on generation ${live}, this projector feeds ${own}: ` +
          'start it with GO_LIVE=take-over to switch them',
  );
}

/** Both were asked at once: the store answered if the pointer came. */
function notAnswered(progress: Told<unknown>, live: Told<unknown>): Readiness {
  const isTheStores = progress.kind === 'failed' ? isOfStore(progress.error) : live.kind !== 'told';
  return notTold(isTheStores ? 'store_unavailable' : 'source_unavailable', progress);
}

function notTold(reason: NotReadyReason, told: Told<unknown>): Readiness {
  if (told.kind === 'failed') {
    const [raw, detail] = [String(told.error), wordsOf(told.error)];
    // Trouble that is expected: without its stack, and not the same words twice.
    return { ...not(reason, detail), ...(raw.endsWith(detail) ? {} : { error: raw }) };
  }
  return not(
    reason,
    `the ${reason === 'source_unavailable' ? 'source' : 'store'} did not answer in time`,
  );
}

const isOfStore = (error: unknown): error is Error =>
  [StoreUnavailable, StoreRefused, StoreWentBack].some((kind) => error instanceof kind);

/** The store's errors are in plain words already. */
const wordsOf = (error: unknown): string =>
  isOfStore(error) ? error.message : kafkaMessageOf(error);

function heldText(held: readonly Held[]): string {
  const oldest = held.reduce((a, b) => (b.since < a.since ? b : a));
  const others = held.length === 1 ? '' : ` and ${held.length - 1} more`;
  return `${partitionName(oldest)}${others} cannot go on (${oldest.why}): ${oldest.detail}`;
}

function stormText({ code, count, first, last, ...at }: Storm, missing: MissingOfStorm): string {
  const acceptText = `parked accept ${partitionName(at)} --code ${code} --even-if-gone`;
  const what = `${count} records from ${offsetText(first)} to ${offsetText(last)}`;
  return `${partitionName(at)} has a storm: ${what} are parked for ${code}${missingText(missing, acceptText)}`;
}

function missingText(missing: MissingOfStorm, acceptText: string): string {
  switch (missing.kind) {
    case 'none':
      return '';
    case 'some':
      return `; those before ${offsetText(missing.begin)} are lost: the log begins there`;
    case 'all':
      return `; they are lost: the log does not hold them any more. Say that you live with that: ${acceptText}`;
    default:
      return missing satisfies never;
  }
}

const stallText = ({ forMs, ...stall }: Stall): string =>
  `${partitionName(stall)} has stood at ${offsetText(stall.folded)} of ${offsetText(stall.end)} for ${Math.round(forMs / 1_000)} s`;
