import { groupOf } from '@portal/projector';
import { type Pruned, type StoreDirectory } from '@portal/stores';
import { type DeletedGroup, deleteGroups } from '@portal/streams';
import { createProgress } from '../progress.ts';
import { EXIT, type Output } from '../say.ts';
import { type AskedStore } from '../store-options.ts';
import { namesIn, unfedIn } from './overview.ts';

export interface PruneGoal {
  /** null: all that are neither live nor fed. */
  readonly names: readonly string[] | null;
  readonly dryRun: boolean;
}

export interface PrunedGeneration {
  readonly generation: string;
  readonly keys: number;
  /** null: Kafka was not told where it is, or nothing was to be removed. */
  readonly group: DeletedGroup | null;
}

const MEASURE_MS = 60_000;

/** One generation after the other: its keys, its group, and then its name. */
export async function pruneGenerations(
  { names, dryRun }: PruneGoal,
  where: AskedStore,
  directory: StoreDirectory,
  output: Output,
): Promise<void> {
  const snapshot = await directory.snapshot();
  const measured = await directory.measure(MEASURE_MS);
  if (names === null && !measured.complete) {
    output.fail(
      'the store is too large to find all its generations in time',
      'name them',
      EXIT.failed,
    );
    return;
  }
  const known = namesIn(snapshot, measured);
  const stranger = names?.find((name) => !known.includes(name));
  if (stranger !== undefined && measured.complete) {
    output.fail(
      `the store holds no generation ${stranger}`,
      'generations list names them',
      EXIT.usage,
    );
    return;
  }
  const done: PrunedGeneration[] = [];
  for (const generation of names ?? unfedIn(snapshot, measured)) {
    const progress = createProgress(output, `${dryRun ? 'counting' : 'removing'} ${generation}`);
    const onProgress = (scanned: number, total: number): void => {
      progress.update(scanned, total);
    };
    const pruned = await directory.prune(generation, { dryRun, onProgress }).finally(() => {
      progress.done();
    });
    if (pruned.kind !== 'pruned') {
      output.fail(refusal(generation, pruned), null, EXIT.failed);
      return;
    }
    const group = dryRun ? null : await removeGroup(generation, snapshot.identity, where);
    if (!dryRun) await directory.forget(generation);
    done.push({ generation, keys: pruned.keys, group });
  }
  output.result(
    { dryRun, pruned: done },
    done.map(textOf(dryRun)).join('\n') || 'nothing to remove',
  );
  if (done.some(({ group }) => group !== null && group.problem !== null)) {
    process.exitCode = EXIT.failed;
  }
}

async function removeGroup(
  generation: string,
  identity: string | null,
  { kafka, topicPrefix, timeoutMs }: AskedStore,
): Promise<DeletedGroup | null> {
  if (kafka === null || identity === null) return null;
  const groups = [groupOf(topicPrefix, identity, generation)];
  const [deleted] = await deleteGroups(kafka, groups, timeoutMs);
  return deleted ?? null;
}

const textOf =
  (dryRun: boolean) =>
  ({ generation, keys, group }: PrunedGeneration): string => {
    const what = `${generation}: ${keys} keys ${dryRun ? 'would be removed' : 'removed'}`;
    if (dryRun || group === null) return what;
    return group.problem === null
      ? `${what}, and its consumer group`
      : `${what}; its consumer group stays: ${group.problem}`;
  };

function refusal(generation: string, pruned: Exclude<Pruned, { readonly kind: 'pruned' }>): string {
  switch (pruned.kind) {
    case 'live':
      return `${generation} is live: readers answer from it`;
    case 'fed':
      return `${generation} is fed by process ${pruned.by.pid} on ${pruned.by.host}: stop that one first`;
    default:
      return pruned satisfies never;
  }
}
