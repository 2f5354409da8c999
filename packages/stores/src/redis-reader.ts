import { inTime, messageOf, singleFlight } from '@portal/async';
import { type CustomerRef, type PartName } from '@portal/projection';
import { type PlainCommand } from './command.ts';
import { type RedisConnection } from './connect.ts';
import { StoreUnavailable } from './errors.ts';
import { DEFAULT_PREFIX, type Keys, keysOf, liveKey, VECTOR_FIELD } from './keys.ts';
import { openLink, type RedisLink } from './link.ts';
import { READ_WITH_RECORD } from './lua/read-with-record.lua.ts';
import { type DocumentLookup, type DocumentReader } from './port.ts';
import { type Receipt, type Tracking } from './tracking.ts';
import { allFreshness, freshnessOf, listOf, recordIn, textOf } from './replies.ts';

export interface RedisReaderOptions {
  readonly connection: RedisConnection;
  readonly prefix?: string;
  /** Every answer comes within this time, milliseconds. */
  readonly budgetMs?: number;
  /** Hears why the server does not say what changes, at each connection: it may not, or it cannot. */
  readonly onUnwatched?: (reason: string) => void;
}

/** How long the name of the live generation may be remembered, milliseconds. */
const POINTER_AGE_MS = 1000;
/** The least time for a command, milliseconds, however long those before it took. */
const COMMAND_MS = 10;
/** The longest time for a command while the store answers others, milliseconds. */
const ANSWER_MS = 2000;
/** A connection silent for that long is replaced. Longer than the budget: one slow answer must not cost the connection. */
const SILENT_MS = 3000;

/**
 * Reads documents of the live generation. While Redis is away it says `down` at once; while Redis is
 * silent it says `down` when the budget ends. One GET per read, one small script when the record is
 * wanted as well; the live generation is asked for once a second, and again before a document is called missing.
 */
export function createRedisReader(options: RedisReaderOptions): DocumentReader {
  const { connection, prefix = DEFAULT_PREFIX, budgetMs = 200 } = options;
  const link = openLink({
    connection,
    name: 'portal-reader',
    timeoutMs: SILENT_MS,
    whenAway: 'fail',
    isTracked: true,
    onUnwatched: options.onUnwatched,
  });
  const { tracking } = link;
  const pointer: PlainCommand = { kind: 'plain', name: 'get', key: liveKey(prefix), args: [] };
  const live = livePointer(
    prefix,
    async () => textOf(await link.ask(pointer)),
    () => link.losses(),
    tracking,
  );

  /** Nothing where not all of it is watched. */
  const watched = (receipts: readonly (Receipt | null)[]) => {
    const all = receipts.filter((receipt) => receipt !== null);
    if (tracking === null || all.length < receipts.length) return {};
    return { isUnchanged: () => all.every((receipt) => tracking.isUnchanged(receipt)) };
  };

  const readFrom = async (
    { generation, keys, receipt: live }: Live,
    ref: CustomerRef,
    parts: Wanted,
  ) => {
    const key = keys.document(ref);
    if (parts.length > 0) {
      const read = await readWithRecord(link, keys, ref, parts);
      return { generation, ...read, live, receipt: null };
    }
    const receipt = tracking?.begin([key]) ?? null;
    const reply = await link.ask({ kind: 'plain', name: 'get', key, args: [] });
    return { generation, document: textOf(reply), record: null, live, receipt };
  };

  async function lookUp(ref: CustomerRef, parts: Wanted): Promise<DocumentLookup> {
    const patience = createPatience(link, budgetMs);
    const known = live.remembered() ?? (await patience(pointer.key, live.ask));
    if (known === null) return NOTHING_LIVE;
    let answer = await patience(known.keys.document(ref), () => readFrom(known, ref, parts));
    if (answer.document === null) {
      // A store that was emptied has no documents, and no pointer either: asked for after the document was missed.
      const now = await patience(pointer.key, live.askAgain);
      if (now === null) return NOTHING_LIVE;
      answer = await patience(now.keys.document(ref), () => readFrom(now, ref, parts));
    }
    const { generation, document, record } = answer;
    if (document === null) return { kind: 'missing', generation };
    const isUnchanged = watched([answer.live, answer.receipt]);
    return { kind: 'found', generation, document, record, ...isUnchanged };
  }

  async function readFreshness() {
    const patience = createPatience(link, budgetMs);
    const now = live.remembered() ?? (await patience(pointer.key, live.ask));
    if (now === null) return null;
    return freshnessOf(await patience(now.keys.freshness, () => link.ask(allFreshness(now.keys))));
  }

  return {
    document: (ref, { withRecord } = { withRecord: [] }) =>
      lookUp(ref, withRecord).catch((error: unknown) => ({
        kind: 'down',
        reason: messageOf(error),
      })),
    freshness: () => readFreshness().catch(() => null),
    isWatching: () => tracking?.isOn() === true,
    close: () => link.close(),
  };
}

const NOTHING_LIVE: DocumentLookup = { kind: 'down', reason: 'no generation is live yet' };

/**
 * How long one answer waits: for `budgetMs` of silence of the store in all. The silence of a command begins when it is
 * sent, and again with every reply that comes before its own: replies come in order, so a store that still answers
 * others is not silent, whether it is slow or we read slowly. Each command gets a few milliseconds at least, and what
 * has arrived is read once before it is given up.
 */
function createPatience(link: RedisLink, budgetMs: number) {
  let remainingMs = budgetMs;
  return async <Answer>(key: string, ask: () => Promise<Answer>): Promise<Answer> => {
    const sent = performance.now();
    const work = ask();
    for (;;) {
      const silentSince = Math.max(sent, link.heardAt(key));
      const waitMs = silentSince + Math.max(remainingMs, COMMAND_MS) - performance.now();
      const ended = await inTime(work, waitMs);
      if (ended.kind === 'done') {
        remainingMs -= performance.now() - silentSince;
        return ended.value;
      }
      const isSilent = link.heardAt(key) <= silentSince;
      if (isSilent || performance.now() - sent > ANSWER_MS) {
        throw new StoreUnavailable(`Redis did not answer within ${budgetMs / 1_000} s`);
      }
    }
  };
}

/** Of the record, besides its vector. */
type Wanted = readonly PartName[];

async function readWithRecord(link: RedisLink, of: Keys, ref: CustomerRef, parts: Wanted) {
  const keys = [of.document(ref), of.record(ref)];
  const args = [VECTOR_FIELD, ...parts];
  const [reply] = await link.run([{ kind: 'script', script: READ_WITH_RECORD, keys, args }]);
  const [document = null, ...texts] = listOf(reply);
  return { document, record: recordIn(parts, texts) };
}

interface Live {
  readonly generation: string;
  readonly keys: Keys;
  readonly askedAt: number;
  /** Connections that had ended by then. */
  readonly losses: number;
  /** null: the store does not watch the pointer. */
  readonly receipt: Receipt | null;
}

interface LivePointer {
  /** May be a second old, where the store does not watch it; null: it has to be asked for. */
  readonly remembered: () => Live | null;
  readonly ask: () => Promise<Live | null>;
  /** As it is now: whoever is asking already began before. */
  readonly askAgain: () => Promise<Live | null>;
}

/**
 * Asks once for all who wait, and counts the age from the moment of asking. That nothing is live yet
 * is not remembered, so the first generation shows at once. A lost connection ends the memory: an emptied
 * Redis has no live generation, though its documents may be on their way back.
 */
function livePointer(
  prefix: string,
  ask: () => Promise<string | null>,
  losses: () => number,
  tracking: Tracking | null,
): LivePointer {
  let remembered: Live | null = null;
  const askNow = async (): Promise<Live | null> => {
    const receipt = tracking?.begin([liveKey(prefix)]) ?? null;
    const asked = { askedAt: performance.now(), losses: losses(), receipt };
    const generation = await ask();
    remembered =
      generation === null ? null : { generation, keys: keysOf(prefix, generation), ...asked };
    return remembered;
  };
  return {
    remembered: () => {
      if (remembered === null || remembered.losses !== losses()) return null;
      const { askedAt, receipt } = remembered;
      const isNow =
        receipt === null
          ? performance.now() - askedAt < POINTER_AGE_MS
          : tracking?.isUnchanged(receipt) === true;
      return isNow ? remembered : null;
    },
    ask: singleFlight(askNow),
    askAgain: askNow,
  };
}
