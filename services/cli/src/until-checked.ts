import { setTimeout as sleep } from 'node:timers/promises';
import { type Acceptance } from './acceptance.ts';

const EVERY_MS = 1_000;

interface Waiting {
  readonly timeoutMs: number;
  /** Called once with what is waited for. */
  readonly onWait: (partitions: readonly string[]) => void;
  readonly everyMs?: number;
}

/**
 * Plans again until a projector has checked all topics that are there again, which takes seconds; after `timeoutMs` the
 * last plan is returned. While a projector checks a partition, it reports nothing of it: that is no answer yet.
 */
export async function untilChecked<Name extends string>(
  plan: () => Promise<readonly (Acceptance & { readonly partition: Name })[]>,
  { timeoutMs, onWait, everyMs = EVERY_MS }: Waiting,
): Promise<readonly (Acceptance & { readonly partition: Name })[]> {
  const end = performance.now() + timeoutMs;
  const awaited = new Set<Name>();
  for (let round = 0; ; round += 1) {
    const plans = await plan();
    const unchecked = plans.filter(({ kind }) => kind === 'not_looked_at');
    for (const { partition } of unchecked) awaited.add(partition);
    const told = new Set(plans.map(({ partition }) => partition));
    const untold = [...awaited].filter((partition) => !told.has(partition));
    if (unchecked.length + untold.length === 0) return plans;
    if (performance.now() >= end) {
      return [...plans, ...untold.map((partition) => ({ partition, ...GOES_ON }))];
    }
    if (round === 0) onWait([...awaited]);
    await sleep(everyMs);
  }
}

const GOES_ON = {
  kind: 'nothing_to_do',
  why: 'it does not wait any more: the log is the one that was folded',
} as const;
