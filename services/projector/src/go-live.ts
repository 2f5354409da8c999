import { setTimeout as sleep } from 'node:timers/promises';
import { type GenerationPointer } from '@portal/stores';
import { type PartitionProgress, type Projector } from './projector.ts';

export type WentLive =
  | { readonly kind: 'live' }
  /** Readers stay on another generation: switching is a decision for people. */
  | { readonly kind: 'other'; readonly generation: string }
  | { readonly kind: 'stopped' };

const POLL_MS = 100;

/**
 * Points readers at this generation once everything that was in the log at the start is folded, if no
 * generation is live yet. Until then readers answer 503: never a half-folded dashboard.
 */
export async function goLive(
  projector: Projector,
  pointer: GenerationPointer,
  generation: string,
  stopping: AbortSignal,
  waited: (missing: number, error: unknown) => void,
): Promise<WentLive> {
  let goal: readonly PartitionProgress[] | null = null;
  while (!stopping.aborted) {
    try {
      const progress = await projector.progress();
      goal ??= progress;
      const missing = recordsMissing(goal, progress);
      if (missing === 0) return await pointAt(pointer, generation);
      waited(missing, null);
    } catch (error) {
      waited(Number.NaN, error);
    }
    await sleep(POLL_MS, undefined, { signal: stopping }).catch(() => undefined);
  }
  return { kind: 'stopped' };
}

/** Offsets between what is folded and the ends of the goal. */
export function recordsMissing(
  goal: readonly PartitionProgress[],
  progress: readonly PartitionProgress[],
): number {
  return goal.reduce((sum, { family, partition, end }) => {
    const now = progress.find((p) => p.family === family && p.partition === partition);
    return sum + Math.max(0, end - (now?.folded ?? 0));
  }, 0);
}

async function pointAt(pointer: GenerationPointer, generation: string): Promise<WentLive> {
  await pointer.switch(null, generation);
  const live = await pointer.live();
  return live === generation || live === null
    ? { kind: 'live' }
    : { kind: 'other', generation: live };
}
