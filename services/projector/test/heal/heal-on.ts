import { type Decision } from '@portal/contracts';
import { createLogger } from '@portal/runtime';
import { type DocumentStore } from '@portal/stores';
import { type Start } from '@portal/streams';
import { applyBatch } from '../../src/batch/apply-batch.ts';
import { groupByCustomer } from '../../src/batch/group.ts';
import { heal } from '../../src/heal/heal.ts';
import { createOwned } from '../../src/follow/owned.ts';
import { type TestLog } from '../log-source.ts';
import { applierOn } from '../harness.ts';
import { until } from '@portal/testkit';

/** Folds the log as it can be read now, as the live follower does, and moves the checkpoints behind it. */
export async function follow(store: DocumentStore, log: TestLog): Promise<void> {
  const applier = applierOn(store);
  for (const batch of log.batches()) {
    const { entries, parked } = groupByCustomer(batch, applier.now());
    await applyBatch(applier, entries, parked);
  }
}

export interface Healed {
  /** What was logged, as lines of JSON. */
  readonly said: string[];
  readonly fatal: string[];
  stop(): Promise<void>;
}

/** Starts what heals beside a follower that has come to these positions: the end of the log when none are told. */
export function startHealing(
  store: DocumentStore,
  log: TestLog,
  position = Number.MAX_SAFE_INTEGER,
  decided: readonly Decision[] = [],
  now?: () => number,
): Healed {
  const stopping = new AbortController();
  const [said, fatal]: [string[], string[]] = [[], []];
  const applier = { ...applierOn(store), ...(now === undefined ? {} : { now }) };
  const owned = createOwned(600_000, applier.now);
  const starts = log
    .batches()
    .map(({ family, partition }): [`${typeof family}/${number}`, Start] => [
      `${family}/${partition}`,
      { next: position, from: position },
    ]);
  owned.take(new Map(starts), new Map());
  const running = heal({
    ...{ applier, owned, source: log.source, everyMs: 5, stopping: stopping.signal },
    logger: createLogger({
      ...{ service: 'test', level: 'info' as const },
      destination: { write: (line: string) => said.push(line) },
    }),
    fatal: (reason) => fatal.push(reason),
    decisions: () => Promise.resolve(decided),
  });
  return {
    said,
    fatal,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** Heals until the condition holds. */
export async function healUntil(
  store: DocumentStore,
  log: TestLog,
  what: string,
  condition: () => Promise<boolean>,
): Promise<Healed> {
  const healing = startHealing(store, log);
  await until(what, condition);
  await healing.stop();
  return healing;
}
