import { type PartitionName } from '@portal/projection';
import { type Keys } from './keys.ts';
import { type RedisLink } from './link.ts';
import { ADVANCE } from './lua/advance.lua.ts';
import { REFRESH } from './lua/refresh.lua.ts';
import { type Freshness, type Checkpoint } from './port.ts';
import { allCheckpoints, listOf, readFreshness, checkpointsOf } from './replies.ts';

export async function readCheckpoints(
  link: RedisLink,
  keys: Keys,
): Promise<ReadonlyMap<PartitionName, Checkpoint>> {
  const [reply] = await link.run([allCheckpoints(keys)]);
  return checkpointsOf(reply);
}

export async function advance(
  link: RedisLink,
  keys: Keys,
  checkpoints: ReadonlyMap<PartitionName, Checkpoint>,
): Promise<void> {
  if (checkpoints.size === 0) return;
  const args = [...checkpoints].flatMap(([name, { next, occurredAt, replay, last, trimmed }]) => [
    name,
    String(next),
    occurredAt === null ? '' : String(occurredAt),
    replay === undefined ? '' : `${replay.from} ${replay.nextFrom} ${replay.since}`,
    last === undefined ? '' : `@${last.offset}:${last.fingerprint}`,
    trimmed === undefined ? '' : String(trimmed),
  ]);
  await link.run([{ kind: 'script', script: ADVANCE, keys: [keys.checkpoints], args }]);
}

export async function refresh(
  link: RedisLink,
  keys: Keys,
  told: ReadonlyMap<PartitionName, Freshness>,
): Promise<ReadonlyMap<PartitionName, Freshness>> {
  if (told.size === 0) return new Map();
  const args = [...told].flatMap(([name, { asOf, isAtEnd, seenAt }]) => [
    ...[name, asOf === null ? '' : String(asOf), isAtEnd ? '1' : '0', String(seenAt)],
  ]);
  const [reply] = await link.run([
    { kind: 'script', script: REFRESH, keys: [keys.freshness], args },
  ]);
  const stored = listOf(reply);
  return new Map([...told.keys()].map((name, index) => [name, readFreshness(stored[index] ?? '')]));
}

export async function noteHistory(
  link: RedisLink,
  { history }: Keys,
  generation: string,
  notes: ReadonlyMap<PartitionName, string | null>,
): Promise<void> {
  if (notes.size === 0) return;
  await link.run(
    [...notes].map(([partition, note]) => {
      const field = `${generation} ${partition}`;
      return note === null
        ? { kind: 'plain', name: 'hdel', key: history, args: [field] }
        : { kind: 'plain', name: 'hset', key: history, args: [field, note] };
    }),
  );
}
