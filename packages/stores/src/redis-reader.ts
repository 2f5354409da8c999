import { singleFlight } from '@portal/async';
import { type CustomerRef } from '@portal/projection';
import { type RedisConnection } from './connect.ts';
import { within } from './errors.ts';
import { DEFAULT_PREFIX, type Keys, keysOf, liveKey } from './keys.ts';
import { openLink, type PlainCommand, type RedisLink } from './link.ts';
import { LOOK } from './lua/look.lua.ts';
import { type DocumentLookup, type DocumentReader } from './port.ts';
import { allWatermarks, listOf, textOf, watermarksOf } from './replies.ts';

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
 * silent it says `down` when the budget ends. One GET per read, one small script when the head is
 * wanted as well; the live generation is asked for once a second.
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
  const pointer: PlainCommand = { kind: 'plain', name: 'get', key: liveKey(prefix), args: [] };
  const live = rememberedPointer(
    prefix,
    async () => textOf(await link.ask(pointer)),
    () => link.losses(),
  );

  async function lookUp(ref: CustomerRef, withHead: boolean): Promise<DocumentLookup> {
    const now = await live();
    if (now === null) return { kind: 'down', reason: 'no generation is live yet' };
    const { generation, keys } = now;
    const [document, head] = withHead
      ? await look(link, keys.document(ref), keys.record(ref))
      : [textOf(await link.ask({ kind: 'plain', name: 'get', key: keys.document(ref), args: [] }))];
    return document === undefined || document === null
      ? { kind: 'missing', generation }
      : { kind: 'found', generation, document, head: head ?? null };
  }

  async function readWatermarks() {
    const now = await live();
    return now === null ? null : watermarksOf(await link.ask(allWatermarks(now.keys)));
  }

  return {
    document: (ref, { withHead } = { withHead: false }) =>
      within(budgetMs, lookUp(ref, withHead)).catch((error: unknown) => ({
        kind: 'down',
        reason: error instanceof Error ? error.message : String(error),
      })),
    watermarks: () => within(budgetMs, readWatermarks()).catch(() => null),
    close: () => link.close(),
  };
}

async function look(link: RedisLink, document: string, record: string) {
  const keys = [document, record];
  const [reply] = await link.run([{ kind: 'script', script: LOOK, keys, args: [] }]);
  return listOf(reply);
}

interface Live {
  readonly generation: string;
  readonly keys: Keys;
  readonly askedAt: number;
  /** Connections that had ended by then. */
  readonly losses: number;
}

/**
 * Asks once for all who wait, and counts the age from the moment of asking. That nothing is live yet
 * is not remembered, so the first generation shows at once. A lost connection ends the memory: an emptied
 * Redis has no live generation, though its documents may be on their way back.
 */
function rememberedPointer(
  prefix: string,
  ask: () => Promise<string | null>,
  losses: () => number,
): () => Promise<Live | null> {
  let known: Live | null = null;

  const askAgain = singleFlight(async (): Promise<Live | null> => {
    const asked = { askedAt: performance.now(), losses: losses() };
    const generation = await ask();
    known = generation === null ? null : { generation, keys: keysOf(prefix, generation), ...asked };
    return known;
  });

  return () => {
    const isYoung = known !== null && performance.now() - known.askedAt < POINTER_AGE_MS;
    return isYoung && known?.losses === losses() ? Promise.resolve(known) : askAgain();
  };
}
