import { type CustomerRef } from '@portal/projection';
import { type RedisConnection } from './connect.ts';
import { within } from './errors.ts';
import { DEFAULT_PREFIX, keysOf, liveKey } from './keys.ts';
import { openLink } from './link.ts';
import { type DocumentLookup, type DocumentReader } from './port.ts';
import { allWatermarks, textOf, watermarksOf } from './replies.ts';

export interface RedisReaderOptions {
  readonly connection: RedisConnection;
  readonly prefix?: string;
  /** Every answer comes within this time, milliseconds. */
  readonly budgetMs?: number;
}

/** How long the name of the live generation may be remembered, milliseconds. */
const POINTER_AGE_MS = 1000;

/**
 * Reads documents of the live generation. While Redis is away it says `down` at once; while Redis is
 * silent it says `down` when the budget ends. One GET per read; the live generation is asked for
 * once a second.
 */
export function createRedisReader(options: RedisReaderOptions): DocumentReader {
  const { connection, prefix = DEFAULT_PREFIX, budgetMs = 200 } = options;
  const link = openLink({
    connection,
    name: 'portal-reader',
    // Longer than the budget: one slow answer must not cost the connection.
    timeoutMs: Math.max(POINTER_AGE_MS, 2 * budgetMs),
    whenAway: 'fail',
  });
  const live = rememberedPointer(async () =>
    textOf(await link.ask({ kind: 'plain', name: 'get', key: liveKey(prefix), args: [] })),
  );

  async function lookUp(ref: CustomerRef): Promise<DocumentLookup> {
    const generation = await live();
    if (generation === null) return { kind: 'down', reason: 'no generation is live yet' };
    const key = keysOf(prefix, generation).document(ref);
    const document = textOf(await link.ask({ kind: 'plain', name: 'get', key, args: [] }));
    return document === null
      ? { kind: 'missing', generation }
      : { kind: 'found', generation, document };
  }

  return {
    document: (ref) =>
      within(budgetMs, lookUp(ref)).catch((error: unknown) => ({
        kind: 'down',
        reason: error instanceof Error ? error.message : String(error),
      })),
    async watermarks() {
      const read = async () => {
        const generation = await live();
        if (generation === null) return null;
        return watermarksOf(await link.ask(allWatermarks(keysOf(prefix, generation))));
      };
      return within(budgetMs, read()).catch(() => null);
    },
    close: () => link.close(),
  };
}

/**
 * Asks once for all who wait, and counts the age from the moment of asking. That nothing is live yet
 * is not remembered, so the first generation shows at once.
 */
function rememberedPointer(ask: () => Promise<string | null>): () => Promise<string | null> {
  let known: { readonly generation: string; readonly askedAt: number } | null = null;
  let asking: Promise<string | null> | null = null;

  async function askAgain(): Promise<string | null> {
    const askedAt = performance.now();
    const generation = await ask();
    known = generation === null ? null : { generation, askedAt };
    return generation;
  }

  return () => {
    if (known !== null && performance.now() - known.askedAt < POINTER_AGE_MS) {
      return Promise.resolve(known.generation);
    }
    asking ??= askAgain().finally(() => {
      asking = null;
    });
    return asking;
  };
}
