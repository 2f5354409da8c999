import { sleep } from '@portal/async';
import { type GenerationPointer } from '@portal/stores';
import { brokerOffset, topicsMissingText } from '@portal/streams';
import { type Projector } from './projector.ts';
import { type PartitionProgress } from './follow/stalls.ts';

export type WentLive =
  | { readonly kind: 'live' }
  /** Readers stay on another generation: switching is a decision for people. */
  | { readonly kind: 'other'; readonly generation: string }
  | { readonly kind: 'stopped' };

export interface GoLiveOptions {
  readonly projector: Projector;
  readonly pointer: GenerationPointer;
  readonly generation: string;
  /** Whether to take readers over from another generation that is live. */
  readonly takeOver: boolean;
  readonly stopping: AbortSignal;
  readonly pollMs: number;
  /** Called with how far it is, in offsets, and with the error when that is not known. */
  readonly waiting: (
    progress: { readonly folded: number; readonly total: number },
    error: unknown,
  ) => void;
}

/**
 * Points readers at this generation once everything that was in the log at the start is folded, if no
 * generation is live yet or it may take over. Until then readers answer 503: never a half-folded dashboard. So it waits
 * as long as a topic is missing, and what is there then is the start.
 */
export async function goLive(options: GoLiveOptions): Promise<WentLive> {
  const { projector, pointer, generation, stopping, waiting } = options;
  let goal: readonly PartitionProgress[] | null = null;
  let told = { folded: 0, total: 0 };
  while (!stopping.aborted) {
    try {
      const { partitions: progress, missing: missingTopics } = await projector.progress();
      if (missingTopics.length > 0) {
        goal = null;
        throw new Error(topicsMissingText(missingTopics));
      }
      goal ??= progress;
      const total = goal.reduce((sum, { end }) => sum + brokerOffset(end), 0);
      const remaining = recordsRemaining(goal, progress);
      told = { folded: total - remaining, total };
      waiting(told, null);
      if (remaining === 0) return await pointAt(pointer, generation, options.takeOver);
    } catch (error) {
      waiting(told, error);
    }
    await sleep(options.pollMs, stopping);
  }
  return { kind: 'stopped' };
}

/**
 * Offsets between what is folded and the ends of the goal. A log that was made again before any of it was folded may
 * never get as long as the old one: then its present end counts. A log that is shorter than what was folded is not
 * the one that is folded.
 */
export function recordsRemaining(
  goal: readonly PartitionProgress[],
  progress: readonly PartitionProgress[],
): number {
  return goal.reduce((sum, { family, partition, end }) => {
    const now = progress.find((p) => p.family === family && p.partition === partition);
    if (now === undefined) return sum + brokerOffset(end);
    const wanted = now.folded > now.end ? end : Math.min(end, now.end);
    return sum + Math.max(0, wanted - now.folded);
  }, 0);
}

async function pointAt(
  pointer: GenerationPointer,
  generation: string,
  takeOver: boolean,
): Promise<WentLive> {
  const before = await pointer.live();
  if (before !== generation && (before === null || takeOver)) {
    await pointer.switch(before, generation);
  }
  const live = await pointer.live();
  return live === generation || live === null
    ? { kind: 'live' }
    : { kind: 'other', generation: live };
}
