import { setTimeout as sleep } from 'node:timers/promises';
import {
  feederOf,
  type Measured,
  PRUNE_PAUSE_MS,
  PRUNE_STEP_KEYS,
  type Pruned,
  type PruneOptions,
  type Size,
  type StoreSnapshot,
} from './directory.ts';
import { generationOfKey, keysOf } from './keys.ts';
import { type Ask, type RedisLink } from './link.ts';
import { listOf } from './replies.ts';

/** Of each generation: enough for a guess, few enough to be quick. */
const SAMPLE_KEYS = 100;

/** A pass that removes nothing is the last; slots that move on meanwhile, and late writes, need another one. */
const PASSES_MAX = 10;

/** Scans every key once on its master, until time runs out. */
export async function measureGenerations(
  link: RedisLink,
  prefix: string,
  withinMs: number,
): Promise<Measured> {
  const end = performance.now() + withinMs;
  const counts = new Map<string, { keys: number; sampled: number; bytes: number }>();
  for (const ask of await link.masters()) {
    for await (const keys of scan(ask, `${escaped(prefix)}:*`)) {
      for (const key of keys) {
        const generation = generationOfKey(prefix, key);
        if (generation === null) continue;
        const count = counts.get(generation) ?? { keys: 0, sampled: 0, bytes: 0 };
        counts.set(generation, count);
        count.keys += 1;
        if (count.sampled >= SAMPLE_KEYS) continue;
        count.sampled += 1;
        count.bytes += Number(await ask('memory', ['usage', key]));
      }
      if (performance.now() > end) return { generations: sizesOf(counts), complete: false };
    }
  }
  return { generations: sizesOf(counts), complete: true };
}

const sizesOf = (
  counts: ReadonlyMap<string, { keys: number; sampled: number; bytes: number }>,
): ReadonlyMap<string, Size> =>
  new Map(
    [...counts].map(([generation, { keys, sampled, bytes }]) => [
      generation,
      { keys, bytes: Math.round((bytes / sampled) * keys) },
    ]),
  );

export async function pruneGeneration(
  link: RedisLink,
  prefix: string,
  generation: string,
  { dryRun = false, pauseMs = PRUNE_PAUSE_MS, onProgress = () => undefined }: PruneOptions,
  snapshot: () => Promise<StoreSnapshot>,
): Promise<Pruned> {
  const { checkpoints } = keysOf(prefix, generation);
  const hindrance = async (): Promise<Pruned | null> => {
    const seen = await snapshot();
    if (seen.live === generation) return { kind: 'live' };
    const by = feederOf(seen, generation);
    return by === undefined ? null : { kind: 'fed', by };
  };
  const remove = async (keys: readonly string[]): Promise<number> => {
    if (dryRun) return keys.length;
    const replies = await link.run(
      keys.map((key) => ({ kind: 'plain', name: 'unlink', key, args: [] })),
    );
    return replies.reduce<number>((sum, reply) => sum + Number(reply), 0);
  };

  let removed = 0;
  for (let pass = 0; pass < PASSES_MAX; pass += 1) {
    const before = removed;
    const refused = await hindrance();
    if (refused !== null) return refused;
    if (!dryRun) removed += await remove([checkpoints]);
    for await (const step of keysOfGeneration(link, prefix, generation, onProgress)) {
      const hindered = await hindrance();
      if (hindered !== null) return hindered;
      removed += await remove(step);
      await sleep(pauseMs);
    }
    if (dryRun || removed === before) break;
  }
  return { kind: 'pruned', keys: removed };
}

/** In steps of a bounded size. */
async function* keysOfGeneration(
  link: RedisLink,
  prefix: string,
  generation: string,
  onProgress: (scanned: number, total: number) => void,
): AsyncGenerator<readonly string[]> {
  const masters = await link.masters();
  const sizes = await Promise.all(masters.map(async (ask) => Number(await ask('dbsize', []))));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const pattern = `${escaped(prefix)}:*${escaped(generation)}*`;
  let scanned = 0;
  for (const ask of masters) {
    for await (const keys of scan(ask, pattern)) {
      const own = keys.filter((key) => generationOfKey(prefix, key) === generation);
      for (let from = 0; from < own.length; from += PRUNE_STEP_KEYS) {
        yield own.slice(from, from + PRUNE_STEP_KEYS);
      }
      scanned = Math.min(total, scanned + SCAN_COUNT);
      onProgress(scanned, total);
    }
  }
}

/** About how many keys Redis scans for one answer: some hundred microseconds of its time. */
const SCAN_COUNT = 1_000;

async function* scan(ask: Ask, pattern: string): AsyncGenerator<readonly string[]> {
  let cursor = '0';
  do {
    const reply = await ask('scan', [cursor, 'match', pattern, 'count', String(SCAN_COUNT)]);
    const [next, keys] = reply as readonly [string, readonly string[]];
    yield listOf(keys).filter((key) => key !== null);
    cursor = next;
  } while (cursor !== '0');
}

/** Escaped, so that `MATCH` takes each character as itself. */
const escaped = (text: string): string => text.replace(/[*?[\]\\^]/g, '\\$&');
