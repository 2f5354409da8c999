import { sleep } from '@portal/async';
import { type Layout } from './layout.ts';
import { type KafkaLog } from './log.ts';
import { type Assignment } from './take-over.ts';

/** Topic to number of partitions. */
export type Counts = ReadonlyMap<string, number>;

const COUNTS_EVERY_MS = 2_000;

export const countsOf = ({ topics }: KafkaLog, layout: Layout): Counts =>
  new Map(
    [...topics.keys()].flatMap((topic) => {
      const { length } = layout.partitionsOf(topic);
      return length === 0 ? [] : [[topic, length]];
    }),
  );

/**
 * Of a topic that is not there nobody is given anything. A member has the same partition numbers of all topics, so it
 * holds those of the missing one as well: what was folded of it is named, and nothing takes it for folded to its end.
 */
export function withMissing(
  { topics }: KafkaLog,
  counts: Counts,
  assignment: Assignment,
): Assignment {
  const numbers = [...new Set([...assignment.values()].flat())].sort((a, b) => a - b);
  const missing = [...topics.keys()].filter((topic) => !counts.has(topic));
  return new Map([...assignment, ...missing.map((topic) => [topic, numbers] as const)]);
}

/**
 * Resolves with what changed, once topics or partitions came or went; null when the signal aborts. Never rejects.
 * kafkajs checks its topics every five minutes, and no topic may stay unread for so long. A topic counts as gone when
 * two checks say so: a broker that was just started may not know all of them for a moment.
 */
export async function countsChanged(
  log: KafkaLog,
  layout: Layout,
  before: Counts,
  signal: AbortSignal,
): Promise<string | null> {
  for (let goneBefore: ReadonlySet<string> = new Set(); ;) {
    await sleep(COUNTS_EVERY_MS, signal);
    if (signal.aborted) return null;
    const isKnown = await layout.refresh().then(
      () => true,
      () => false,
    );
    if (!isKnown) continue;
    const now = countsOf(log, layout);
    const gone = [...before.keys()].filter((topic) => !now.has(topic));
    const isGone = gone.some((topic) => goneBefore.has(topic));
    goneBefore = new Set(gone);
    const hasChanged = [...now].some(([topic, count]) => before.get(topic) !== count);
    if (!isGone && !hasChanged) continue;
    return `the topics have other partitions (${told(now)}) than before (${told(before)})`;
  }
}

const told = (counts: Counts): string =>
  counts.size === 0 ? 'none' : [...counts].map(([topic, count]) => `${topic} ${count}`).join(', ');
